//! Where spans go: the exporter, how many traces leave, and what the collector is told about this process.

use super::TelemetryError;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithTonicConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use tonic::transport::ClientTlsConfig;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterExt as _, Targets, filter_fn};
use tracing_subscriber::registry::LookupSpan;

/// Crates whose spans leave; what libraries write into theirs is not ours to publish.
const OURS: &str = "resync";

/// How much is traced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// What somebody asked for.
    #[default]
    Requests,
    /// Also what the process does of itself, such as polls.
    Everything,
}

/// Where traces go, and how many.
#[derive(Debug, Clone)]
pub struct Traces {
    /// OTLP/gRPC endpoint of a collector, such as `http://127.0.0.1:4317`.
    pub endpoint: String,
    /// Part of the traces begun here that leave, 0 to 1. Who calls with a decision already made is followed.
    pub sampling: f64,
    /// How much is traced.
    pub detail: Detail,
}

impl Traces {
    pub(super) fn provider(
        &self,
        service: &str,
        version: &'static str,
    ) -> Result<SdkTracerProvider, TelemetryError> {
        let mut exporter = SpanExporter::builder().with_tonic().with_endpoint(&self.endpoint);
        if self.endpoint.starts_with("https://") {
            exporter = exporter.with_tls_config(ClientTlsConfig::new().with_enabled_roots());
        }
        let resource = Resource::builder()
            .with_service_name(service.to_owned())
            .with_attributes([
                KeyValue::new("service.namespace", OURS),
                KeyValue::new("service.version", version),
                KeyValue::new("service.instance.id", uuid::Uuid::new_v4().to_string()),
            ])
            .build();
        let ratio = Sampler::TraceIdRatioBased(self.sampling.clamp(0.0, 1.0));
        Ok(SdkTracerProvider::builder()
            .with_batch_exporter(exporter.build()?)
            .with_sampler(Sampler::ParentBased(Box::new(ratio)))
            .with_resource(resource)
            .build())
    }

    /// Turns our spans, and nothing else, into what the exporter takes.
    pub(super) fn layer<S>(&self, provider: &SdkTracerProvider) -> impl Layer<S> + use<S>
    where
        S: tracing::Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let tracer: SdkTracer = provider.tracer(OURS);
        let level = match self.detail {
            Detail::Requests => LevelFilter::INFO,
            Detail::Everything => LevelFilter::DEBUG,
        };
        let filter = Targets::new().with_target(OURS, level).and(filter_fn(|metadata| metadata.is_span()));
        tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
            .with_filter(filter)
    }
}
