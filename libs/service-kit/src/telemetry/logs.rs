//! Who sees what a process says: the log takes events, the exporter takes spans, and neither takes the other's.

use super::lines::{JsonLines, PrettyLines};
use super::redact::RedactingStderr;
use super::{LogFormat, Traces};
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::io::IsTerminal as _;
use tracing::Subscriber;
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{EnvFilter, Layer};

/// Starts logging, and tracing where there is somewhere to send traces.
pub(super) fn install(
    format: LogFormat,
    filter: EnvFilter,
    traces: Option<(&Traces, &SdkTracerProvider)>,
) -> Result<(), TryInitError> {
    let events = filter_fn(|metadata| metadata.is_event());
    match traces {
        // Filters of the whole process: what nobody takes, spans above all, is switched off where it is written.
        None => tracing_subscriber::registry().with(filter).with(events).with(lines(format)).try_init(),
        Some((traces, provider)) => tracing_subscriber::registry()
            .with(lines(format).with_filter(filter.and(events)))
            .with(traces.layer(provider))
            .try_init(),
    }
}

fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(RedactingStderr);
    match format {
        LogFormat::Json => layer.event_format(JsonLines).boxed(),
        LogFormat::Pretty => {
            layer.with_ansi(std::io::stderr().is_terminal()).event_format(PrettyLines).boxed()
        }
    }
}
