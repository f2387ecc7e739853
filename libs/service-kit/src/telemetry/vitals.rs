//! A process's vitals as metrics: caches, pools, resources, queues and tasks, read when somebody asks.

use super::exposition::Exposition;
use crate::vitals::{CacheVitals, KindVitals, PoolKind, PoolVitals, VitalsSnapshot};
use resync_resilience::Histogram;

type Reading<T> = (&'static str, &'static str, fn(&T) -> u64);

const CACHE_GAUGES: [Reading<CacheVitals>; 4] = [
    ("resync_cache_items", "Entries now, by cache", |c| c.items),
    ("resync_cache_bytes", "Bytes now, by cache", |c| c.bytes),
    ("resync_cache_max_items", "Bound on entries, by cache", |c| c.max_items),
    ("resync_cache_max_bytes", "Bound on bytes, by cache", |c| c.max_bytes),
];

const CACHE_COUNTERS: [Reading<CacheVitals>; 9] = [
    ("resync_cache_hits_total", "Reads answered from a cache, by cache", |c| c.hits),
    ("resync_cache_misses_total", "Reads that found nothing to use, by cache", |c| c.misses),
    ("resync_cache_writes_total", "Entries written, by cache", |c| c.sets),
    ("resync_cache_evictions_total", "Entries that a bound pushed out, by cache", |c| c.evictions),
    ("resync_cache_expirations_total", "Entries that reached their end, by cache", |c| c.expirations),
    ("resync_cache_invalidated_total", "Entries killed by an invalidation, by cache", |c| c.invalidations),
    ("resync_cache_load_failures_total", "Loads that failed, by cache", |c| c.load_failures),
    ("resync_cache_coalesced_total", "Callers who joined another's load, by cache", |c| c.coalesced),
    ("resync_cache_stale_served_total", "Hits past their end while loaded anew, by cache", |c| {
        c.stale_served
    }),
];

const POOL_GAUGES: [Reading<PoolVitals>; 4] = [
    ("resync_pool_max_connections", "Most connections, by pool", |p| p.max),
    ("resync_pool_in_use_connections", "Connections handed out now, by pool", |p| p.in_use),
    ("resync_pool_peak_in_use_connections", "Most ever handed out at once, by pool", |p| p.peak_in_use),
    ("resync_pool_waiting_callers", "Callers in line now, by pool", |p| p.waiting),
];

const POOL_COUNTERS: [Reading<PoolVitals>; 5] = [
    ("resync_pool_acquired_total", "Connections handed out, by pool", |p| p.acquired),
    ("resync_pool_waited_total", "Connections that had to be waited for, by pool", |p| p.waited),
    ("resync_pool_exhausted_total", "Times somebody asked while all were out, by pool", |p| p.exhausted),
    ("resync_pool_timeouts_total", "Callers who gave up waiting, by pool", |p| p.timed_out),
    ("resync_pool_errors_total", "Uses that failed on the connection or behind it, by pool", |p| p.errors),
];

const RESOURCE_GAUGES: [Reading<KindVitals>; 3] = [
    ("resync_resources_active", "Resources held now, by kind", |k| k.active),
    ("resync_resources_leaked", "Resources held for longer than their kind allows, by kind", |k| k.leaked),
    ("resync_resources_untracked", "Resources held but not listed, by kind", |k| k.untracked),
];

const RESOURCE_COUNTERS: [Reading<KindVitals>; 2] = [
    ("resync_resources_acquired_total", "Resources acquired, by kind", |k| k.acquired),
    ("resync_resources_released_total", "Resources released, by kind", |k| k.released),
];

/// What `now` says, in Prometheus' text format.
#[must_use]
pub fn vitals_text(now: &VitalsSnapshot) -> String {
    let mut text = Exposition::default();
    append(&mut text, now);
    text.into_text()
}

/// Appends what `now` says.
pub(super) fn append(text: &mut Exposition, now: &VitalsSnapshot) {
    caches(text, &now.caches);
    pools(text, &now.pools);
    let kind = |k: &KindVitals| vec![("kind", k.kind.to_owned())];
    gauges(text, &RESOURCE_GAUGES, &now.resources.kinds, kind);
    counters(text, &RESOURCE_COUNTERS, &now.resources.kinds, kind);
    let mut depth = text.gauge("resync_queue_depth", "Waiting in a queue now, by queue");
    for queue in &now.queues {
        depth.sample(&[("queue", &queue.name)], queue.depth);
    }
    let mut capacity = text.gauge("resync_queue_capacity", "Bound of a queue, by queue");
    for queue in &now.queues {
        capacity.sample(&[("queue", &queue.name)], queue.capacity);
    }
    let mut tasks = text.gauge("resync_tasks_running", "Background tasks that run now, by task");
    for task in &now.tasks {
        tasks.sample(&[("task", &task.name)], task.running);
    }
    text.gauge("resync_vitals_unreported", "Caches, pools and queues left out: too many were registered")
        .sample(&[], now.unreported);
}

fn caches(text: &mut Exposition, caches: &[CacheVitals]) {
    let name = |c: &CacheVitals| vec![("cache", c.name.to_string())];
    gauges(text, &CACHE_GAUGES, caches, name);
    counters(text, &CACHE_COUNTERS, caches, name);
    for (metric, help, read) in [
        (
            "resync_cache_load_seconds",
            "Time of loads, by cache",
            (|c| (c.load_seconds, c.loads)) as fn(&CacheVitals) -> (f64, u64),
        ),
        ("resync_cache_access_seconds", "Time of reads, of a sample, by cache", |c| {
            (c.access_seconds, c.timed_accesses)
        }),
    ] {
        let mut summary = text.summary(metric, help);
        for cache in caches {
            let (sum, count) = read(cache);
            summary.suffixed("_sum", &[("cache", &cache.name)], sum);
            summary.suffixed("_count", &[("cache", &cache.name)], count);
        }
    }
}

fn pools(text: &mut Exposition, pools: &[PoolVitals]) {
    let name = |p: &PoolVitals| vec![("pool", p.name.to_string()), ("kind", kind(p.kind).to_owned())];
    gauges(text, &POOL_GAUGES, pools, name);
    counters(text, &POOL_COUNTERS, pools, name);
    let mut wait = text.histogram("resync_pool_wait_seconds", "Time waited for a connection, by pool");
    for pool in pools {
        let labels = [("pool", &*pool.name), ("kind", kind(pool.kind))];
        let Histogram { bounds_seconds, counts, sum_seconds } = &pool.wait;
        let mut below = 0;
        for (bound, count) in bounds_seconds.iter().zip(counts) {
            below += count;
            wait.suffixed("_bucket", &[labels[0], labels[1], ("le", &bound.to_string())], below);
        }
        let all = pool.wait.count();
        wait.suffixed("_bucket", &[labels[0], labels[1], ("le", "+Inf")], all);
        wait.suffixed("_sum", &labels, sum_seconds);
        wait.suffixed("_count", &labels, all);
    }
}

fn kind(kind: PoolKind) -> &'static str {
    match kind {
        PoolKind::Http => "http",
        PoolKind::Redis => "redis",
        PoolKind::Database => "database",
    }
}

type Labels = Vec<(&'static str, String)>;

fn gauges<T>(text: &mut Exposition, readings: &[Reading<T>], items: &[T], labels: impl Fn(&T) -> Labels) {
    family(text, "gauge", readings, items, labels);
}

fn counters<T>(text: &mut Exposition, readings: &[Reading<T>], items: &[T], labels: impl Fn(&T) -> Labels) {
    family(text, "counter", readings, items, labels);
}

fn family<T>(
    text: &mut Exposition,
    kind: &str,
    readings: &[Reading<T>],
    items: &[T],
    labels: impl Fn(&T) -> Labels,
) {
    for (name, help, read) in readings {
        let mut metric = text.metric(name, kind, help);
        for item in items {
            let labels = labels(item);
            let labels: Vec<_> = labels.iter().map(|(name, value)| (*name, value.as_str())).collect();
            metric.sample(&labels, read(item));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vitals::{QueueVitals, Vitals};

    #[test]
    fn vitals_are_told_by_name_and_named_also_when_there_are_none() {
        let vitals = Vitals::new();
        let empty = vitals_text(&vitals.snapshot());
        let _cache = vitals.register_cache(|| CacheVitals {
            name: "job \"logs\"".into(),
            hits: 7,
            loads: 2,
            load_seconds: 0.5,
            ..CacheVitals::default()
        });
        let _queue = vitals.register_queue(|| QueueVitals { name: "updates".into(), depth: 3, capacity: 8 });
        let wait = Histogram { bounds_seconds: &[0.1, 1.0], counts: vec![4, 1, 2], sum_seconds: 9.5 };
        let permits = resync_resilience::Pool::new(4);
        let _pool = vitals.register_pool(move || {
            let (name, read) = ("engine default", permits.snapshot());
            PoolVitals {
                wait: wait.clone(),
                ..PoolVitals::of_permits(name, PoolKind::Http, Default::default(), read)
            }
        });
        let text = vitals_text(&vitals.snapshot());
        let types = |text: &str| text.lines().filter(|line| line.starts_with("# TYPE")).count();
        assert_eq!(types(&empty), types(&text));
        for line in [
            r#"resync_cache_hits_total{cache="job \"logs\""} 7"#,
            r#"resync_cache_load_seconds_sum{cache="job \"logs\""} 0.5"#,
            r#"resync_queue_depth{queue="updates"} 3"#,
            r#"resync_pool_max_connections{pool="engine default",kind="http"} 4"#,
            r#"resync_pool_wait_seconds_bucket{pool="engine default",kind="http",le="1"} 5"#,
            r#"resync_pool_wait_seconds_bucket{pool="engine default",kind="http",le="+Inf"} 7"#,
            r#"resync_pool_wait_seconds_sum{pool="engine default",kind="http"} 9.5"#,
        ] {
            assert!(text.lines().any(|l| l == line), "{line} in\n{text}");
        }
    }
}
