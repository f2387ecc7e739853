//! Trace context in and out of headers, only when this process exports traces.

use http::HeaderMap;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

static EXPORTING: AtomicBool = AtomicBool::new(false);
static W3C: LazyLock<TraceContextPropagator> = LazyLock::new(TraceContextPropagator::new);

pub(super) fn enable(on: bool) {
    EXPORTING.store(on, Ordering::Relaxed);
}

/// Does this process export traces?
pub(crate) fn exporting() -> bool {
    EXPORTING.load(Ordering::Relaxed)
}

/// Makes `span` a child of the trace that `headers` speak of.
pub(crate) fn accept_parent(span: &Span, headers: &HeaderMap) {
    if exporting() {
        // The span was created a moment ago and has not started an OpenTelemetry span yet.
        let _ = span.set_parent(W3C.extract(&Received(headers)));
    }
}

/// Writes the current span's trace context into `headers`.
pub(crate) fn inject(headers: &mut HeaderMap) {
    if exporting() {
        W3C.inject_context(&Span::current().context(), &mut Sent(headers));
    }
}

struct Received<'a>(&'a HeaderMap);

impl Extractor for Received<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}

struct Sent<'a>(&'a mut HeaderMap);

impl Injector for Sent<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (http::HeaderName::from_bytes(key.as_bytes()), value.parse()) {
            self.0.insert(name, value);
        }
    }
}
