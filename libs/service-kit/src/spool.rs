//! A local file for what cannot be handed on yet: bounded, synced before an item counts as kept, read in order.
//!
//! One line an item, with a checksum in front. A line that a crash cut off was never acknowledged and is dropped; any
//! other damage is an error, because it would lose items quietly. Once everything is shipped the file is emptied.

use resync_fault::{ErrorKind, Fault};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::marker::PhantomData;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of the hash that stand before a line, in hexadecimal.
const CHECKSUM_BYTES: usize = 8;
/// Characters of a line's checksum.
const CHECKSUM: usize = 2 * CHECKSUM_BYTES;

/// Why something cannot be kept, or not be read.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The file cannot be used, or is damaged.
    #[error("the local file for what waits cannot be used: {0}")]
    Unusable(String),
    /// No more fits.
    #[error("the local file for what waits is full ({bytes} bytes)")]
    Full {
        /// Its bound.
        bytes: u64,
    },
}

impl Fault for SpoolError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unavailable
    }
    fn reason(&self) -> &'static str {
        match self {
            Self::Unusable(_) => "SPOOL_UNUSABLE",
            Self::Full { .. } => "SPOOL_FULL",
        }
    }
    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Unusable(_) => "check the data folder: its permissions, its space, its content".into(),
            Self::Full { .. } => "bring back whoever takes what waits".into(),
        })
    }
}

/// The file. Clones are the same one.
#[derive(Debug)]
pub struct Spool<T> {
    inner: Arc<Mutex<Inner>>,
    max_bytes: u64,
    items: PhantomData<fn() -> T>,
}

impl<T> Clone for Spool<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), max_bytes: self.max_bytes, items: PhantomData }
    }
}

#[derive(Debug)]
struct Inner {
    file: File,
    /// End of the last whole line.
    end: u64,
    /// Where the first item lies that is not shipped.
    begin: u64,
}

impl<T: Serialize + DeserializeOwned + Send + 'static> Spool<T> {
    /// Opens the file, or makes it. It takes at most `max_bytes`; then further items are refused.
    ///
    /// # Errors
    /// When it cannot be used or is damaged.
    pub async fn open(path: &Path, max_bytes: u64) -> Result<Self, SpoolError> {
        let path = path.to_owned();
        let inner = blocking(move || {
            let mut file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .read(true)
                .write(true)
                .mode(0o600)
                .open(&path)?;
            let mut content = Vec::new();
            file.read_to_end(&mut content)?;
            let whole = content.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            for line in content[..whole].split_inclusive(|byte| *byte == b'\n') {
                parse::<T>(line)?;
            }
            let end = u64::try_from(whole).unwrap_or(u64::MAX);
            if whole < content.len() {
                file.set_len(end)?;
                file.sync_all()?;
            }
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                File::open(folder)?.sync_all()?;
            }
            Ok(Inner { file, end, begin: 0 })
        })
        .await?;
        Ok(Self { inner: Arc::new(Mutex::new(inner)), max_bytes, items: PhantomData })
    }

    /// Whether everything is shipped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.begin == inner.end
    }

    /// Keeps items behind those that are there. When it returns, they are on disk.
    ///
    /// # Errors
    /// When the file is full or cannot be written; then none of them is kept.
    pub async fn push(&self, items: &[T]) -> Result<(), SpoolError> {
        let lines: Vec<u8> =
            items.iter().map(line).collect::<io::Result<Vec<_>>>().map_err(unusable)?.concat();
        let (inner, max_bytes) = (Arc::clone(&self.inner), self.max_bytes);
        let length = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        let kept = blocking(move || {
            let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
            let end = inner.end;
            if end.saturating_add(length) > max_bytes {
                return Ok(false);
            }
            inner.file.seek(SeekFrom::Start(end))?;
            let written = inner.file.write_all(&lines).and_then(|()| inner.file.sync_all());
            if written.is_err() {
                // Half a line in the middle would make the file unreadable.
                inner.file.set_len(end)?;
            }
            written?;
            inner.end = end + length;
            Ok(true)
        })
        .await?;
        if kept { Ok(()) } else { Err(SpoolError::Full { bytes: self.max_bytes }) }
    }

    /// The oldest items that are not shipped, at most `most`, and a mark to call [`Self::shipped`] with.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn peek(&self, most: usize) -> Result<(Vec<T>, u64), SpoolError> {
        let inner = Arc::clone(&self.inner);
        blocking(move || {
            let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
            let (begin, end) = (inner.begin, inner.end);
            inner.file.seek(SeekFrom::Start(begin))?;
            let mut content = Vec::new();
            Read::by_ref(&mut inner.file).take(end - begin).read_to_end(&mut content)?;
            let mut mark = begin;
            let mut items = Vec::new();
            for line in content.split_inclusive(|byte| *byte == b'\n').take(most) {
                items.push(parse(line)?);
                mark += u64::try_from(line.len()).unwrap_or(0);
            }
            Ok((items, mark))
        })
        .await
    }

    /// Everything before the mark was taken. Until the file is emptied this is known to this process only: who takes items
    /// must know those that come again.
    ///
    /// # Errors
    /// When the file cannot be emptied.
    pub async fn shipped(&self, mark: u64) -> Result<(), SpoolError> {
        let inner = Arc::clone(&self.inner);
        blocking(move || {
            let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
            if mark < inner.end {
                inner.begin = mark;
                return Ok(());
            }
            inner.file.set_len(0)?;
            inner.file.sync_all()?;
            (inner.begin, inner.end) = (0, 0);
            Ok(())
        })
        .await
    }
}

fn checksum(text: &[u8]) -> String {
    Sha256::digest(text).iter().take(CHECKSUM_BYTES).fold(String::with_capacity(CHECKSUM), |mut sum, byte| {
        let _ = write!(sum, "{byte:02x}");
        sum
    })
}

fn line<T: Serialize>(item: &T) -> io::Result<Vec<u8>> {
    let text = serde_json::to_vec(item)?;
    let mut line = checksum(&text).into_bytes();
    line.push(b' ');
    line.extend(text);
    line.push(b'\n');
    Ok(line)
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> io::Result<T> {
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "a line of the file is damaged");
    let line = line.strip_suffix(b"\n").ok_or_else(damaged)?;
    let (sum, text) = line.split_at_checked(CHECKSUM).ok_or_else(damaged)?;
    let text = text.strip_prefix(b" ").filter(|text| checksum(text).as_bytes() == sum).ok_or_else(damaged)?;
    serde_json::from_slice(text).map_err(|_| damaged())
}

fn unusable(error: io::Error) -> SpoolError {
    SpoolError::Unusable(error.to_string())
}

async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> io::Result<R> + Send + 'static,
) -> Result<R, SpoolError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome.map_err(unusable),
        Err(error) => Err(SpoolError::Unusable(error.to_string())),
    }
}

#[cfg(test)]
mod tests;
