//! Idempotency records, counters and leases in the file. Each function is one transaction.

use std::time::Duration;

use resync_api::cache::model::{ClaimRequest, Lease, LeaseAnswer};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::{natural, whole};
use crate::gcra::{self, Taken, Terms};
use crate::idempotency::Record;
use crate::lease::{self, Held};
use crate::store::Claimed;

/// How long the token of a lease is remembered after the lease has ended, in microseconds.
const LEASE_MEMORY_US: i64 = 30 * 24 * 60 * 60 * 1_000_000;

fn begin(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

pub(super) fn claim(
    connection: &mut Connection,
    name: &str,
    request: &ClaimRequest,
    now_ms: i64,
) -> rusqlite::Result<Claimed> {
    let transaction = begin(connection)?;
    let record = match record(&transaction, name, now_ms)? {
        Some(record) => record,
        None => {
            let record = Record {
                request_hash: request.request_hash.clone(),
                attempt: request.attempt.clone(),
                since_ms: natural(now_ms),
                patience_ms: natural(whole(request.patience.as_millis())),
                expires_ms: natural(now_ms.saturating_add(whole(request.ttl.as_millis()))),
                response: None,
            };
            transaction.execute(
                "INSERT OR REPLACE INTO records VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)",
                params![
                    name,
                    record.request_hash,
                    record.attempt,
                    now_ms,
                    whole(record.patience_ms),
                    whole(record.expires_ms)
                ],
            )?;
            record
        }
    };
    transaction.commit()?;
    Ok(Claimed { record, now_ms: natural(now_ms) })
}

fn record(transaction: &Transaction<'_>, name: &str, now_ms: i64) -> rusqlite::Result<Option<Record>> {
    let mut read = transaction.prepare_cached(
        "SELECT request_hash, attempt, since_ms, patience_ms, expires_ms, response FROM records
         WHERE name = ?1 AND expires_ms > ?2",
    )?;
    read.query_row(params![name, now_ms], |row| {
        Ok(Record {
            request_hash: row.get(0)?,
            attempt: row.get(1)?,
            since_ms: natural(row.get(2)?),
            patience_ms: natural(row.get(3)?),
            expires_ms: natural(row.get(4)?),
            response: row.get::<_, Option<Vec<u8>>>(5)?.map(Into::into),
        })
    })
    .optional()
}

pub(super) fn complete(
    connection: &mut Connection,
    name: &str,
    attempt: &str,
    response: &[u8],
    ttl: Duration,
    now_ms: i64,
) -> rusqlite::Result<Option<u64>> {
    let transaction = begin(connection)?;
    let Some(record) = record(&transaction, name, now_ms)?.filter(|record| record.attempt == attempt) else {
        return Ok(None);
    };
    if record.response.is_some() {
        return Ok(Some(record.expires_ms));
    }
    let expires_ms = now_ms.saturating_add(whole(ttl.as_millis()));
    transaction.execute(
        "UPDATE records SET response = ?2, expires_ms = ?3 WHERE name = ?1",
        params![name, response, expires_ms],
    )?;
    transaction.commit()?;
    Ok(Some(natural(expires_ms)))
}

pub(super) fn release(connection: &mut Connection, name: &str, attempt: &str) -> rusqlite::Result<()> {
    let remove = "DELETE FROM records WHERE name = ?1 AND attempt = ?2 AND response IS NULL";
    connection.execute(remove, [name, attempt]).map(|_| ())
}

pub(super) fn take(
    connection: &mut Connection,
    name: &str,
    terms: Terms,
    now_us: i64,
) -> rusqlite::Result<Taken> {
    let transaction = begin(connection)?;
    let kept = transaction
        .prepare_cached("SELECT arrival FROM quotas WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?
        .map(natural);
    let taken = gcra::take(terms, natural(now_us), kept);
    if taken.allowed {
        transaction
            .prepare_cached("INSERT OR REPLACE INTO quotas VALUES (?1, ?2)")?
            .execute(params![name, whole(taken.arrival)])?;
    }
    transaction.commit()?;
    Ok(taken)
}

pub(super) fn acquire(
    connection: &mut Connection,
    wanted: &Lease,
    now_us: i64,
) -> rusqlite::Result<LeaseAnswer> {
    let transaction = begin(connection)?;
    let (now, ttl) = (natural(now_us), natural(whole(wanted.ttl.as_micros())));
    let held = lease::acquire(held(&transaction, &wanted.name)?, &wanted.holder, now, ttl);
    let rest = Duration::from_micros(held.until.saturating_sub(now));
    if held.holder != wanted.holder {
        return Ok(LeaseAnswer::Held { holder: held.holder, remaining: rest });
    }
    keep(&transaction, &wanted.name, &held)?;
    transaction.commit()?;
    let (name, holder) = (wanted.name.clone(), held.holder);
    Ok(LeaseAnswer::Granted(Lease { name, holder, fencing_token: held.token, ttl: rest }))
}

pub(super) fn renew(connection: &mut Connection, lease: &Lease, now_us: i64) -> rusqlite::Result<bool> {
    let transaction = begin(connection)?;
    let (now, ttl) = (natural(now_us), natural(whole(lease.ttl.as_micros())));
    let held = lease::renew(held(&transaction, &lease.name)?, &lease.holder, lease.fencing_token, now, ttl);
    if let Some(held) = &held {
        keep(&transaction, &lease.name, held)?;
    }
    transaction.commit()?;
    Ok(held.is_some())
}

fn held(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<Option<Held>> {
    let read = "SELECT holder, token, ends FROM leases WHERE name = ?1";
    transaction
        .query_row(read, [name], |row| {
            let (token, until) = (natural(row.get(1)?), natural(row.get(2)?));
            Ok(Held { holder: row.get(0)?, token, until })
        })
        .optional()
}

fn keep(transaction: &Transaction<'_>, name: &str, held: &Held) -> rusqlite::Result<()> {
    let write = "INSERT OR REPLACE INTO leases VALUES (?1, ?2, ?3, ?4)";
    let values = params![name, held.holder, whole(held.token), whole(held.until)];
    transaction.execute(write, values).map(|_| ())
}

/// Removes records that have expired and leases long ended.
pub(super) fn sweep(connection: &mut Connection, now_ms: i64) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM records WHERE expires_ms <= ?1", [now_ms])?;
    let ended = now_ms.saturating_mul(1000).saturating_sub(LEASE_MEMORY_US);
    connection.execute("DELETE FROM leases WHERE ends <= ?1", [ended]).map(|_| ())
}

/// Removes counters whose whole limit is there again.
pub(super) fn sweep_quotas(connection: &mut Connection, now_us: i64) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM quotas WHERE arrival <= ?1", [now_us]).map(|_| ())
}
