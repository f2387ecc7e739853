//! Logs, traces and metrics of a process, set up once at its start.
//!
//! Logs go to stderr, for people or as JSON lines, with secrets masked. Traces leave over OTLP when an endpoint is set; the
//! exporter's own complaints are kept out of the log, or a missing collector would fill it. Metrics are rendered by the
//! admin server.

mod redact;
mod propagation;

pub(crate) use propagation::{accept_parent, exporting, inject};
pub use redact::redact;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use redact::RedactingStderr;
use std::fmt;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

/// Upper bounds of latency histograms, in seconds.
const LATENCY_BOUNDS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Server-side call latency, by method and status.
pub(crate) const SERVER_DURATION: &str = "rpc_server_call_duration_seconds";
/// Client-side call latency, retries included.
pub(crate) const CLIENT_DURATION: &str = "rpc_client_call_duration_seconds";
/// Attempts beyond the first.
pub(crate) const CLIENT_RETRIES: &str = "rpc_client_retries_total";

/// Form of the log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line.
    Json,
}

/// What to set up.
#[derive(Debug, Clone)]
pub struct Config {
    /// `service.name` of traces.
    pub service_name: String,
    /// Form of the log lines.
    pub format: LogFormat,
    /// Filter directives such as `info,resync_agent=debug`.
    pub filter: String,
    /// OTLP/gRPC endpoint of a collector; unset: no traces leave.
    pub otlp_endpoint: Option<String>,
}

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter does not parse.
    #[error("the log filter does not parse: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Something set up logging before.
    #[error(transparent)]
    AlreadySet(#[from] TryInitError),
    /// The OTLP endpoint cannot be used.
    #[error("the OTLP endpoint cannot be used: {0}")]
    Otlp(#[from] ExporterBuildError),
    /// The metrics recorder could not be built.
    #[error(transparent)]
    Metrics(#[from] BuildError),
    /// Something installed a metrics recorder before.
    #[error("a metrics recorder is already installed")]
    MetricsAlreadySet,
}

/// Keeps telemetry going; [`Telemetry::flush`] sends what is left.
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
    metrics: PrometheusHandle,
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry").field("exports_traces", &self.traces.is_some()).finish_non_exhaustive()
    }
}

impl Config {
    /// Sets the process up. Once a process; inside a runtime when an OTLP endpoint is set.
    ///
    /// # Errors
    /// When a part of it is not valid, or was set up before.
    pub fn install(&self) -> Result<Telemetry, TelemetryError> {
        let quiet =
            ["opentelemetry=off", "opentelemetry_sdk=off", "opentelemetry_otlp=off", "h2=warn", "hyper=warn"];
        let filter = EnvFilter::try_new(format!("{},{}", quiet.join(","), self.filter))?;
        let traces = self.otlp_endpoint.as_deref().map(|endpoint| self.tracer(endpoint)).transpose()?;
        let spans = traces
            .as_ref()
            .map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("resync")));
        let (json, pretty) = match self.format {
            LogFormat::Json => (
                Some(
                    tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(RedactingStderr),
                ),
                None,
            ),
            LogFormat::Pretty => {
                let colour = std::io::IsTerminal::is_terminal(&std::io::stderr());
                (None, Some(tracing_subscriber::fmt::layer().with_ansi(colour).with_writer(RedactingStderr)))
            }
        };
        tracing_subscriber::registry().with(filter).with(json).with(pretty).with(spans).try_init()?;
        propagation::enable(traces.is_some());
        Ok(Telemetry { traces, metrics: install_metrics()? })
    }

    fn tracer(&self, endpoint: &str) -> Result<SdkTracerProvider, TelemetryError> {
        let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build()?;
        let resource = Resource::builder().with_service_name(self.service_name.clone()).build();
        Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
    }
}

fn install_metrics() -> Result<PrometheusHandle, TelemetryError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("duration_seconds".to_owned()), &LATENCY_BOUNDS)?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|_| TelemetryError::MetricsAlreadySet)?;
    metrics::describe_histogram!(
        SERVER_DURATION,
        metrics::Unit::Seconds,
        "Time to answer an RPC, by method and status"
    );
    metrics::describe_histogram!(
        CLIENT_DURATION,
        metrics::Unit::Seconds,
        "Time an outgoing RPC took, retries included, by method and outcome"
    );
    metrics::describe_counter!(CLIENT_RETRIES, "Attempts of outgoing RPCs beyond the first");
    Ok(handle)
}

impl Telemetry {
    /// Renders the metrics of this process.
    #[must_use]
    pub fn metrics(&self) -> PrometheusHandle {
        self.metrics.clone()
    }

    /// Sends what the exporter still holds. Blocks; call it last.
    pub fn flush(&self) {
        if let Some(traces) = &self.traces {
            // A collector that is gone must not fail a clean stop.
            let _ = traces.shutdown();
        }
    }
}
