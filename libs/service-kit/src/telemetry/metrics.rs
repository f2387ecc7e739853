//! The metrics of a process, and their text.
//!
//! The text names every metric the process may ever have, described, also those that have no value yet: dashboards and
//! alert rules can be checked against it.

use super::exposition::Exposition;
use super::{TelemetryError, process, vitals};
use crate::vitals::Vitals;
use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit, describe_counter,
    describe_histogram,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Upper bounds of latency histograms, in seconds.
const LATENCY_BOUNDS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// Upper bounds of size histograms, in bytes.
const SIZE_BOUNDS: [f64; 6] = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

/// Server-side call latency, by method and status.
pub(crate) const SERVER_DURATION: &str = "rpc_server_call_duration_seconds";
/// Client-side call latency, retries included.
pub(crate) const CLIENT_DURATION: &str = "rpc_client_call_duration_seconds";
/// Attempts beyond the first.
pub(crate) const CLIENT_RETRIES: &str = "rpc_client_retries_total";

/// The metrics of this process. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    values: PrometheusHandle,
    described: Descriptions,
    vitals: Arc<OnceLock<Vitals>>,
    version: &'static str,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    pub(super) fn install(version: &'static str) -> Result<Self, TelemetryError> {
        let (metrics, recorder) = Self::new(version)?;
        metrics::set_global_recorder(recorder)?;
        describe_histogram!(SERVER_DURATION, Unit::Seconds, "Time to answer an RPC, by method and status");
        describe_histogram!(
            CLIENT_DURATION,
            Unit::Seconds,
            "Time an outgoing RPC took, retries included, by method and status"
        );
        describe_counter!(CLIENT_RETRIES, "Attempts of outgoing RPCs beyond the first, by method");
        Ok(metrics)
    }

    fn new(version: &'static str) -> Result<(Self, Describing), TelemetryError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &LATENCY_BOUNDS)?
            .set_buckets_for_metric(Matcher::Suffix("_bytes".to_owned()), &SIZE_BOUNDS)?
            .build_recorder();
        let described = Descriptions::default();
        let metrics =
            Self { values: recorder.handle(), described: described.clone(), vitals: Arc::default(), version };
        Ok((metrics, Describing { recorder, described }))
    }

    /// From now on the text tells these vitals too, here and in every clone. The first ones given stay.
    pub fn include(&self, vitals: Vitals) {
        // Only one process has its metrics here, and it has one set of vitals.
        let _ = self.vitals.set(vitals);
    }

    /// Everything in Prometheus' text format.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = Exposition::after(self.values.render());
        self.described.append_missing(&mut text);
        if let Some(all) = self.vitals.get() {
            vitals::append(&mut text, &all.snapshot());
        }
        process::append(&mut text, self.version);
        text.into_text()
    }

    /// Folds old samples away; to be called now and then, also when nobody asks for the text.
    pub fn run_upkeep(&self) {
        self.values.run_upkeep();
    }
}

/// What metrics there are, told or not: type and help by name. Bounded by the names that the code describes.
#[derive(Clone, Default)]
struct Descriptions(Arc<Mutex<BTreeMap<String, (&'static str, String)>>>);

impl Descriptions {
    fn add(&self, name: &KeyName, kind: &'static str, help: &SharedString) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(name.as_str().to_owned(), (kind, help.to_string()));
    }

    /// Names the metrics that have no value yet.
    fn append_missing(&self, text: &mut Exposition) {
        let told: HashSet<_> = text.names().map(str::to_owned).collect();
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, (kind, help)) in all.iter().filter(|(name, _)| !told.contains(name.as_str())) {
            text.metric(name, kind, help);
        }
    }
}

/// Keeps what is described beside what is recorded.
struct Describing {
    recorder: PrometheusRecorder,
    described: Descriptions,
}

impl Recorder for Describing {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.described.add(&key, "counter", &description);
        self.recorder.describe_counter(key, unit, description);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.described.add(&key, "gauge", &description);
        self.recorder.describe_gauge(key, unit, description);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.described.add(&key, "histogram", &description);
        self.recorder.describe_histogram(key, unit, description);
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        self.recorder.register_counter(key, metadata)
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        self.recorder.register_gauge(key, metadata)
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        self.recorder.register_histogram(key, metadata)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_described_metric_is_told_with_its_help_and_type_once() {
        let (metrics, recorder) = Metrics::new("1.2.3").unwrap();
        metrics::with_local_recorder(&recorder, || {
            describe_counter!("told_total", "counts what happened");
            describe_counter!("untold_total", "counts what never happened");
            describe_histogram!("waits_seconds", Unit::Seconds, "how long it took");
            metrics::counter!("told_total", "kind" => "a").increment(3);
            metrics::histogram!("waits_seconds").record(0.3);
        });
        let text = metrics.render();
        for line in [
            "# TYPE told_total counter",
            "told_total{kind=\"a\"} 3",
            "# HELP untold_total counts what never happened",
            "# TYPE untold_total counter",
            "# TYPE waits_seconds histogram",
            "waits_seconds_bucket{le=\"0.5\"} 1",
            "resync_build_info{version=\"1.2.3\"} 1",
        ] {
            assert_eq!(text.lines().filter(|l| *l == line).count(), 1, "{line} in\n{text}");
        }
        let named = |word: &str| text.lines().filter(|line| line.starts_with(word)).count();
        assert_eq!(named("# HELP"), named("# TYPE"));
    }
}
