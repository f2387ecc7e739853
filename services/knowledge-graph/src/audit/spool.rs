//! A local file for events while the store is out: bounded, synced before an event counts as kept, read in order.
//!
//! One line an event, with a checksum in front. A line that a crash cut off was never acknowledged and is dropped; any
//! other damage is an error, because it would lose events quietly. Once everything is shipped the file is emptied.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use resync_api::audit::model::AuditEvent;
use sha2::{Digest as _, Sha256};

use super::AuditError;
use super::chain::hex;

/// Characters of a line's checksum.
const CHECKSUM: usize = 16;

/// The file. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Spool {
    inner: Arc<Mutex<Inner>>,
    max_bytes: u64,
}

#[derive(Debug)]
struct Inner {
    file: File,
    /// End of the last whole line.
    end: u64,
    /// Where the first event lies that is not shipped.
    begin: u64,
}

impl Spool {
    /// Opens the file, or makes it. It takes at most `max_bytes`; then further events are refused.
    ///
    /// # Errors
    /// When it cannot be used or is damaged.
    pub async fn open(path: &Path, max_bytes: u64) -> Result<Self, AuditError> {
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
                parse(line)?;
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
        Ok(Self { inner: Arc::new(Mutex::new(inner)), max_bytes })
    }

    /// Whether everything is shipped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.begin == inner.end
    }

    /// Keeps events behind those that are there. When it returns, they are on disk.
    ///
    /// # Errors
    /// When the file is full or cannot be written; then none of them is kept.
    pub async fn push(&self, events: &[AuditEvent]) -> Result<(), AuditError> {
        let lines: Vec<u8> =
            events.iter().map(line).collect::<io::Result<Vec<_>>>().map_err(unusable)?.concat();
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
        if kept { Ok(()) } else { Err(AuditError::SpoolFull { bytes: self.max_bytes }) }
    }

    /// The oldest events that are not shipped, at most `most`, and a mark to call [`Self::shipped`] with.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) async fn peek(&self, most: usize) -> Result<(Vec<AuditEvent>, u64), AuditError> {
        let inner = Arc::clone(&self.inner);
        blocking(move || {
            let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
            let (begin, end) = (inner.begin, inner.end);
            inner.file.seek(SeekFrom::Start(begin))?;
            let mut content = Vec::new();
            Read::by_ref(&mut inner.file).take(end - begin).read_to_end(&mut content)?;
            let mut mark = begin;
            let mut events = Vec::new();
            for line in content.split_inclusive(|byte| *byte == b'\n').take(most) {
                events.push(parse(line)?);
                mark += u64::try_from(line.len()).unwrap_or(0);
            }
            Ok((events, mark))
        })
        .await
    }

    /// Everything before the mark is in its chain. Until the file is emptied this is known to this process only; events
    /// that are shipped again are left out there.
    ///
    /// # Errors
    /// When the file cannot be emptied.
    pub(super) async fn shipped(&self, mark: u64) -> Result<(), AuditError> {
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
    hex(&Sha256::digest(text)[..CHECKSUM / 2])
}

fn line(event: &AuditEvent) -> io::Result<Vec<u8>> {
    let text = serde_json::to_vec(event)?;
    let mut line = checksum(&text).into_bytes();
    line.push(b' ');
    line.extend(text);
    line.push(b'\n');
    Ok(line)
}

fn parse(line: &[u8]) -> io::Result<AuditEvent> {
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "a line of the file is damaged");
    let line = line.strip_suffix(b"\n").ok_or_else(damaged)?;
    let (sum, text) = line.split_at_checked(CHECKSUM).ok_or_else(damaged)?;
    let text = text.strip_prefix(b" ").filter(|text| checksum(text).as_bytes() == sum).ok_or_else(damaged)?;
    serde_json::from_slice(text).map_err(|_| damaged())
}

fn unusable(error: io::Error) -> AuditError {
    AuditError::Spool(error.to_string())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, AuditError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome.map_err(unusable),
        Err(error) => Err(AuditError::Spool(error.to_string())),
    }
}

#[cfg(test)]
mod tests;
