//! What the role says about itself. The same types are the JSON of the REST API.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::json::seconds;

/// What is behind the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    /// A file of this process.
    Sqlite,
    /// One Redis server.
    Redis,
    /// A Redis Cluster.
    RedisCluster,
}

impl StoreKind {
    /// Its name in JSON and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Redis => "redis",
            Self::RedisCluster => "redis_cluster",
        }
    }
}

/// Counters since the role started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CacheStats {
    /// By the cache's name.
    pub caches: Vec<CacheUse>,
    /// Entries in the role's memory in front of the store.
    pub memory_items: u64,
    /// Their size.
    pub memory_bytes: u64,
    /// Bound of the items.
    pub memory_max_items: u64,
    /// Bound of the size.
    pub memory_max_bytes: u64,
    /// Dropped from memory because of its bounds.
    pub memory_evictions: u64,
    /// What is behind the memory.
    pub store: StoreKind,
    /// Current position of the invalidations; 0 until the history was read.
    pub position: u64,
    /// Invalidations seen.
    pub invalidations: u64,
    /// Watchers of invalidations at present.
    pub watchers: u64,
    /// Times the history of invalidations was lost and everything was dropped.
    pub history_losses: u64,
    /// Since the role started.
    #[serde(rename = "uptime_seconds", with = "seconds")]
    pub uptime: Duration,
}

/// Use of one cache.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheUse {
    /// Its name; `other` sums up those beyond the first 100.
    pub cache: String,
    /// Found in the role's memory.
    pub memory_hits: u64,
    /// Found in the store.
    pub store_hits: u64,
    /// Not found.
    pub misses: u64,
    /// Stored.
    pub sets: u64,
    /// Found, but older than an invalidation; also counted as misses.
    pub dead: u64,
}

/// Whether the store works, and whether idempotency is safe in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CacheHealth {
    /// The store answers.
    pub serving: bool,
    /// Why not, as the reason of an error; empty while it serves.
    pub reason: String,
    /// Why not, for people; empty while it serves.
    pub message: String,
    /// What to do about it; empty while it serves.
    pub hint: String,
    /// What is behind the cache.
    pub store: StoreKind,
    /// When this was found out.
    pub checked_at: DateTime<Utc>,
    /// Of the last check.
    #[serde(rename = "latency_seconds", with = "seconds")]
    pub latency: Duration,
    /// Of the store; empty until the first check.
    pub version: String,
    /// Clients of the store.
    pub connected_clients: u64,
    /// Memory of the store.
    pub used_memory_bytes: u64,
    /// Its limit; 0: none.
    pub max_memory_bytes: u64,
    /// What the store does when its memory is full.
    pub eviction_policy: String,
    /// How the store persists, such as `aof (everysec)`, `rdb`, `none`.
    pub persistence: String,
    /// Idempotency records can be claimed now, and the store neither evicts nor forgets them.
    pub idempotency_safe: bool,
    /// What to know about that; empty when all is well.
    pub idempotency_warning: String,
}
