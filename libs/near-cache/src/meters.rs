//! What one cache counts.

use resync_service_kit::vitals::CacheVitals;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// One read in so many is timed: reading the clock twice costs about as much as a hit.
const SAMPLE: u64 = 64;

#[derive(Debug, Default)]
pub(crate) struct Meters {
    pub(crate) items: AtomicU64,
    pub(crate) bytes: AtomicU64,
    pub(crate) hits: AtomicU64,
    pub(crate) misses: AtomicU64,
    pub(crate) sets: AtomicU64,
    pub(crate) evictions: AtomicU64,
    pub(crate) expirations: AtomicU64,
    pub(crate) invalidations: AtomicU64,
    pub(crate) loads: AtomicU64,
    pub(crate) load_failures: AtomicU64,
    load_nanos: AtomicU64,
    pub(crate) coalesced: AtomicU64,
    pub(crate) stale_served: AtomicU64,
    pub(crate) negative_hits: AtomicU64,
    timed_accesses: AtomicU64,
    access_nanos: AtomicU64,
}

pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

impl Meters {
    /// Counts a hit; true: its time is to be taken.
    pub(crate) fn hit(&self, negative: bool, stale: bool) -> bool {
        if negative {
            count(&self.negative_hits);
        }
        if stale {
            count(&self.stale_served);
        }
        self.hits.fetch_add(1, Relaxed).is_multiple_of(SAMPLE)
    }

    pub(crate) fn accessed_in(&self, took: Duration) {
        count(&self.timed_accesses);
        self.access_nanos.fetch_add(nanos(took), Relaxed);
    }

    pub(crate) fn loaded_in(&self, took: Duration, failed: bool) {
        count(&self.loads);
        if failed {
            count(&self.load_failures);
        }
        self.load_nanos.fetch_add(nanos(took), Relaxed);
    }

    /// The counts; names and bounds are the caller's to fill in.
    pub(crate) fn read(&self) -> CacheVitals {
        let seconds = |nanos: &AtomicU64| Duration::from_nanos(nanos.load(Relaxed)).as_secs_f64();
        CacheVitals {
            items: self.items.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
            hits: self.hits.load(Relaxed),
            misses: self.misses.load(Relaxed),
            sets: self.sets.load(Relaxed),
            evictions: self.evictions.load(Relaxed),
            expirations: self.expirations.load(Relaxed),
            invalidations: self.invalidations.load(Relaxed),
            loads: self.loads.load(Relaxed),
            load_failures: self.load_failures.load(Relaxed),
            load_seconds: seconds(&self.load_nanos),
            coalesced: self.coalesced.load(Relaxed),
            stale_served: self.stale_served.load(Relaxed),
            negative_hits: self.negative_hits.load(Relaxed),
            timed_accesses: self.timed_accesses.load(Relaxed),
            access_seconds: seconds(&self.access_nanos),
            ..CacheVitals::default()
        }
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
