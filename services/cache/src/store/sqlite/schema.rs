//! The file's tables and how a connection is set up.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::SqliteConfig;
use super::natural;

/// Version of the tables. A file with a later one is refused.
pub(super) const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE entries (key TEXT PRIMARY KEY, bytes BLOB NOT NULL, expires_ms INTEGER NOT NULL);
CREATE INDEX entries_expiry ON entries (expires_ms);
CREATE TABLE invalidations (position INTEGER PRIMARY KEY, scope BLOB NOT NULL);
CREATE TABLE records (
    name TEXT PRIMARY KEY, request_hash TEXT NOT NULL, attempt TEXT NOT NULL, since_ms INTEGER NOT NULL,
    patience_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, response BLOB
);
CREATE INDEX records_expiry ON records (expires_ms);
CREATE TABLE quotas (name TEXT PRIMARY KEY, arrival INTEGER NOT NULL);
CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, token INTEGER NOT NULL, ends INTEGER NOT NULL);
CREATE TABLE touched (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), count INTEGER NOT NULL);
INSERT INTO touched VALUES (1, 0);
PRAGMA user_version = 1;
";

/// What a commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// The disk: nothing that was answered is ever lost.
    Full,
    /// Nothing: the last commits are lost with the power.
    Normal,
}

/// Why a file cannot be opened.
#[derive(Debug)]
pub(super) enum OpenError {
    Sqlite(rusqlite::Error),
    Newer(i64),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

pub(super) fn open(config: &SqliteConfig, durability: Durability) -> Result<Connection, OpenError> {
    let mut connection = connect(&config.path)?;
    let version = version(&connection)?;
    if version > VERSION {
        return Err(OpenError::Newer(version));
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    let page_bytes: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let pages = config.max_file_bytes / natural(page_bytes).max(1);
    connection.pragma_update(None, "max_page_count", i64::try_from(pages).unwrap_or(i64::MAX))?;
    if version == 0 {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        transaction.execute_batch(TABLES)?;
        transaction.commit()?;
    }
    Ok(connection)
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(2))?;
    Ok(connection)
}

/// Version of the file's tables.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Writes a little, and gives the size of the file.
pub(super) fn touch(connection: &mut Connection) -> rusqlite::Result<u64> {
    connection.execute("UPDATE touched SET count = count + 1", [])?;
    let read = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    Ok(natural(read("page_count")?) * natural(read("page_size")?))
}
