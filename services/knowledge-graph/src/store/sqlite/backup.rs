//! Copies of a store's file that can be put back.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::store::StoreError;
use crate::store::schema::{STEPS, version};

use super::{STORE, blocking, connect, migrate, private, refused, unavailable};

/// Writes a consistent copy of the store at `path` to `copy`, also while the store is in use. `copy` must not exist.
///
/// # Errors
/// When either file cannot be used, or the store is none of ours.
pub async fn backup(path: &Path, copy: &Path) -> Result<(), StoreError> {
    let (path, copy) = (path.to_owned(), copy.to_owned());
    blocking(move || {
        if copy.exists() {
            return Err(unavailable(&format!("{} exists already", copy.display())));
        }
        let connection = read_only(&path)?;
        migrate::taken(&connection)?;
        private(&copy).map_err(|error| unavailable(&error))?;
        // The copy is made whole by one statement and synced below; a partial file is removed.
        let made =
            connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()]).map_err(|error| refused(&error));
        let kept = made.and_then(|_| sound(&copy)).and_then(|()| synced(&copy));
        kept.inspect_err(|_| drop(fs::remove_file(&copy)))
    })
    .await
}

/// Puts the copy in the place of the store at `path`, which no process may have open.
///
/// # Errors
/// When the copy is not sound, was made by a newer version, or cannot be put there; the store is then as it was.
pub async fn restore(copy: &Path, path: &Path) -> Result<(), StoreError> {
    let (copy, path) = (copy.to_owned(), path.to_owned());
    blocking(move || {
        sound(&copy)?;
        let draft = beside(&path, ".restoring");
        // Takes in what the old file has beside it, so that it stays whole should this be cut off. A damaged one cannot.
        let _ = connect(&path).map(|old| old.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)"));
        let put = || {
            fs::copy(&copy, &draft)?;
            File::open(&draft)?.sync_all()?;
            // What the old file had not taken in yet must not be mixed into the new one.
            for rest in ["-wal", "-shm"] {
                match fs::remove_file(beside(&path, rest)) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            fs::rename(&draft, &path)?;
            private(&path)
        };
        put().map_err(|error: std::io::Error| unavailable(&error))?;
        synced(&path)
    })
    .await
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

pub(super) fn read_only(path: &Path) -> Result<Connection, StoreError> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|error| refused(&error))
}

/// Looks whether a file is a store of ours, of a schema we know, and not damaged.
///
/// # Errors
/// What is wrong with it.
pub async fn check(path: &Path) -> Result<(), StoreError> {
    let path = path.to_owned();
    blocking(move || sound(&path)).await
}

fn sound(path: &Path) -> Result<(), StoreError> {
    let connection = read_only(path)?;
    let (found, known) = (migrate::taken(&connection)?, version(STEPS));
    if found > known {
        return Err(StoreError::Newer { store: STORE, found, known });
    }
    let verdict: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| refused(&error))?;
    match verdict.as_str() {
        _ if found == 0 => {
            Err(StoreError::Foreign { store: STORE, cause: format!("{} is no store", path.display()) })
        }
        "ok" => Ok(()),
        damage => Err(StoreError::Foreign { store: STORE, cause: damage.to_owned() }),
    }
}

fn synced(path: &Path) -> Result<(), StoreError> {
    let sync = || {
        File::open(path)?.sync_all()?;
        match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
            _ => Ok(()),
        }
    };
    sync().map_err(|error: std::io::Error| unavailable(&error))
}
