//! What processes say of themselves in these stories, and counters that go on from report to report.

use std::time::Duration;

use resync_api::perf::model::{
    CacheSettingNames, CacheVitals, Histogram, KindVitals, PoolKind, PoolSettingNames, PoolVitals,
    ProcessReport, ResourceVitals, TrackedResource,
};

use crate::mesh::start_of_time;

pub(crate) fn report(instance: &str, roles: &[&str]) -> ProcessReport {
    ProcessReport {
        instance: instance.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        version: "1.0.0".to_owned(),
        started_at: start_of_time(),
        sent_at: start_of_time(),
        caches: Vec::new(),
        pools: Vec::new(),
        rpcs: Vec::new(),
        resources: ResourceVitals::default(),
        queues: Vec::new(),
        tasks: Vec::new(),
        resident_bytes: None,
        metrics_text: String::new(),
    }
}

/// A cache that was never used.
pub(crate) fn cache() -> CacheVitals {
    CacheVitals {
        name: "jobs".to_owned(),
        max_items: 1000,
        max_bytes: 1_000_000,
        default_ttl: Duration::from_secs(60),
        items: 1000,
        bytes: 400_000,
        settings: CacheSettingNames {
            ttl: "cache.jobs.ttl".to_owned(),
            max_items: "cache.jobs.max_items".to_owned(),
            max_bytes: "cache.jobs.max_bytes".to_owned(),
        },
        ..CacheVitals::default()
    }
}

/// A hundred more lookups, of which `hits` found something; each of the others evicted an entry.
pub(crate) fn look_up(cache: &mut CacheVitals, hits: u64) {
    let misses = 100 - hits;
    cache.hits += hits;
    cache.misses += misses;
    cache.sets += misses;
    cache.evictions += misses;
}

/// A pool of twenty that was never used.
pub(crate) fn pool() -> PoolVitals {
    PoolVitals {
        name: "redis".to_owned(),
        kind: PoolKind::Redis,
        min: 5,
        max: 20,
        open: Some(5),
        idle: Some(5),
        in_use: 0,
        waiting: 0,
        peak_in_use: 0,
        acquired: 0,
        waited: 0,
        exhausted: 0,
        timed_out: 0,
        errors: 0,
        opened: Some(5),
        closed: Some(0),
        wait_seconds: 0.0,
        wait: Histogram { bounds_seconds: vec![0.05, 0.5], counts: vec![0; 3], sum_seconds: 0.0 },
        settings: PoolSettingNames {
            min: "redis.pool_min".to_owned(),
            max: "redis.pool_max".to_owned(),
            connect_timeout: "redis.connect_timeout".to_owned(),
        },
    }
}

/// A hundred more connections handed out, each after this wait, with so many in use now.
pub(crate) fn acquire(pool: &mut PoolVitals, wait_ms: u64, in_use: u64) {
    pool.acquired += 100;
    pool.in_use = in_use;
    pool.peak_in_use = pool.peak_in_use.max(in_use);
    let seconds = 0.1 * wait_ms as f64;
    pool.wait_seconds += seconds;
    pool.wait.sum_seconds += seconds;
    pool.wait.counts[usize::from(wait_ms > 50)] += 100;
    if wait_ms > 0 {
        pool.waited += 100;
        pool.exhausted += 100;
    }
}

/// Leases, of which so many have been held for ten minutes and may be for one.
pub(crate) fn leases(leaked: u64) -> ResourceVitals {
    let held = |number| TrackedResource {
        id: format!("lease-{number}"),
        kind: "lease".to_owned(),
        owner: "poller".to_owned(),
        age: Duration::from_secs(600),
        acquired_at: start_of_time(),
    };
    ResourceVitals {
        kinds: vec![KindVitals {
            kind: "lease".to_owned(),
            active: leaked,
            acquired: 10,
            released: 10 - leaked,
            limit: Some(100),
            leak_after: Some(Duration::from_secs(60)),
            oldest_age: (leaked > 0).then_some(Duration::from_secs(600)),
            leaked,
            untracked: 0,
        }],
        oldest: (0..leaked).map(held).collect(),
    }
}
