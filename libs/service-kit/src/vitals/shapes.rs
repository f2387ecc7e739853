//! The plain structs a snapshot is made of.

use super::resources::ResourceVitals;
use resync_resilience::{Histogram, PoolSnapshot};
use std::borrow::Cow;
use std::time::Duration;

/// Everything a process reports about itself. Counts are since its start.
#[derive(Debug, Clone, PartialEq)]
pub struct VitalsSnapshot {
    /// By name.
    pub caches: Vec<CacheVitals>,
    /// By name.
    pub pools: Vec<PoolVitals>,
    /// By method.
    pub rpcs: Vec<RpcVitals>,
    /// Streams, tasks, files and the like that are held.
    pub resources: ResourceVitals,
    /// By name.
    pub queues: Vec<QueueVitals>,
    /// Background tasks that run now, by name.
    pub tasks: Vec<TaskVitals>,
    /// Memory of the process; unknown where the system does not tell.
    pub resident_bytes: Option<u64>,
    /// Caches, pools and queues left out because too many were registered.
    pub unreported: u64,
}

/// One cache.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CacheVitals {
    /// Unique in the process.
    pub name: Cow<'static, str>,
    /// Bound on entries.
    pub max_items: u64,
    /// Bound on bytes.
    pub max_bytes: u64,
    /// Time to live of an entry whose class sets none.
    pub default_ttl: Duration,
    /// Entries now.
    pub items: u64,
    /// Bytes now.
    pub bytes: u64,
    /// Reads answered from the cache, stale and negative ones included.
    pub hits: u64,
    /// Reads that found nothing to use.
    pub misses: u64,
    /// Entries written.
    pub sets: u64,
    /// Entries that a bound pushed out.
    pub evictions: u64,
    /// Entries that reached their end.
    pub expirations: u64,
    /// Entries that an invalidation killed.
    pub invalidations: u64,
    /// Loads begun.
    pub loads: u64,
    /// Loads that failed.
    pub load_failures: u64,
    /// Time spent loading.
    pub load_seconds: f64,
    /// Callers who joined the load of another.
    pub coalesced: u64,
    /// Hits on an entry past its end, served while it was loaded anew.
    pub stale_served: u64,
    /// Hits on "there is no such thing".
    pub negative_hits: u64,
    /// Reads whose time was taken: a sample.
    pub timed_accesses: u64,
    /// Time of the reads in the sample.
    pub access_seconds: f64,
    /// Settings that change its bounds.
    pub settings: CacheSettingNames,
}

/// Paths of the settings behind a cache; empty when there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CacheSettingNames {
    /// Of the default time to live.
    pub ttl: Cow<'static, str>,
    /// Of the bound on entries.
    pub max_items: Cow<'static, str>,
    /// Of the bound on bytes.
    pub max_bytes: Cow<'static, str>,
}

/// What the connections of a pool lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PoolKind {
    /// An HTTP server.
    #[default]
    Http,
    /// A Redis server or cluster.
    Redis,
    /// A database.
    Database,
}

/// One pool of connections.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolVitals {
    /// Unique in the process.
    pub name: Cow<'static, str>,
    /// What they lead to.
    pub kind: PoolKind,
    /// Connections kept open at least.
    pub min: u64,
    /// Connections at most.
    pub max: u64,
    /// Open now; unknown when the library does not tell.
    pub open: Option<u64>,
    /// Open and unused now.
    pub idle: Option<u64>,
    /// Handed out now.
    pub in_use: u64,
    /// Callers in line now.
    pub waiting: u64,
    /// Most that were ever handed out at once.
    pub peak_in_use: u64,
    /// Connections handed out.
    pub acquired: u64,
    /// Of them, those that had to be waited for.
    pub waited: u64,
    /// Times somebody asked while all were out.
    pub exhausted: u64,
    /// Callers who gave up waiting.
    pub timed_out: u64,
    /// Uses that failed for a reason of the connection or the other side.
    pub errors: u64,
    /// Connections opened.
    pub opened: Option<u64>,
    /// Connections closed.
    pub closed: Option<u64>,
    /// Time waited in all.
    pub wait_seconds: f64,
    /// Time waited, for every connection handed out.
    pub wait: Histogram,
    /// Settings that change its bounds.
    pub settings: PoolSettingNames,
}

impl PoolVitals {
    /// A pool that is measured by its permits alone.
    #[must_use]
    pub fn of_permits(
        name: impl Into<Cow<'static, str>>,
        kind: PoolKind,
        settings: PoolSettingNames,
        permits: PoolSnapshot,
    ) -> Self {
        let wide = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        Self {
            name: name.into(),
            kind,
            min: 0,
            max: wide(permits.max),
            open: None,
            idle: None,
            in_use: wide(permits.in_use),
            waiting: wide(permits.waiting),
            peak_in_use: wide(permits.peak_in_use),
            acquired: permits.acquired,
            waited: permits.waited,
            exhausted: permits.exhausted,
            timed_out: permits.timed_out,
            errors: permits.errors,
            opened: None,
            closed: None,
            wait_seconds: permits.wait.sum_seconds,
            wait: permits.wait,
            settings,
        }
    }
}

/// Paths of the settings behind a pool; empty when there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PoolSettingNames {
    /// Of the connections kept open.
    pub min: Cow<'static, str>,
    /// Of the most connections.
    pub max: Cow<'static, str>,
    /// Of the time a connection may take to open.
    pub connect_timeout: Cow<'static, str>,
}

/// The calls of one method.
#[derive(Debug, Clone, PartialEq)]
pub struct RpcVitals {
    /// Contract path of an RPC, or method and route of an HTTP call.
    pub method: String,
    /// Calls answered.
    pub calls: u64,
    /// Of them, those that failed by this side's fault.
    pub errors: u64,
    /// Time until the answer began.
    pub latency: Histogram,
}

/// One queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueVitals {
    /// Unique in the process.
    pub name: Cow<'static, str>,
    /// Waiting in it now.
    pub depth: u64,
    /// Its bound.
    pub capacity: u64,
}

/// Background tasks of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskVitals {
    /// Their name.
    pub name: String,
    /// How many run now.
    pub running: u64,
}
