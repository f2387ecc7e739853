//! The folder that holds what one installation must keep: keys, a generated password, embedded stores.
//!
//! It is created with mode 0700 and locked, so that two processes never share it by accident; secrets inside are 0600
//! and appear whole or not at all.

use crate::vitals::{Kind, Resources, Scope};
use resync_fault::{ErrorKind, Fault};
use std::borrow::Cow;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const LOCK_FILE: &str = "lock";
const LOCK_OWNER: &str = "data folder lock";

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another process has it.
    #[error("the data folder {} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The operating system said no.
    #[error("the data folder {} cannot be used: {source}", path.display())]
    Io {
        /// The file or folder concerned.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

impl Fault for DataDirError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::FailedPrecondition
    }
    fn reason(&self) -> &'static str {
        match self {
            Self::InUse(_) => "DATA_DIR_IN_USE",
            Self::Io { .. } => "DATA_DIR_UNUSABLE",
        }
    }
    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::InUse(_) => "stop the other process, or choose another folder with --data-dir".into(),
            Self::Io { .. } => "check its permissions, or choose another folder with --data-dir".into(),
        })
    }
}

/// A data folder. The lock lasts as long as the value.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> DataDirError + '_ {
    |source| DataDirError::Io { path: path.to_owned(), source }
}

impl DataDir {
    /// Opens, creates if need be, and locks.
    ///
    /// # Errors
    /// When another process holds it or the file system refuses.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, DataDirError> {
        let path = path.into();
        DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(at(&path))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).map_err(at(&path))?;
        let lock_path = path.join(LOCK_FILE);
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&lock_path)
            .map_err(at(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(DataDirError::InUse(path)),
            Err(TryLockError::Error(source)) => Err(DataDirError::Io { path: lock_path, source }),
        }
    }

    /// Whether a process has the folder.
    #[must_use]
    pub fn in_use(path: &Path) -> bool {
        // Shared, so that two who look do not see each other.
        File::open(path.join(LOCK_FILE))
            .is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Name of the file that is locked.
    pub const LOCK_FILE: &'static str = LOCK_FILE;

    /// Counts the lock among the resources of the process for as long as the scope is held.
    pub fn counted_in(&self, resources: &Resources) -> Scope {
        resources.acquire(Kind::FILE, LOCK_OWNER)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads a secret file, or makes it with what `fresh` returns.
    ///
    /// # Errors
    /// When the file can neither be read nor written.
    pub fn read_or_create_secret(
        &self,
        name: &str,
        fresh: impl FnOnce() -> Zeroizing<Vec<u8>>,
    ) -> Result<Zeroizing<Vec<u8>>, DataDirError> {
        let path = self.path.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Zeroizing::new(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let bytes = fresh();
                self.write_secret(name, &bytes)?;
                Ok(bytes)
            }
            Err(error) => Err(at(&path)(error)),
        }
    }

    /// Writes a file that only its owner may read; a crash leaves the old content or the new.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn write_secret(&self, name: &str, content: &[u8]) -> Result<(), DataDirError> {
        let (path, draft) = (self.path.join(name), self.path.join(format!(".{name}.new")));
        let write = || {
            let mut file =
                OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&draft, &path)?;
            File::open(&self.path)?.sync_all()
        };
        write().map_err(at(&path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn it_is_private_and_belongs_to_one_process() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("a/b");
        let dir = DataDir::open(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
        assert!(matches!(DataDir::open(&path), Err(DataDirError::InUse(_))));
        assert!(DataDir::in_use(&path));
        drop(dir);
        assert!(!DataDir::in_use(&path) && !DataDir::in_use(outer.path()));
        assert!(DataDir::open(&path).is_ok());
    }

    #[test]
    fn a_secret_is_made_once_and_readable_by_its_owner_only() {
        let outer = tempfile::tempdir().unwrap();
        let dir = DataDir::open(outer.path()).unwrap();
        let made = dir.read_or_create_secret("key", || Zeroizing::new(b"first".to_vec())).unwrap();
        let read = dir.read_or_create_secret("key", || Zeroizing::new(b"second".to_vec())).unwrap();
        assert_eq!((made.as_slice(), read.as_slice()), (&b"first"[..], &b"first"[..]));
        assert_eq!(mode(&outer.path().join("key")), 0o600);
    }
}
