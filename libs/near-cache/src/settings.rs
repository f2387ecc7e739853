//! Bounds and habits that all caches of a process share.

use resync_service_kit::vitals::CacheSettingNames;
use std::time::Duration;

/// What gives way in a full cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Eviction {
    /// What is asked for rarely; a newcomer must be asked for more often than what it would replace.
    #[default]
    TinyLfu,
    /// What was asked for longest ago.
    Lru,
}

/// Settings of the caches of one process.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Life of values whose class sets none.
    pub ttl: Duration,
    /// Life of "there is no such thing".
    pub absent_ttl: Duration,
    /// Entries of one cache at most.
    pub max_items: u64,
    /// Bytes of one cache at most.
    pub max_bytes: u64,
    /// What gives way in a full cache.
    pub eviction: Eviction,
    /// Between two cleanups of a cache.
    pub cleanup_interval: Duration,
    /// Entries renewed at one time in the background.
    pub max_workers: usize,
    /// Part of a life, from 0 to 1, by which it is shortened at random, so that what was loaded together does not end
    /// together.
    pub jitter: f64,
    /// Longest that a read waits for the second level.
    pub second_level_patience: Duration,
    /// Where these settings stand, for recommendations.
    pub names: CacheSettingNames,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(60),
            absent_ttl: Duration::from_secs(10),
            max_items: 100_000,
            max_bytes: 100 * 1024 * 1024,
            eviction: Eviction::TinyLfu,
            cleanup_interval: Duration::from_secs(30),
            max_workers: 4,
            jitter: 0.1,
            second_level_patience: Duration::from_millis(500),
            names: CacheSettingNames {
                ttl: "async_cache.ttl_seconds".into(),
                max_items: "cache.max_items".into(),
                max_bytes: "cache.max_bytes".into(),
            },
        }
    }
}

impl Settings {
    /// What an entry weighs at least, so that one bound on weight keeps both the bound on bytes and that on entries. Many
    /// small entries thus fill a cache before its bytes do.
    pub(crate) fn least_weight(&self) -> u64 {
        self.max_bytes.div_ceil(self.max_items.max(1)).max(1)
    }
}
