//! Trace context in and out of headers.
//!
//! A process that exports traces writes its own spans' context. One that does not passes on what it received, so that a
//! trace does not break in its middle.

use crate::context::CallContext;
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Header and metadata key of the W3C trace context.
pub(crate) const TRACEPARENT: &str = "traceparent";

static EXPORTING: AtomicBool = AtomicBool::new(false);
static W3C: LazyLock<TraceContextPropagator> = LazyLock::new(TraceContextPropagator::new);

pub(super) fn enable(on: bool) {
    EXPORTING.store(on, Ordering::Relaxed);
}

/// Makes `span` a child of the trace that `headers` speak of.
pub(super) fn accept_parent(span: &Span, headers: &HeaderMap) {
    if !span.is_disabled() && headers.contains_key(TRACEPARENT) {
        // The span was created a moment ago and has not started an OpenTelemetry span yet.
        let _ = span.set_parent(W3C.extract(&Received(headers)));
    }
}

/// Writes the trace context of the work that runs now into `headers`.
pub fn inject(headers: &mut HeaderMap) {
    if !EXPORTING.load(Ordering::Relaxed) || !inject_span(&Span::current(), headers) {
        pass_on(headers);
    }
}

/// Writes the context of `span`, or of the call that is served when the span is not traced.
pub(crate) fn inject_from(span: &Span, headers: &mut HeaderMap) {
    if span.is_disabled() || !inject_span(span, headers) {
        pass_on(headers);
    }
}

fn inject_span(span: &Span, headers: &mut HeaderMap) -> bool {
    let mut sent = Sent { headers, any: false };
    W3C.inject_context(&span.context(), &mut sent);
    sent.any
}

fn pass_on(headers: &mut HeaderMap) {
    if let Some(traceparent) = CallContext::current().and_then(|context| context.traceparent) {
        headers.insert(TRACEPARENT, traceparent);
    }
}

/// The trace context of a span as a header; none when it is not traced.
#[must_use]
pub fn traceparent(span: &Span) -> Option<HeaderValue> {
    if span.is_disabled() {
        return None;
    }
    let mut headers = HeaderMap::new();
    inject_span(span, &mut headers);
    headers.remove(TRACEPARENT)
}

struct Received<'a>(&'a HeaderMap);

impl Extractor for Received<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

struct Sent<'a> {
    headers: &'a mut HeaderMap,
    any: bool,
}

impl Injector for Sent<'_> {
    fn set(&mut self, key: &str, value: String) {
        // An empty tracestate is not worth sending.
        if value.is_empty() {
            return;
        }
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(key.as_bytes()), value.parse()) {
            self.headers.insert(name, value);
            self.any = true;
        }
    }
}
