//! What processes report: between domain and Protobuf.

use super::field::{Field, enumeration_field, same_message};
use crate::perf::model::{
    CacheSettingNames, CacheVitals, Histogram, KindVitals, PoolKind, PoolSettingNames, PoolVitals,
    ProcessReport, QueueVitals, ResourceVitals, RpcVitals, TaskVitals, TrackedResource,
};
use crate::proto::perf::v1 as proto;
use crate::protocol_error::ProtocolError;

enumeration_field!(PoolKind { Http, Redis, Database });

same_message! {
    ProcessReport {
        instance, roles, version, started_at, sent_at, caches, pools, rpcs, resources, queues,
        tasks, resident_bytes, metrics_text,
    }
    CacheVitals {
        name, max_items, max_bytes, default_ttl, items, bytes, hits, misses, sets, evictions,
        expirations, invalidations, loads, load_failures, load_seconds, coalesced, stale_served,
        negative_hits, timed_accesses, access_seconds, settings,
    }
    CacheSettingNames {
        ttl, max_items, max_bytes,
    }
    PoolVitals {
        name, kind, min, max, open, idle, in_use, waiting, peak_in_use, acquired, waited, exhausted,
        timed_out, errors, opened, closed, wait_seconds, wait, settings,
    }
    PoolSettingNames {
        min, max, connect_timeout,
    }
    RpcVitals {
        method, calls, errors, latency,
    }
    Histogram {
        bounds_seconds, counts, sum_seconds,
    }
    ResourceVitals {
        kinds, oldest,
    }
    KindVitals {
        kind, active, acquired, released, limit, leak_after, oldest_age,
    }
    TrackedResource {
        id, kind, owner, age, acquired_at,
    }
    QueueVitals {
        name, depth, capacity,
    }
    TaskVitals {
        name, running,
    }
}
