//! The figures of a window: processes, caches, pools, methods, resources and leaks.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    CacheSettingNames, PerformanceHealth, PoolKind, PoolSettingNames, QueueVitals, Recommendation, Standing,
    TaskVitals, Window,
};
use crate::json::{optional_seconds, seconds};

/// Everything of one window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PerformanceReport {
    /// When it was computed.
    pub generated_at: DateTime<Utc>,
    /// What it looks at.
    pub window: Window,
    /// Health with reasons.
    pub health: PerformanceHealth,
    /// Who reports.
    pub processes: Vec<ProcessSummary>,
    /// Every cache of every process.
    pub caches: Vec<CacheReport>,
    /// Every pool of every process.
    pub pools: Vec<PoolReport>,
    /// Every method over all processes, slowest p95 first.
    pub methods: Vec<MethodReport>,
    /// What is held.
    pub resources: ResourceStats,
    /// Held longer than their kind allows.
    pub leaks: Leaks,
    /// Settings to change, gravest first.
    pub recommendations: Vec<Recommendation>,
}

/// A process that reports, or did until lately.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcessSummary {
    /// Its instance.
    pub instance: String,
    /// Roles it runs.
    pub roles: Vec<String>,
    /// Version of the program.
    pub version: String,
    /// When it started, by its clock.
    pub started_at: DateTime<Utc>,
    /// Since its last report.
    #[serde(rename = "age_seconds", with = "seconds")]
    pub age: Duration,
    /// Its reports stopped without a goodbye.
    pub missing: bool,
    /// Resident memory. Unset: unknown.
    pub resident_bytes: Option<u64>,
    /// Its queues.
    pub queues: Vec<QueueVitals>,
    /// Its background tasks.
    pub tasks: Vec<TaskVitals>,
}

/// One cache of one process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CacheReport {
    /// Unique in the report: the name, with `@role` and if need be the instance where several have that name.
    pub label: String,
    /// The cache's name.
    pub name: String,
    /// Its process.
    pub instance: String,
    /// Roles of its process.
    pub roles: Vec<String>,
    /// What is thought of it.
    pub standing: Standing,
    /// How much of the window there is data for.
    #[serde(rename = "covered_seconds", with = "seconds")]
    pub covered: Duration,
    /// Over the window.
    pub hits: u64,
    /// Over the window.
    pub misses: u64,
    /// Over the window.
    pub sets: u64,
    /// Over the window: entries dropped because a bound was reached.
    pub evictions: u64,
    /// Over the window.
    pub expirations: u64,
    /// Over the window.
    pub invalidations: u64,
    /// Over the window.
    pub loads: u64,
    /// Over the window.
    pub load_failures: u64,
    /// Over the window.
    pub coalesced: u64,
    /// Over the window.
    pub stale_served: u64,
    /// Over the window.
    pub negative_hits: u64,
    /// Hits per lookup. Unset: no lookups.
    pub hit_rate: Option<f64>,
    /// Misses per lookup. Unset: no lookups.
    pub miss_rate: Option<f64>,
    /// Evictions per set. Unset: no sets.
    pub eviction_rate: Option<f64>,
    /// Of the accesses that were timed. Unset: none was.
    pub average_access_seconds: Option<f64>,
    /// Unset: no loads.
    pub average_load_seconds: Option<f64>,
    /// 0 to 100. Unset while idle.
    pub efficiency_score: Option<f64>,
    /// Entries now.
    pub items: u64,
    /// Bytes now.
    pub bytes: u64,
    /// Most entries; 0: no bound of this kind.
    pub max_items: u64,
    /// Most bytes; 0: no bound of this kind.
    pub max_bytes: u64,
    /// How long an entry lives that says nothing else.
    #[serde(rename = "default_ttl_seconds", with = "seconds")]
    pub default_ttl: Duration,
    /// Since the process started.
    pub total_hits: u64,
    /// Since the process started.
    pub total_misses: u64,
    /// Since the process started.
    pub total_sets: u64,
    /// Since the process started.
    pub total_evictions: u64,
    /// Its settings.
    pub settings: CacheSettingNames,
}

/// One pool of one process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolReport {
    /// See [`CacheReport::label`].
    pub label: String,
    /// The pool's name.
    pub name: String,
    /// What the connections lead to.
    pub kind: PoolKind,
    /// Its process.
    pub instance: String,
    /// Roles of its process.
    pub roles: Vec<String>,
    /// What is thought of it.
    pub standing: Standing,
    /// How much of the window there is data for.
    #[serde(rename = "covered_seconds", with = "seconds")]
    pub covered: Duration,
    /// Over the window.
    pub acquired: u64,
    /// Over the window: had to be waited for.
    pub waited: u64,
    /// Over the window: asked while the maximum was in use.
    pub exhausted: u64,
    /// Over the window: gave up waiting.
    pub timed_out: u64,
    /// Over the window.
    pub errors: u64,
    /// Over the window. Unset: unknown.
    pub opened: Option<u64>,
    /// Over the window. Unset: unknown.
    pub closed: Option<u64>,
    /// Failed and timed out, per attempt. Unset: no attempts.
    pub error_rate: Option<f64>,
    /// Over all acquisitions, those that did not wait included. Unset: none.
    pub average_wait_seconds: Option<f64>,
    /// Unset: no acquisitions.
    pub p95_wait_seconds: Option<f64>,
    /// In use per maximum, mean of the reports in the window. Unset: no reports, or no maximum.
    pub utilization: Option<f64>,
    /// The highest of them.
    pub peak_utilization: Option<f64>,
    /// 0 to 100. Unset while idle.
    pub efficiency_score: Option<f64>,
    /// Fewest connections kept open.
    pub min: u64,
    /// Most connections in use at a time.
    pub max: u64,
    /// In use now.
    pub active: u64,
    /// Open and unused now. Unset: unknown.
    pub idle: Option<u64>,
    /// Open now. Unset: unknown.
    pub open: Option<u64>,
    /// Callers waiting now.
    pub waiting: u64,
    /// Highest number in use since the process started.
    pub peak_active: u64,
    /// Since the process started.
    pub total_acquired: u64,
    /// Since the process started: got a connection without waiting for one.
    pub total_hits: u64,
    /// Since the process started: waited for a connection or got none.
    pub total_misses: u64,
    /// Since the process started.
    pub total_exhausted: u64,
    /// Since the process started, timeouts included.
    pub total_errors: u64,
    /// Since the process started. Unset: unknown.
    pub total_opened: Option<u64>,
    /// Since the process started. Unset: unknown.
    pub total_closed: Option<u64>,
    /// Its settings.
    pub settings: PoolSettingNames,
}

/// One method, over all processes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MethodReport {
    /// Path in the contract, or a route such as `GET /api/status`.
    pub method: String,
    /// What is thought of it.
    pub standing: Standing,
    /// How much of the window there is data for, in the process that has most.
    #[serde(rename = "covered_seconds", with = "seconds")]
    pub covered: Duration,
    /// Over the window.
    pub calls: u64,
    /// Over the window: ended with a status that is the server's fault.
    pub errors: u64,
    /// Unset: no calls.
    pub error_rate: Option<f64>,
    /// Over the window.
    pub calls_per_second: f64,
    /// Unset: no calls.
    pub average_seconds: Option<f64>,
    /// Unset: no calls. Interpolated within its bucket.
    pub p50_seconds: Option<f64>,
    /// Unset: no calls. Interpolated within its bucket.
    pub p95_seconds: Option<f64>,
    /// Unset: no calls. Interpolated within its bucket.
    pub p99_seconds: Option<f64>,
}

/// One kind of tracked resources, over all processes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResourceKind {
    /// stream, task, conversation, lease, file
    pub kind: String,
    /// Held now.
    pub active: u64,
    /// Since the processes started.
    pub acquired: u64,
    /// Since the processes started.
    pub released: u64,
    /// Sum over the processes that have a limit. Unset: none has.
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

/// What the mesh holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResourceStats {
    /// Held now, of all kinds.
    pub active: u64,
    /// Sum of the limits of the kinds that have one.
    pub limit: u64,
    /// Highest share of a limited kind in use, in one process.
    pub utilization: f64,
    /// By kind, sorted by name.
    pub kinds: Vec<ResourceKind>,
    /// When it was computed.
    pub generated_at: DateTime<Utc>,
}

/// A resource held for too long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leak {
    /// Unique in its process.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Who holds it.
    pub owner: String,
    /// Held for, as of the last report.
    #[serde(rename = "age_seconds", with = "seconds")]
    pub age: Duration,
    /// Held since.
    pub acquired_at: DateTime<Utc>,
    /// Its process.
    pub instance: String,
    /// Roles of its process.
    pub roles: Vec<String>,
}

/// Resources held for too long.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Leaks {
    /// Oldest first.
    pub leaks: Vec<Leak>,
    /// There may be more: only the oldest of each process are known.
    pub truncated: bool,
}

/// Metrics of one process, as it sent them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcessMetrics {
    /// Its instance.
    pub instance: String,
    /// Roles it runs.
    pub roles: Vec<String>,
    /// Since it sent them.
    #[serde(rename = "age_seconds", with = "seconds")]
    pub age: Duration,
    /// Prometheus text format.
    pub text: String,
}
