//! The embedded store: one SQLite file of this process.
//!
//! Two connections, each on a thread of its own: what must survive a power cut (records, leases, invalidations) is
//! written with full synchronisation, what may be lost (entries, counters) without waiting for the disk.

mod backup;
mod schema;
mod worker;
mod entries;
mod events;
mod records;

pub use backup::{backup, check};

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use chrono::Utc;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use resync_api::cache::model::{
    ClaimRequest, Invalidation, InvalidationScope, Lease, LeaseAnswer, Position, StoreKind,
};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::gcra::{Taken, Terms};
use crate::store::{Answer, Cause, Claimed, Condition, Part, PoolState, Store, StoreError};
use worker::Worker;

/// Where the file is and how large it may become.
#[derive(Clone, Debug)]
pub struct SqliteConfig {
    /// The file; its folder exists.
    pub path: PathBuf,
    /// Entries beyond this leave, those next to expire first. In bytes of values.
    pub max_entry_bytes: u64,
    /// The file never grows beyond this; when it is full, claims and leases are refused.
    pub max_file_bytes: u64,
    /// Longest time for one operation.
    pub timeout: Duration,
}

impl SqliteConfig {
    /// The usual bounds.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            max_entry_bytes: 256 * 1024 * 1024,
            max_file_bytes: 1024 * 1024 * 1024,
            timeout: Duration::from_secs(5),
        }
    }
}

/// The embedded store.
#[derive(Debug)]
pub(crate) struct SqliteStore {
    config: SqliteConfig,
    /// Entries and counters.
    fast: Worker,
    /// Everything else.
    durable: Worker,
    entry_bytes: Arc<AtomicU64>,
    /// The newest position, for whoever follows the history.
    newest: watch::Sender<u64>,
}

impl SqliteStore {
    /// Opens the file, and creates it if need be.
    ///
    /// # Errors
    /// When it cannot be used, or was written by a newer version.
    pub(crate) async fn open(config: SqliteConfig) -> Result<Self, StoreError> {
        if config.max_entry_bytes >= config.max_file_bytes {
            let what = "the settings of the cache's file: its size must exceed that of the entries";
            return Err(StoreError::new(Cause::Settings, what));
        }
        let lock = Arc::default();
        let durable = Worker::open(&config, "cache-durable", schema::Durability::Full, &lock).await?;
        let fast = Worker::open(&config, "cache-entries", schema::Durability::Normal, &lock).await?;
        let entry_bytes = Arc::new(AtomicU64::new(fast.run(|connection| entries::size(connection)).await?));
        Ok(Self { config, fast, durable, entry_bytes, newest: watch::Sender::new(0) })
    }
}

/// Milliseconds since 1970.
fn now_ms() -> i64 {
    whole(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis())
}

/// Microseconds since 1970.
fn now_us() -> i64 {
    whole(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros())
}

/// As SQLite keeps numbers.
fn whole(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// As the rest of the product has them; ours are never negative.
fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

impl Store for SqliteStore {
    fn kind(&self) -> StoreKind {
        StoreKind::Sqlite
    }

    fn get<'a>(&'a self, keys: &'a [String]) -> Answer<'a, Vec<Option<Bytes>>> {
        let keys = keys.to_vec();
        self.fast.run(move |connection| entries::get(connection, &keys, now_ms())).boxed()
    }

    fn put<'a>(&'a self, key: &'a str, bytes: Bytes, ttl: Duration) -> Answer<'a, ()> {
        let (key, total, most) = (key.to_owned(), Arc::clone(&self.entry_bytes), self.config.max_entry_bytes);
        self.fast
            .write(move |connection| {
                let expires = now_ms().saturating_add(whole(ttl.as_millis()).max(1));
                entries::put(connection, &key, &bytes, expires, &total)?;
                entries::make_room(connection, most, &total)
            })
            .boxed()
    }

    fn remove<'a>(&'a self, keys: &'a [String]) -> Answer<'a, ()> {
        let (keys, total) = (keys.to_vec(), Arc::clone(&self.entry_bytes));
        self.fast.write(move |connection| entries::remove(connection, &keys, &total)).boxed()
    }

    fn append<'a>(&'a self, scope: &'a InvalidationScope) -> Answer<'a, Position> {
        let scope = scope.clone();
        async move {
            let position =
                self.durable.write(move |connection| events::append(connection, &scope, now_ms())).await?;
            let position = events::position(position)?;
            self.newest.send_modify(|newest| *newest = position.get().max(*newest));
            Ok(position)
        }
        .boxed()
    }

    fn history(&self) -> Answer<'_, Vec<Arc<Invalidation>>> {
        async move {
            let rows = self.durable.run(|connection| events::all(connection)).await?;
            if !rows.is_empty() {
                return events::parse(rows);
            }
            // The first entry is what readers stand on.
            let scope = InvalidationScope::everything();
            let position = self.append(&scope).await?;
            Ok(vec![Arc::new(Invalidation { position, scope })])
        }
        .boxed()
    }

    fn follow(&self, after: Position) -> Answer<'_, Part> {
        async move {
            let mut newest = self.newest.subscribe();
            let changed = newest.wait_for(|newest| *newest > after.get());
            // Nothing new within the time is an answer too.
            let _ = tokio::time::timeout(events::WAIT, changed).await;
            let from = whole(after.get());
            match self.fast.run(move |connection| events::after(connection, from)).await? {
                Some(rows) => Ok(Part::Next(events::parse(rows)?)),
                None => Ok(Part::Lost),
            }
        }
        .boxed()
    }

    fn claim<'a>(&'a self, name: &'a str, request: &'a ClaimRequest) -> Answer<'a, Claimed> {
        let (name, request) = (name.to_owned(), request.clone());
        self.durable.write(move |connection| records::claim(connection, &name, &request, now_ms())).boxed()
    }

    fn complete<'a>(
        &'a self,
        name: &'a str,
        attempt: &'a str,
        response: Bytes,
        ttl: Duration,
    ) -> Answer<'a, Option<u64>> {
        let (name, attempt) = (name.to_owned(), attempt.to_owned());
        self.durable
            .write(move |connection| records::complete(connection, &name, &attempt, &response, ttl, now_ms()))
            .boxed()
    }

    fn release<'a>(&'a self, name: &'a str, attempt: &'a str) -> Answer<'a, ()> {
        let (name, attempt) = (name.to_owned(), attempt.to_owned());
        self.durable.write(move |connection| records::release(connection, &name, &attempt)).boxed()
    }

    fn take<'a>(&'a self, name: &'a str, terms: Terms) -> Answer<'a, Taken> {
        let name = name.to_owned();
        self.fast.write(move |connection| records::take(connection, &name, terms, now_us())).boxed()
    }

    fn acquire<'a>(&'a self, wanted: &'a Lease) -> Answer<'a, LeaseAnswer> {
        let wanted = wanted.clone();
        self.durable.write(move |connection| records::acquire(connection, &wanted, now_us())).boxed()
    }

    fn renew<'a>(&'a self, lease: &'a Lease) -> Answer<'a, bool> {
        let lease = lease.clone();
        self.durable.write(move |connection| records::renew(connection, &lease, now_us())).boxed()
    }

    fn give_back<'a>(&'a self, lease: &'a Lease) -> Answer<'a, bool> {
        let lease = Lease { ttl: Duration::ZERO, ..lease.clone() };
        self.durable.write(move |connection| records::renew(connection, &lease, now_us())).boxed()
    }

    fn probe(&self) -> Answer<'_, Condition> {
        async move {
            let asked = Instant::now();
            // A write, because a full disk still reads; but none that wakes the disk every few seconds.
            let used_bytes = self.fast.write(schema::touch).await?;
            self.durable.run(|connection| schema::version(connection)).await?;
            Ok(Condition {
                checked_at: Utc::now(),
                latency: asked.elapsed(),
                version: rusqlite::version().to_owned(),
                uptime: None,
                connected_clients: 1,
                used_bytes,
                max_bytes: self.config.max_file_bytes,
                eviction_policy: "noeviction".to_owned(),
                persistence: "wal (synchronous full)".to_owned(),
                keeps_records: true,
                warning: String::new(),
            })
        }
        .boxed()
    }

    fn sweep(&self) -> Answer<'_, ()> {
        async move {
            let total = Arc::clone(&self.entry_bytes);
            self.fast.write(move |connection| entries::sweep(connection, now_ms(), &total)).await?;
            self.fast.write(|connection| records::sweep_quotas(connection, now_us())).await?;
            self.durable.write(|connection| records::sweep(connection, now_ms())).await
        }
        .boxed()
    }

    fn pool(&self) -> Option<PoolState> {
        None
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async move {
            self.fast.close().await;
            self.durable.close().await;
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_api::cache::model::{IdempotencyKey, QuotaRequest};

    #[tokio::test]
    async fn upkeep_removes_what_has_ended_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cache.sqlite");
        let store = SqliteStore::open(SqliteConfig::new(&path)).await.expect("opens");
        let (short, long) = (Duration::from_millis(1), Duration::from_secs(60));
        let text = |name: &str| name.to_owned();
        for (name, life) in [("short", short), ("long", long)] {
            store.put(name, Bytes::from_static(b"x"), life).await.expect("stored");
            let key = IdempotencyKey { principal: text("p"), route: text("r"), key: text(name) };
            let request = ClaimRequest { ttl: life, ..ClaimRequest::new(key, "h", "a") };
            store.claim(name, &request).await.expect("claimed");
            let quota = QuotaRequest { name: text("n"), key: text("k"), limit: 1, window: life, cost: 1 };
            store.take(name, Terms::from(&quota)).await.expect("taken");
            let lease = Lease { name: text(name), holder: text("h"), fencing_token: 0, ttl: life };
            store.acquire(&lease).await.expect("granted");
        }
        let end = now_ms() + 1;
        while now_ms() <= end {
            tokio::task::yield_now().await;
        }
        store.sweep().await.expect("swept");
        let size = store.entry_bytes.load(std::sync::atomic::Ordering::Relaxed);
        assert_eq!(size, "long".len() as u64 + 1);
        store.close().await;
        let file = rusqlite::Connection::open(&path).expect("opens");
        for (table, column) in [("entries", "key"), ("records", "name"), ("quotas", "name")] {
            let names: String = file
                .query_row(&format!("SELECT GROUP_CONCAT({column}) FROM {table}"), [], |row| row.get(0))
                .expect("one is left");
            assert_eq!(names, "long", "{table}");
        }
        let leases: i64 =
            file.query_row("SELECT COUNT(*) FROM leases", [], |row| row.get(0)).expect("counts");
        assert_eq!(leases, 2, "the tokens of ended leases are remembered");
    }
}
