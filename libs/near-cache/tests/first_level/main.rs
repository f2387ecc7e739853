//! The first level alone: lives, invalidations, bounds and loads, with time paused.
#![expect(clippy::unwrap_used, reason = "test support: a failed step is a failed test")]

mod lives;
mod loads;
mod model;
mod bounds;

use resync_near_cache::{Caches, Settings};
use resync_service_kit::vitals::{CacheVitals, Vitals};
use std::time::Duration;

/// Caches whose lives are not shortened at random.
fn exact() -> (Caches, Vitals) {
    with(Settings { jitter: 0.0, ..Settings::default() })
}

fn with(settings: Settings) -> (Caches, Vitals) {
    let vitals = Vitals::new();
    (Caches::new(settings, None, &vitals), vitals)
}

fn vitals_of(vitals: &Vitals) -> CacheVitals {
    vitals.snapshot().caches.remove(0)
}

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
