//! Counters in a row, as series keep them, and back. Sums of times are whole microseconds, those of cache accesses
//! nanoseconds.

use std::time::Duration;

use resync_api::perf::model::{CacheVitals, PoolVitals, RpcVitals};

use super::Difference;

fn micros(seconds: f64) -> u64 {
    (seconds * 1e6) as u64
}

pub(super) fn of_cache(cache: &CacheVitals) -> Vec<u64> {
    vec![
        cache.hits,
        cache.misses,
        cache.sets,
        cache.evictions,
        cache.expirations,
        cache.invalidations,
        cache.loads,
        cache.load_failures,
        micros(cache.load_seconds),
        cache.coalesced,
        cache.stale_served,
        cache.negative_hits,
        cache.timed_accesses,
        (cache.access_seconds * 1e9) as u64,
    ]
}

pub(super) fn of_pool(pool: &PoolVitals) -> Vec<u64> {
    let mut row = vec![
        pool.acquired,
        pool.waited,
        pool.exhausted,
        pool.timed_out,
        pool.errors,
        pool.opened.unwrap_or(0),
        pool.closed.unwrap_or(0),
        micros(pool.wait_seconds),
    ];
    row.extend(&pool.wait.counts);
    row
}

pub(super) fn of_method(rpc: &RpcVitals) -> Vec<u64> {
    let mut row = vec![rpc.calls, rpc.errors, micros(rpc.latency.sum_seconds)];
    row.extend(&rpc.latency.counts);
    row
}

/// What a cache did in a window.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CacheCounts {
    pub(crate) covered: Duration,
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) sets: u64,
    pub(crate) evictions: u64,
    pub(crate) expirations: u64,
    pub(crate) invalidations: u64,
    pub(crate) loads: u64,
    pub(crate) load_failures: u64,
    pub(crate) load_seconds: f64,
    pub(crate) coalesced: u64,
    pub(crate) stale_served: u64,
    pub(crate) negative_hits: u64,
    pub(crate) timed_accesses: u64,
    pub(crate) access_seconds: f64,
}

impl From<Difference> for CacheCounts {
    fn from(difference: Difference) -> Self {
        let mut counts = difference.counts.into_iter();
        let mut next = || counts.next().unwrap_or(0);
        Self {
            covered: difference.covered,
            hits: next(),
            misses: next(),
            sets: next(),
            evictions: next(),
            expirations: next(),
            invalidations: next(),
            loads: next(),
            load_failures: next(),
            load_seconds: next() as f64 / 1e6,
            coalesced: next(),
            stale_served: next(),
            negative_hits: next(),
            timed_accesses: next(),
            access_seconds: next() as f64 / 1e9,
        }
    }
}

/// What a pool did in a window.
#[derive(Clone, Debug, Default)]
pub(crate) struct PoolCounts {
    pub(crate) covered: Duration,
    pub(crate) acquired: u64,
    pub(crate) waited: u64,
    pub(crate) exhausted: u64,
    pub(crate) timed_out: u64,
    pub(crate) errors: u64,
    pub(crate) opened: u64,
    pub(crate) closed: u64,
    pub(crate) wait_seconds: f64,
    /// By bucket.
    pub(crate) waits: Vec<u64>,
    /// Unset: no reports.
    pub(crate) mean_in_use: Option<f64>,
    pub(crate) peak_in_use: u64,
}

impl From<Difference> for PoolCounts {
    fn from(difference: Difference) -> Self {
        let mut counts = difference.counts.into_iter();
        let mut next = || counts.next().unwrap_or(0);
        Self {
            covered: difference.covered,
            acquired: next(),
            waited: next(),
            exhausted: next(),
            timed_out: next(),
            errors: next(),
            opened: next(),
            closed: next(),
            wait_seconds: next() as f64 / 1e6,
            waits: counts.collect(),
            mean_in_use: Some(difference.gauge_mean),
            peak_in_use: difference.gauge_high,
        }
    }
}

/// What a method did in a window.
#[derive(Clone, Debug, Default)]
pub(crate) struct MethodCounts {
    pub(crate) covered: Duration,
    pub(crate) calls: u64,
    pub(crate) errors: u64,
    pub(crate) seconds: f64,
    /// By bucket.
    pub(crate) latencies: Vec<u64>,
}

impl From<Difference> for MethodCounts {
    fn from(difference: Difference) -> Self {
        let mut counts = difference.counts.into_iter();
        let mut next = || counts.next().unwrap_or(0);
        Self {
            covered: difference.covered,
            calls: next(),
            errors: next(),
            seconds: next() as f64 / 1e6,
            latencies: counts.collect(),
        }
    }
}
