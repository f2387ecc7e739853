//! Copies of the file that can be put back.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::schema::{VERSION, version};
use crate::store::{Cause, StoreError};

/// Writes a consistent copy of the file at `path` to `copy`, which must not exist, also while the file is in use.
///
/// # Errors
/// When either file cannot be used, or was written by a newer version.
pub async fn backup(path: &Path, copy: &Path) -> Result<(), StoreError> {
    let (path, copy) = (path.to_owned(), copy.to_owned());
    blocking(move || {
        let connection = known(&path)?;
        // Before it has content, so that nobody else ever reads that.
        OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&copy)
            .map_err(|error| StoreError::new(Cause::File, format!("the copy {}: {error}", copy.display())))?;
        let made = connection
            .execute("VACUUM INTO ?1", [copy.to_string_lossy()])
            .map_err(|error| refused(&path, &error));
        made.and_then(|_| sound(&copy)).inspect_err(|_| drop(std::fs::remove_file(&copy)))
    })
    .await
}

/// Looks whether a file is one of the cache's, of a version that is known, and not damaged.
///
/// # Errors
/// What is wrong with it.
pub async fn check(path: &Path) -> Result<(), StoreError> {
    let path = path.to_owned();
    blocking(move || sound(&path)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => Err(StoreError::new(Cause::File, error.to_string())),
    }
}

fn known(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        let found = version(&connection)?;
        Ok((connection, found))
    };
    let (connection, found) = open().map_err(|error| refused(path, &error))?;
    match found {
        VERSION => Ok(connection),
        0 => Err(StoreError::new(Cause::File, format!("{} is no file of the cache", path.display()))),
        newer => {
            let text = format!("the cache's file {} has version {newer}", path.display());
            Err(StoreError::new(Cause::Newer, text))
        }
    }
}

fn sound(path: &Path) -> Result<(), StoreError> {
    let connection = known(path)?;
    let verdict: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| refused(path, &error))?;
    if verdict == "ok" {
        return Ok(());
    }
    Err(StoreError::new(Cause::File, format!("the cache's file {}: {verdict}", path.display())))
}

fn refused(path: &Path, error: &rusqlite::Error) -> StoreError {
    StoreError::new(Cause::File, format!("the cache's file {}: {error}", path.display()))
}
