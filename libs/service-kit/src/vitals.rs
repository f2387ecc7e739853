//! What a process knows about its own running: caches, pools, calls, resources, queues, tasks, memory.
//!
//! One handle a process, passed to whoever has something to report. Owners register a closure that reads their counters;
//! nothing is copied until somebody takes a snapshot. Counts only grow since the start of the process: windows, rates and
//! judgement belong to whoever collects the snapshots.

mod calls;
mod memory;
mod registry;
mod resources;
mod shapes;

pub use registry::Registration;
pub use resources::{Batch, Kind, KindVitals, ResourceVitals, Resources, Scope, TrackedResource};
pub use resync_resilience::{Histogram, HistogramMeter};
pub use shapes::{
    CacheSettingNames, CacheVitals, PoolKind, PoolSettingNames, PoolVitals, QueueVitals, RpcVitals,
    TaskVitals, VitalsSnapshot,
};

use calls::Calls;
use registry::Registry;
use std::sync::Arc;
use std::time::Duration;

/// Registrations of one sort a process may have; further ones work but are not reported, only counted.
pub const MAX_REGISTRATIONS: usize = 1_024;

/// The handle. Clones are the same process.
#[derive(Debug, Clone, Default)]
pub struct Vitals(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    caches: Arc<Registry<CacheVitals>>,
    pools: Arc<Registry<PoolVitals>>,
    queues: Arc<Registry<QueueVitals>>,
    calls: Calls,
    resources: Resources,
}

impl Vitals {
    /// Nothing to report yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reports a cache for as long as the registration is held. `read` must not block.
    pub fn register_cache(&self, read: impl Fn() -> CacheVitals + Send + Sync + 'static) -> Registration {
        Registry::add(&self.0.caches, Box::new(read))
    }

    /// Reports a pool for as long as the registration is held. `read` must not block.
    pub fn register_pool(&self, read: impl Fn() -> PoolVitals + Send + Sync + 'static) -> Registration {
        Registry::add(&self.0.pools, Box::new(read))
    }

    /// Reports a queue for as long as the registration is held. `read` must not block.
    pub fn register_queue(&self, read: impl Fn() -> QueueVitals + Send + Sync + 'static) -> Registration {
        Registry::add(&self.0.queues, Box::new(read))
    }

    /// Counts a call that was answered. `failed` says that the fault was this side's; `method` comes from a contract or a
    /// route table, never from the caller.
    pub fn record_call(&self, method: &str, took: Duration, failed: bool) {
        self.0.calls.record(method, took, failed);
    }

    /// What the process holds: streams, tasks, files and the like.
    #[must_use]
    pub fn resources(&self) -> &Resources {
        &self.0.resources
    }

    /// Everything as it is now.
    #[must_use]
    pub fn snapshot(&self) -> VitalsSnapshot {
        let inner = &self.0;
        VitalsSnapshot {
            caches: inner.caches.read(),
            pools: inner.pools.read(),
            rpcs: inner.calls.read(),
            resources: inner.resources.read(),
            queues: inner.queues.read(),
            tasks: inner.resources.tasks(),
            resident_bytes: memory::resident_bytes(),
            unreported: inner.caches.unreported() + inner.pools.unreported() + inner.queues.unreported(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(name: &'static str) -> impl Fn() -> QueueVitals + Send + Sync {
        move || QueueVitals { name: name.into(), depth: 3, capacity: 8 }
    }

    #[test]
    fn a_part_is_reported_for_as_long_as_it_is_registered() {
        let vitals = Vitals::new();
        let kept = vitals.register_queue(queue("kept"));
        let dropped = vitals.clone().register_queue(queue("dropped"));
        let names = || vitals.snapshot().queues.into_iter().map(|q| q.name).collect::<Vec<_>>();
        assert_eq!(names(), ["dropped", "kept"]);
        drop(dropped);
        assert_eq!(names(), ["kept"]);
        drop(kept);
        assert!(names().is_empty());
    }

    #[test]
    fn registrations_beyond_the_bound_are_counted_not_reported() {
        let vitals = Vitals::new();
        let mut held: Vec<_> = (0..=MAX_REGISTRATIONS).map(|_| vitals.register_queue(queue("q"))).collect();
        let read = vitals.snapshot();
        assert_eq!((read.queues.len(), read.unreported), (MAX_REGISTRATIONS, 1));
        held.truncate(1);
        let _next = vitals.register_queue(queue("q"));
        let read = vitals.snapshot();
        assert_eq!((read.queues.len(), read.unreported), (2, 0));
    }

    #[test]
    fn calls_are_counted_by_method_and_methods_are_bounded() {
        let vitals = Vitals::new();
        for n in 0..3 {
            vitals.record_call("/x.v1.X/Get", Duration::from_millis(n), n == 2);
        }
        for n in 0..2 * calls::MAX_METHODS {
            vitals.record_call(&format!("/x.v1.X/M{n}"), Duration::ZERO, false);
        }
        let rpcs = vitals.snapshot().rpcs;
        assert_eq!(rpcs.len(), calls::MAX_METHODS + 1);
        let of = |method: &str| rpcs.iter().find(|rpc| rpc.method == method).unwrap();
        assert_eq!((of("/x.v1.X/Get").calls, of("/x.v1.X/Get").errors), (3, 1));
        assert_eq!(of("_OTHER").calls, u64::try_from(calls::MAX_METHODS).unwrap() + 1);
        #[cfg(target_os = "linux")]
        assert!(vitals.snapshot().resident_bytes.unwrap() > 1 << 20);
    }
}
