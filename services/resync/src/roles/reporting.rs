//! Reports of this process about itself, sent to the performance monitor for as long as the process lives.
//!
//! A monitor that is away costs nothing but the reports: nobody waits for it, and it is tried again with growing pauses.

use super::Role;
use crate::host::Host;
use async_stream::stream;
use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use resync_api::perf::client::PerfClient;
use resync_api::perf::model as perf;
use resync_fault::FaultBody;
use resync_resilience::Backoff;
use resync_service_kit::vitals::{
    CacheVitals, Histogram, KindVitals, PoolKind, PoolVitals, ResourceVitals, TrackedResource, Vitals,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Pauses while the monitor does not answer.
const RETRY: Backoff = Backoff::doubling(Duration::from_secs(1), Duration::from_secs(30));

/// What a report is made from.
#[derive(Clone)]
struct Process {
    instance: String,
    roles: Vec<String>,
    started_at: DateTime<Utc>,
    vitals: Vitals,
    metrics_text: Arc<dyn Fn() -> String + Send + Sync>,
    interval: Duration,
}

/// Starts reporting to `monitor`.
pub(super) fn start(host: &Host, roles: &BTreeSet<Role>, monitor: PerfClient) {
    let process = Process {
        instance: host.instance.clone(),
        roles: roles.iter().map(|role| role.name().to_owned()).collect(),
        started_at: host.started_at,
        vitals: host.vitals.clone(),
        metrics_text: host.metrics_text(),
        interval: host.settings.duration("perf.report_interval"),
    };
    host.optional("vitals reports", async move {
        let mut failures = 0;
        loop {
            match session(&process, &monitor).await {
                Ok(()) => failures = 0,
                Err(fault) => {
                    failures += 1;
                    tracing::debug!(
                        reason = fault.reason,
                        detail = fault.message,
                        "the monitor takes no reports"
                    );
                }
            }
            tokio::time::sleep(RETRY.delay(failures.max(1))).await;
        }
    });
}

/// Reports until the stream ends; well when at least one report was answered.
async fn session(process: &Process, monitor: &PerfClient) -> Result<(), FaultBody> {
    let source = process.clone();
    let reports = stream! {
        let mut ticks = tokio::time::interval(source.interval);
        loop {
            ticks.tick().await;
            yield source.report();
        }
    };
    let mut answers = monitor.send_reports(reports).await?;
    let mut answered = false;
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(answer) => {
                answered = true;
                for dropped in answer.dropped {
                    tracing::warn!(dropped, "the monitor did not take all of a report");
                }
            }
            Err(fault) if !answered => return Err(fault),
            Err(_) => break,
        }
    }
    Ok(())
}

impl Process {
    fn report(&self) -> perf::ProcessReport {
        let vitals = self.vitals.snapshot();
        perf::ProcessReport {
            instance: self.instance.clone(),
            roles: self.roles.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: self.started_at,
            sent_at: Utc::now(),
            caches: vitals.caches.into_iter().map(cache).collect(),
            pools: vitals.pools.into_iter().map(pool).collect(),
            rpcs: vitals
                .rpcs
                .into_iter()
                .map(|rpc| perf::RpcVitals {
                    method: rpc.method,
                    calls: rpc.calls,
                    errors: rpc.errors,
                    latency: histogram(rpc.latency),
                })
                .collect(),
            resources: resources(vitals.resources),
            queues: vitals
                .queues
                .into_iter()
                .map(|queue| perf::QueueVitals {
                    name: queue.name.into_owned(),
                    depth: queue.depth,
                    capacity: queue.capacity,
                })
                .collect(),
            tasks: vitals
                .tasks
                .into_iter()
                .map(|task| perf::TaskVitals { name: task.name, running: task.running })
                .collect(),
            resident_bytes: vitals.resident_bytes,
            metrics_text: (self.metrics_text)(),
        }
    }
}

fn cache(vitals: CacheVitals) -> perf::CacheVitals {
    perf::CacheVitals {
        name: vitals.name.into_owned(),
        max_items: vitals.max_items,
        max_bytes: vitals.max_bytes,
        default_ttl: vitals.default_ttl,
        items: vitals.items,
        bytes: vitals.bytes,
        hits: vitals.hits,
        misses: vitals.misses,
        sets: vitals.sets,
        evictions: vitals.evictions,
        expirations: vitals.expirations,
        invalidations: vitals.invalidations,
        loads: vitals.loads,
        load_failures: vitals.load_failures,
        load_seconds: vitals.load_seconds,
        coalesced: vitals.coalesced,
        stale_served: vitals.stale_served,
        negative_hits: vitals.negative_hits,
        timed_accesses: vitals.timed_accesses,
        access_seconds: vitals.access_seconds,
        settings: perf::CacheSettingNames {
            ttl: vitals.settings.ttl.into_owned(),
            max_items: vitals.settings.max_items.into_owned(),
            max_bytes: vitals.settings.max_bytes.into_owned(),
        },
    }
}

fn pool(vitals: PoolVitals) -> perf::PoolVitals {
    perf::PoolVitals {
        name: vitals.name.into_owned(),
        kind: match vitals.kind {
            PoolKind::Http => perf::PoolKind::Http,
            PoolKind::Redis => perf::PoolKind::Redis,
            PoolKind::Database => perf::PoolKind::Database,
        },
        min: vitals.min,
        max: vitals.max,
        open: vitals.open,
        idle: vitals.idle,
        in_use: vitals.in_use,
        waiting: vitals.waiting,
        peak_in_use: vitals.peak_in_use,
        acquired: vitals.acquired,
        waited: vitals.waited,
        exhausted: vitals.exhausted,
        timed_out: vitals.timed_out,
        errors: vitals.errors,
        opened: vitals.opened,
        closed: vitals.closed,
        wait_seconds: vitals.wait_seconds,
        wait: histogram(vitals.wait),
        settings: perf::PoolSettingNames {
            min: vitals.settings.min.into_owned(),
            max: vitals.settings.max.into_owned(),
            connect_timeout: vitals.settings.connect_timeout.into_owned(),
        },
    }
}

fn histogram(histogram: Histogram) -> perf::Histogram {
    perf::Histogram {
        bounds_seconds: histogram.bounds_seconds.to_vec(),
        counts: histogram.counts,
        sum_seconds: histogram.sum_seconds,
    }
}

fn resources(vitals: ResourceVitals) -> perf::ResourceVitals {
    perf::ResourceVitals {
        kinds: vitals.kinds.into_iter().map(kind).collect(),
        oldest: vitals.oldest.into_iter().map(tracked).collect(),
    }
}

fn kind(vitals: KindVitals) -> perf::KindVitals {
    perf::KindVitals {
        kind: vitals.kind.to_owned(),
        active: vitals.active,
        acquired: vitals.acquired,
        released: vitals.released,
        limit: vitals.limit,
        leak_after: vitals.leak_after,
        oldest_age: vitals.oldest_age,
        leaked: vitals.leaked,
        untracked: vitals.untracked,
    }
}

fn tracked(resource: TrackedResource) -> perf::TrackedResource {
    perf::TrackedResource {
        id: resource.id.to_string(),
        kind: resource.kind.to_owned(),
        owner: resource.owner.to_string(),
        age: resource.age,
        acquired_at: resource.acquired_at.into(),
    }
}
