//! Reports and moments for the tests of this crate's modules.

use std::time::Duration;

use chrono::{DateTime, Utc};
use resync_api::perf::model::{
    CacheSettingNames, CacheVitals, Histogram, PoolKind, PoolSettingNames, PoolVitals, ProcessReport,
    ResourceVitals, RpcVitals,
};

use crate::clock::Moment;

pub(crate) fn wall(seconds: u64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("in range") + Duration::from_secs(seconds)
}

pub(crate) fn moment(seconds: u64) -> Moment {
    Moment { at: Duration::from_secs(seconds), wall: wall(seconds) }
}

pub(crate) fn report(instance: &str, roles: &[&str]) -> ProcessReport {
    ProcessReport {
        instance: instance.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        version: "1.0.0".to_owned(),
        started_at: wall(0),
        sent_at: wall(0),
        caches: Vec::new(),
        pools: Vec::new(),
        rpcs: Vec::new(),
        resources: ResourceVitals::default(),
        queues: Vec::new(),
        tasks: Vec::new(),
        resident_bytes: Some(50_000_000),
        metrics_text: String::new(),
    }
}

pub(crate) fn cache(name: &str) -> CacheVitals {
    CacheVitals {
        name: name.to_owned(),
        max_items: 1000,
        max_bytes: 1_000_000,
        default_ttl: Duration::from_secs(60),
        settings: CacheSettingNames {
            ttl: "cache.ttl".to_owned(),
            max_items: "cache.max_items".to_owned(),
            max_bytes: "cache.max_bytes".to_owned(),
        },
        ..CacheVitals::default()
    }
}

pub(crate) fn pool(name: &str) -> PoolVitals {
    PoolVitals {
        name: name.to_owned(),
        kind: PoolKind::Redis,
        min: 5,
        max: 20,
        open: Some(10),
        idle: Some(10),
        in_use: 0,
        waiting: 0,
        peak_in_use: 0,
        acquired: 0,
        waited: 0,
        exhausted: 0,
        timed_out: 0,
        errors: 0,
        opened: Some(10),
        closed: Some(0),
        wait_seconds: 0.0,
        wait: Histogram { bounds_seconds: vec![0.1, 0.2, 1.0], counts: vec![0; 4], sum_seconds: 0.0 },
        settings: PoolSettingNames {
            min: "redis.pool_min".to_owned(),
            max: "redis.pool_max".to_owned(),
            connect_timeout: "redis.connect_timeout".to_owned(),
        },
    }
}

pub(crate) fn method(name: &str) -> RpcVitals {
    RpcVitals {
        method: name.to_owned(),
        calls: 0,
        errors: 0,
        latency: Histogram {
            bounds_seconds: vec![0.01, 0.05, 0.1, 0.5],
            counts: vec![0; 5],
            sum_seconds: 0.0,
        },
    }
}
