//! Latency of answered calls, by method.

use super::shapes::RpcVitals;
use resync_resilience::HistogramMeter;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Methods told apart; the calls of further ones are counted together.
pub(super) const MAX_METHODS: usize = 1_024;
/// Name of those.
const OTHER: &str = "_OTHER";

/// Upper bounds of call latencies, in seconds. Finer than the exported ones at the low end: calls inside a process take
/// microseconds.
const LATENCY_BOUNDS: [f64; 16] =
    [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

#[derive(Debug, Default)]
pub(super) struct Calls(RwLock<HashMap<Box<str>, Arc<Meter>>>);

#[derive(Debug)]
struct Meter {
    errors: AtomicU64,
    latency: HistogramMeter,
}

impl Calls {
    pub(super) fn record(&self, method: &str, took: Duration, failed: bool) {
        let meter = self.meter(method);
        meter.latency.record(took);
        if failed {
            meter.errors.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn meter(&self, method: &str) -> Arc<Meter> {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(method) {
            return Arc::clone(known);
        }
        let mut methods = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let name = if methods.len() < MAX_METHODS { method } else { OTHER };
        let meter = methods.entry(name.into()).or_insert_with(|| {
            Arc::new(Meter { errors: AtomicU64::new(0), latency: HistogramMeter::new(&LATENCY_BOUNDS) })
        });
        Arc::clone(meter)
    }

    pub(super) fn read(&self) -> Vec<RpcVitals> {
        let methods = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut readings: Vec<_> = methods
            .iter()
            .map(|(method, meter)| {
                let latency = meter.latency.read();
                let errors = meter.errors.load(Ordering::Relaxed);
                RpcVitals { method: method.to_string(), calls: latency.count(), errors, latency }
            })
            .collect();
        drop(methods);
        readings.sort_by(|a, b| a.method.cmp(&b.method));
        readings
    }
}
