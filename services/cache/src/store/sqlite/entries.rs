//! Entries in the file, bounded in bytes.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::natural;

/// Entries removed at once: small steps, so that others get their turn.
const STEP: i64 = 500;

/// Bytes of all entries.
pub(super) fn size(connection: &Connection) -> rusqlite::Result<u64> {
    let sum = "SELECT COALESCE(SUM(LENGTH(bytes) + LENGTH(key)), 0) FROM entries";
    connection.query_row(sum, [], |row| row.get(0)).map(natural)
}

pub(super) fn get(
    connection: &Connection,
    keys: &[String],
    now_ms: i64,
) -> rusqlite::Result<Vec<Option<Bytes>>> {
    let mut read =
        connection.prepare_cached("SELECT bytes FROM entries WHERE key = ?1 AND expires_ms > ?2")?;
    keys.iter()
        .map(|key| {
            let bytes = read.query_row(params![key, now_ms], |row| row.get::<_, Vec<u8>>(0)).optional()?;
            Ok(bytes.map(Bytes::from))
        })
        .collect()
}

pub(super) fn put(
    connection: &Connection,
    key: &str,
    bytes: &[u8],
    expires_ms: i64,
    total: &AtomicU64,
) -> rusqlite::Result<()> {
    let mut old = connection.prepare_cached("SELECT LENGTH(bytes) FROM entries WHERE key = ?1")?;
    let replaced = old.query_row([key], |row| row.get(0)).optional()?.map(natural);
    let mut write = connection.prepare_cached(
        "INSERT INTO entries VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes, expires_ms = excluded.expires_ms",
    )?;
    write.execute(params![key, bytes, expires_ms])?;
    let added = bytes.len() + if replaced.is_none() { key.len() } else { 0 };
    total.fetch_add(added as u64, Ordering::Relaxed);
    subtract(total, replaced.unwrap_or(0));
    Ok(())
}

pub(super) fn remove(
    connection: &mut Connection,
    keys: &[String],
    total: &AtomicU64,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let mut freed = 0;
    {
        let mut remove = transaction
            .prepare_cached("DELETE FROM entries WHERE key = ?1 RETURNING LENGTH(bytes) + LENGTH(key)")?;
        for key in keys {
            freed += remove.query_row([key], |row| row.get(0)).optional()?.map_or(0, natural);
        }
    }
    transaction.commit()?;
    subtract(total, freed);
    Ok(())
}

/// Removes entries, those next to expire first, until they fit.
pub(super) fn make_room(connection: &Connection, most: u64, total: &AtomicU64) -> rusqlite::Result<()> {
    if total.load(Ordering::Relaxed) <= most {
        return Ok(());
    }
    // A tenth more, so that the next entry does not come here again.
    let enough = most / 10 * 9;
    let mut remove = connection.prepare_cached(
        "DELETE FROM entries WHERE key IN (SELECT key FROM entries ORDER BY expires_ms LIMIT ?1)",
    )?;
    while total.load(Ordering::Relaxed) > enough && remove.execute([STEP])? > 0 {
        total.store(size(connection)?, Ordering::Relaxed);
    }
    Ok(())
}

/// Removes what has expired.
pub(super) fn sweep(connection: &Connection, now_ms: i64, total: &AtomicU64) -> rusqlite::Result<()> {
    let mut remove = connection.prepare_cached(
        "DELETE FROM entries WHERE key IN (SELECT key FROM entries WHERE expires_ms <= ?1 LIMIT ?2)",
    )?;
    while remove.execute(params![now_ms, STEP])? > 0 {}
    total.store(size(connection)?, Ordering::Relaxed);
    Ok(())
}

fn subtract(total: &AtomicU64, bytes: u64) {
    let less = |known: u64| Some(known.saturating_sub(bytes));
    // The closure always gives a value.
    let _ = total.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
}
