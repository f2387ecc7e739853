//! The cache and its pool as the process reports them.

use std::time::Duration;

use resync_resilience::{Histogram, PoolSnapshot, WAIT_BOUNDS};
use resync_service_kit::vitals::{CacheSettingNames, CacheVitals, PoolKind, PoolSettingNames, PoolVitals};

use crate::config::SettingNames;
use crate::feed::Feed;
use crate::memory::Memory;
use crate::store::PoolState;
use crate::usage::Usage;

pub(crate) fn cache(memory: &Memory, usage: &Usage, feed: &Feed, names: &SettingNames) -> CacheVitals {
    let (uses, bounds) = (usage.read(), memory.bounds());
    let sum = |of: fn(&resync_api::cache::model::CacheUse) -> u64| uses.iter().map(of).sum::<u64>();
    let (store_hits, misses) = (sum(|read| read.store_hits), sum(|read| read.misses));
    CacheVitals {
        name: "shared".into(),
        max_items: bounds.max_items,
        max_bytes: bounds.max_bytes,
        // Every entry brings its own.
        default_ttl: Duration::ZERO,
        items: memory.items(),
        bytes: memory.bytes(),
        hits: sum(|read| read.memory_hits) + store_hits,
        misses,
        sets: sum(|read| read.sets),
        evictions: memory.evictions(),
        expirations: memory.expirations(),
        invalidations: feed.seen(),
        settings: CacheSettingNames {
            ttl: "".into(),
            max_items: names.max_items.into(),
            max_bytes: names.max_bytes.into(),
        },
        ..CacheVitals::default()
    }
}

/// A pool that is closed already has nothing in it.
pub(crate) fn pool(state: Option<PoolState>, names: &SettingNames) -> PoolVitals {
    let settings = PoolSettingNames {
        min: names.pool_min.into(),
        max: names.pool_max.into(),
        connect_timeout: names.connect_timeout.into(),
    };
    let PoolState { permits, min, open, idle, opened, closed } = state.unwrap_or_else(nothing);
    PoolVitals {
        min: u64::from(min),
        open: Some(u64::from(open)),
        idle: Some(u64::from(idle)),
        opened: Some(opened),
        closed: Some(closed),
        ..PoolVitals::of_permits("redis", PoolKind::Redis, settings, permits)
    }
}

fn nothing() -> PoolState {
    let permits = PoolSnapshot {
        max: 0,
        in_use: 0,
        waiting: 0,
        peak_in_use: 0,
        acquired: 0,
        waited: 0,
        exhausted: 0,
        timed_out: 0,
        errors: 0,
        wait: Histogram::empty(&WAIT_BOUNDS),
    };
    PoolState { permits, min: 0, open: 0, idle: 0, opened: 0, closed: 0 }
}
