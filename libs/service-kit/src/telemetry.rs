//! Logs, traces and metrics of a process, set up once at its start.
//!
//! Logs go to stderr, for people or as JSON lines, with secrets masked; every line of a request carries its ids. Traces
//! leave over OTLP when an endpoint is set: spans only, never log events, so that no message text leaves with them. The
//! exporter's own complaints are kept out of the log, or a missing collector would fill it. Metrics are rendered by the
//! admin server.

mod redact;
mod lines;
mod logs;
mod metrics;
mod exposition;
mod process;
mod vitals;
mod propagation;
mod spans;
mod traces;

pub use metrics::Metrics;
pub(crate) use metrics::{CLIENT_DURATION, CLIENT_RETRIES, SERVER_DURATION};
pub(crate) use propagation::inject_from;
pub use propagation::{inject, traceparent};
pub use redact::redact;
pub(crate) use spans::{End, Within, answered, rpc_client, rpc_method, rpc_server, rpc_status};
pub use spans::{InSpan, http_answered, http_server};
pub use traces::{Detail, Traces};
pub use vitals::vitals_text;

use ::metrics::SetRecorderError;
use metrics_exporter_prometheus::BuildError;
use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::fmt;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::TryInitError;

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
    /// Version of the program, in traces and in the build's gauge.
    pub version: &'static str,
    /// Form of the log lines.
    pub format: LogFormat,
    /// Filter directives such as `info,resync_agent=debug`.
    pub filter: String,
    /// Where traces go; unset: none leave, and spans cost nothing.
    pub traces: Option<Traces>,
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

impl<R> From<SetRecorderError<R>> for TelemetryError {
    fn from(_: SetRecorderError<R>) -> Self {
        Self::MetricsAlreadySet
    }
}

/// Keeps telemetry going; [`Telemetry::flush`] sends what is left.
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
    metrics: Metrics,
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry").field("exports_traces", &self.traces.is_some()).finish_non_exhaustive()
    }
}

impl Config {
    /// Sets the process up. Once a process; inside a runtime when traces are exported.
    ///
    /// # Errors
    /// When a part of it is not valid, or was set up before.
    pub fn install(&self) -> Result<Telemetry, TelemetryError> {
        let quiet =
            ["opentelemetry=off", "opentelemetry_sdk=off", "opentelemetry_otlp=off", "h2=warn", "hyper=warn"];
        let filter = EnvFilter::try_new(format!("{},{}", quiet.join(","), self.filter))?;
        let provider = match &self.traces {
            Some(traces) => Some(traces.provider(&self.service_name, self.version)?),
            None => None,
        };
        logs::install(self.format, filter, self.traces.as_ref().zip(provider.as_ref()))?;
        propagation::enable(provider.is_some());
        Ok(Telemetry { traces: provider, metrics: Metrics::install(self.version)? })
    }
}

impl Telemetry {
    /// Renders the metrics of this process.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
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
