//! The figures of a window: between domain and Protobuf.

use super::field::{Field, same_message};
use crate::perf::model::{
    CacheReport, Leak, Leaks, MethodReport, PerformanceReport, PoolReport, ProcessMetrics, ProcessSummary,
    ResourceKind, ResourceStats,
};
use crate::proto::perf::v1 as proto;
use crate::protocol_error::ProtocolError;

same_message! {
    PerformanceReport {
        generated_at, window, health, processes, caches, pools, methods, resources, leaks,
        recommendations,
    }
    ProcessSummary {
        instance, roles, version, started_at, age, missing, resident_bytes, queues, tasks,
    }
    CacheReport {
        label, name, instance, roles, standing, covered, hits, misses, sets, evictions, expirations,
        invalidations, loads, load_failures, coalesced, stale_served, negative_hits, hit_rate,
        miss_rate, eviction_rate, average_access_seconds, average_load_seconds, efficiency_score,
        items, bytes, max_items, max_bytes, default_ttl, total_hits, total_misses, total_sets,
        total_evictions, settings,
    }
    PoolReport {
        label, name, kind, instance, roles, standing, covered, acquired, waited, exhausted,
        timed_out, errors, opened, closed, error_rate, average_wait_seconds, p95_wait_seconds,
        utilization, peak_utilization, efficiency_score, min, max, active, idle, open, waiting,
        peak_active, total_acquired, total_hits, total_misses, total_exhausted, total_errors,
        total_opened, total_closed, settings,
    }
    MethodReport {
        method, standing, covered, calls, errors, error_rate, calls_per_second, average_seconds,
        p50_seconds, p95_seconds, p99_seconds,
    }
    ResourceKind {
        kind, active, acquired, released, limit, leak_after, oldest_age, leaked, untracked,
    }
    ResourceStats {
        active, limit, utilization, kinds, generated_at,
    }
    Leak {
        id, kind, owner, age, acquired_at, instance, roles,
    }
    Leaks {
        leaks, truncated,
    }
    ProcessMetrics {
        instance, roles, age, text,
    }
}
