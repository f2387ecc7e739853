//! What one process says about itself. Counters count since the process started; gauges are as of the report.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::json::{optional_seconds, seconds};

/// One process at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcessReport {
    /// A UUID made once per start of a process: another start is another instance.
    pub instance: String,
    /// Roles it runs, such as `gateway` or `tws-bridge`.
    pub roles: Vec<String>,
    /// Version of the program.
    pub version: String,
    /// When the process started, by its clock.
    pub started_at: DateTime<Utc>,
    /// When the report was made, by the process's clock.
    pub sent_at: DateTime<Utc>,
    /// Its caches.
    pub caches: Vec<CacheVitals>,
    /// Its pools.
    pub pools: Vec<PoolVitals>,
    /// The RPCs and routes it serves.
    pub rpcs: Vec<RpcVitals>,
    /// What it holds.
    pub resources: ResourceVitals,
    /// Its queues.
    pub queues: Vec<QueueVitals>,
    /// Its background tasks.
    pub tasks: Vec<TaskVitals>,
    /// Resident memory. Unset: the platform does not say.
    pub resident_bytes: Option<u64>,
    /// Its metrics in the Prometheus text format; empty: it has none.
    pub metrics_text: String,
}

/// One cache of a process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CacheVitals {
    /// Unique in its process.
    pub name: String,
    /// Most entries; 0: no bound of this kind.
    pub max_items: u64,
    /// Most bytes; 0: no bound of this kind.
    pub max_bytes: u64,
    /// How long an entry lives that says nothing else.
    #[serde(rename = "default_ttl_seconds", with = "seconds")]
    pub default_ttl: Duration,
    /// Entries now.
    pub items: u64,
    /// Bytes now.
    pub bytes: u64,
    /// Lookups that found an entry.
    pub hits: u64,
    /// Lookups that found none.
    pub misses: u64,
    /// Entries written.
    pub sets: u64,
    /// Entries dropped because a bound was reached.
    pub evictions: u64,
    /// Entries dropped because their time was over.
    pub expirations: u64,
    /// Entries dropped because somebody said so.
    pub invalidations: u64,
    /// Loads from the origin.
    pub loads: u64,
    /// Loads that failed.
    pub load_failures: u64,
    /// Time all loads took.
    pub load_seconds: f64,
    /// Callers who joined a load that was under way.
    pub coalesced: u64,
    /// Lookups answered by an entry past its time while it was refreshed.
    pub stale_served: u64,
    /// Lookups answered by the knowledge that there is nothing.
    pub negative_hits: u64,
    /// Accesses whose time was taken: a sample.
    pub timed_accesses: u64,
    /// Time those took.
    pub access_seconds: f64,
    /// Settings to name in recommendations.
    pub settings: CacheSettingNames,
}

/// Paths of a cache's settings; empty: not a setting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheSettingNames {
    /// How long an entry lives.
    pub ttl: String,
    /// Most entries.
    pub max_items: String,
    /// Most bytes.
    pub max_bytes: String,
}

/// What a pool's connections lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolKind {
    /// An HTTP server.
    Http,
    /// Redis.
    Redis,
    /// A database.
    Database,
}

/// One pool of a process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolVitals {
    /// Such as `redis` or `engine:default`; unique in its process.
    pub name: String,
    /// What the connections lead to.
    pub kind: PoolKind,
    /// Fewest connections kept open.
    pub min: u64,
    /// Most connections in use at a time.
    pub max: u64,
    /// Open now. Unset: the library does not say.
    pub open: Option<u64>,
    /// Open and unused now. Unset: the library does not say.
    pub idle: Option<u64>,
    /// In use now.
    pub in_use: u64,
    /// Callers waiting now.
    pub waiting: u64,
    /// Highest number in use since the process started.
    pub peak_in_use: u64,
    /// Connections handed out.
    pub acquired: u64,
    /// Those that had to be waited for.
    pub waited: u64,
    /// Times that somebody asked while the maximum was in use.
    pub exhausted: u64,
    /// Callers who gave up waiting.
    pub timed_out: u64,
    /// Connections that could not be had or broke.
    pub errors: u64,
    /// Connections opened. Unset: the library does not say.
    pub opened: Option<u64>,
    /// Connections closed. Unset: the library does not say.
    pub closed: Option<u64>,
    /// Time spent waiting, in all.
    pub wait_seconds: f64,
    /// How long callers waited.
    pub wait: Histogram,
    /// Settings to name in recommendations.
    pub settings: PoolSettingNames,
}

/// Paths of a pool's settings; empty: not a setting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolSettingNames {
    /// Fewest connections.
    pub min: String,
    /// Most connections.
    pub max: String,
    /// How long opening one may take.
    pub connect_timeout: String,
}

/// One RPC or route that a process serves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RpcVitals {
    /// Path in the contract, or a route such as `GET /api/status`.
    pub method: String,
    /// Calls that ended.
    pub calls: u64,
    /// Those that ended with a status that is the server's fault.
    pub errors: u64,
    /// How long they took.
    pub latency: Histogram,
}

/// Times by bucket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Upper bounds, rising.
    pub bounds_seconds: Vec<f64>,
    /// One more than bounds, the last of what exceeds them all; each counts its own bucket only.
    pub counts: Vec<u64>,
    /// Sum of all times.
    pub sum_seconds: f64,
}

/// What a process holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResourceVitals {
    /// By kind.
    pub kinds: Vec<KindVitals>,
    /// The oldest that are held, oldest first, at most 200.
    pub oldest: Vec<TrackedResource>,
}

/// One kind of tracked resources of a process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindVitals {
    /// stream, task, conversation, lease, file
    pub kind: String,
    /// Held now.
    pub active: u64,
    /// Acquired.
    pub acquired: u64,
    /// Released.
    pub released: u64,
    /// Most at a time. Unset: no limit.
    pub limit: Option<u64>,
    /// One that is held longer is a leak. Unset: age proves nothing of this kind.
    #[serde(rename = "leak_after_seconds", with = "optional_seconds")]
    pub leak_after: Option<Duration>,
    /// Age of the oldest. Unset: none is held.
    #[serde(rename = "oldest_age_seconds", with = "optional_seconds")]
    pub oldest_age: Option<Duration>,
    /// Held now for longer than `leak_after`.
    pub leaked: u64,
    /// Held now, but not listed because the process tracks too many.
    pub untracked: u64,
}

/// One tracked resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackedResource {
    /// Unique in its process.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Who holds it.
    pub owner: String,
    /// Held for.
    #[serde(rename = "age_seconds", with = "seconds")]
    pub age: Duration,
    /// Held since.
    pub acquired_at: DateTime<Utc>,
}

/// One queue of a process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueueVitals {
    /// Unique in its process.
    pub name: String,
    /// Waiting in it now.
    pub depth: u64,
    /// Most that can wait.
    pub capacity: u64,
}

/// Background tasks of one name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskVitals {
    /// Their name.
    pub name: String,
    /// How many run now.
    pub running: u64,
}

/// The monitor's answer to one report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportAnswer {
    /// What the report held beyond the monitor's bounds and was left out, in words; empty: all was taken.
    pub dropped: Vec<String>,
}
