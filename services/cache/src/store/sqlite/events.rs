//! The history of invalidations in the file.
//!
//! A position is the time in milliseconds with room for numbers within it, as in Redis, and greater than every earlier
//! one. So positions grow also over a file that was lost or brought back from a copy.

use std::sync::Arc;
use std::time::Duration;

use resync_api::cache::model::{Invalidation, InvalidationScope, Position};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::natural;
use crate::store::{Cause, StoreError, scope};

/// Entries kept.
const KEPT: i64 = 10_000;
/// Entries added between two looks at how many there are.
const SLACK: i64 = 100;
/// Entries read at once.
const PAGE: i64 = 500;
/// A reader waits for the next entry this long.
pub(super) const WAIT: Duration = Duration::from_secs(1);
/// Bits of the number within a millisecond.
const NUMBER_BITS: u32 = 20;

type Row = (i64, Vec<u8>);

pub(super) fn append(
    connection: &mut Connection,
    scope: &InvalidationScope,
    now_ms: i64,
) -> rusqlite::Result<i64> {
    let transaction = connection.transaction()?;
    let last = transaction
        .query_row("SELECT MAX(position) FROM invalidations", [], |row| row.get::<_, Option<i64>>(0))?
        .unwrap_or(0);
    let position = (last + 1).max(now_ms << NUMBER_BITS);
    transaction
        .execute("INSERT INTO invalidations VALUES (?1, ?2)", params![position, scope::encode(scope)])?;
    let count: i64 = transaction.query_row("SELECT COUNT(*) FROM invalidations", [], |row| row.get(0))?;
    if count > KEPT + SLACK {
        transaction.execute(
            "DELETE FROM invalidations WHERE position <=
             (SELECT position FROM invalidations ORDER BY position DESC LIMIT 1 OFFSET ?1)",
            [KEPT],
        )?;
    }
    transaction.commit()?;
    Ok(position)
}

pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Row>> {
    let mut read =
        connection.prepare_cached("SELECT position, scope FROM invalidations ORDER BY position")?;
    let rows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// The rows after one, if that one is still there.
pub(super) fn after(connection: &mut Connection, position: i64) -> rusqlite::Result<Option<Vec<Row>>> {
    let transaction = connection.transaction()?;
    let known = transaction
        .query_row("SELECT 1 FROM invalidations WHERE position = ?1", [position], |_| Ok(()))
        .optional()?;
    let mut read = transaction.prepare_cached(
        "SELECT position, scope FROM invalidations WHERE position > ?1 ORDER BY position LIMIT ?2",
    )?;
    let rows = read.query_map([position, PAGE], |row| Ok((row.get(0)?, row.get(1)?)))?.collect();
    known.map(|()| rows).transpose()
}

pub(super) fn position(number: i64) -> Result<Position, StoreError> {
    Position::new(natural(number))
        .ok_or_else(|| StoreError::new(Cause::File, format!("the cache's file holds a position {number}")))
}

pub(super) fn parse(rows: Vec<Row>) -> Result<Vec<Arc<Invalidation>>, StoreError> {
    rows.into_iter()
        .map(|(number, bytes)| {
            Ok(Arc::new(Invalidation { position: position(number)?, scope: scope::decode(&bytes) }))
        })
        .collect()
}
