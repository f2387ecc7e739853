//! The embedded store: one SQLite file (WAL, synchronous FULL), one writer, a few readers.
//!
//! The writer is a thread of its own that takes what is waiting, gives each batch a savepoint and commits them with one
//! sync to disk; a batch that fails does not disturb the others. When too many wait, callers wait too.

mod statement;
mod migrate;
mod writer;
mod reader;
mod backup;

pub use backup::{backup, check, restore};

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::{mpsc, oneshot};

use super::query::{Count, Links, Query};
use super::record::{Batch, Collection, Link, Record};
use super::schema::{self, Kind, STEPS, Step};
use super::{Answer, Store, StoreError};
use reader::Readers;
use writer::Job;

const STORE: &str = "sqlite";
/// Marks the file as one of ours: "Rsyn".
const APPLICATION_ID: i64 = 0x5273_796e;
/// Batches that wait for the writer; then their callers wait.
const WAITING: usize = 1_024;

/// The fields of each collection, in the order of their columns.
type Columns = BTreeMap<Collection, Vec<(&'static str, Kind)>>;

/// A store in one file. Dropping it ends the writer once everything accepted is written.
#[derive(Debug)]
pub struct SqliteStore {
    writer: mpsc::Sender<Job>,
    readers: Readers,
}

impl SqliteStore {
    /// Opens the file, makes it at first use, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be used, is not ours, or was made by a newer version.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, STEPS).await
    }

    /// Like [`Self::open`], with other steps: how tests look at an older and a newer version.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with(path: &Path, steps: &'static [Step]) -> Result<Self, StoreError> {
        let path = path.to_owned();
        blocking(move || {
            private(&path).map_err(|error| unavailable(&error))?;
            let mut connection = connect(&path)?;
            migrate::run(&mut connection, steps)?;
            let columns = Arc::new(schema::fields(steps));
            let (writer, jobs) = mpsc::channel(WAITING);
            let readers = Readers::open(&path, Arc::clone(&columns))?;
            std::thread::Builder::new()
                .name("knowledge-writer".to_owned())
                .spawn(move || writer::run(connection, &columns, jobs))
                .map_err(|error| unavailable(&error))?;
            Ok(Self { writer, readers })
        })
        .await
    }

    /// A store that only reads and leaves the file as it is, also one that another process has open. Of a file that has
    /// not taken every step yet, the collections of the others are missing.
    ///
    /// # Errors
    /// As [`Self::open`]; and when there is no file.
    pub async fn open_to_read(path: &Path) -> Result<Self, StoreError> {
        let path = path.to_owned();
        blocking(move || {
            let open = || backup::read_only(&path);
            let (found, known) = (migrate::taken(&open()?)?, schema::version(STEPS));
            if found > known {
                return Err(StoreError::Newer { store: STORE, found, known });
            }
            let steps = STEPS.get(..usize::try_from(found).unwrap_or(0)).unwrap_or_default();
            let readers = Readers::over(Arc::new(schema::fields(steps)), open)?;
            // Nobody listens: whatever is written is refused.
            let (writer, _) = mpsc::channel(1);
            Ok(Self { writer, readers })
        })
        .await
    }
}

impl Store for SqliteStore {
    fn commit(&self, batch: Batch) -> Answer<'_, ()> {
        Box::pin(async move {
            let (answer, written) = oneshot::channel();
            let gone = || unavailable(&"the writer has stopped");
            self.writer.send(Job { batch, answer }).await.map_err(|_| gone())?;
            written.await.map_err(|_| gone())?
        })
    }

    fn get(&self, collection: Collection, key: &str) -> Answer<'_, Option<Record>> {
        let query = Query::of(collection).is("key", key).limit(1);
        Box::pin(async move { Ok(self.find(query).await?.pop()) })
    }

    fn find(&self, query: Query) -> Answer<'_, Vec<Record>> {
        Box::pin(self.readers.run(move |connection, columns| reader::find(connection, columns, &query)))
    }

    fn count(&self, query: Query, by: &'static [&'static str]) -> Answer<'_, Vec<Count>> {
        Box::pin(self.readers.run(move |connection, columns| reader::count(connection, columns, &query, by)))
    }

    fn links(&self, links: Links) -> Answer<'_, Vec<Link>> {
        Box::pin(self.readers.run(move |connection, columns| reader::links(connection, columns, &links)))
    }

    fn check(&self) -> Answer<'_, ()> {
        Box::pin(self.readers.run(|connection, _| {
            connection.query_row("SELECT 1", [], |_| Ok(())).map_err(|error| refused(&error))
        }))
    }
}

/// A file that only its owner may read.
fn private(path: &Path) -> io::Result<()> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path).map(drop)
}

/// A connection to a store of ours, or to an empty file.
fn connect(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let connection = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        Ok(connection)
    };
    let connection = open().map_err(|error: rusqlite::Error| refused(&error))?;
    // Before anything is set, because setting writes.
    migrate::taken(&connection)?;
    let set = || {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(())
    };
    set().map_err(|error: rusqlite::Error| refused(&error))?;
    Ok(connection)
}

/// Runs what waits for the disk off the asynchronous threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => Err(unavailable(&error)),
    }
}

fn unavailable(cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unavailable { store: STORE, cause: cause.to_string() }
}

/// What an error of the library means for callers.
fn refused(error: &rusqlite::Error) -> StoreError {
    let cause = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            StoreError::Foreign { store: STORE, cause }
        }
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly
            | ErrorCode::OutOfMemory,
        ) => StoreError::Unavailable { store: STORE, cause },
        _ => StoreError::Defect { store: STORE, cause },
    }
}
