//! Trace context in and out of headers.
//!
//! A process that exports traces writes its own spans' context. One that does not passes on what it received, so that a
//! trace does not break in its middle.

use crate::context::CallContext;
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Header and metadata key of the W3C trace context.
pub(crate) const TRACEPARENT: &str = "traceparent";

/// Part of the traces begun here that are exported; no number while none are exported.
static SAMPLING: AtomicU64 = AtomicU64::new(NOTHING);
const NOTHING: u64 = f64::NAN.to_bits();
static W3C: LazyLock<TraceContextPropagator> = LazyLock::new(TraceContextPropagator::new);

/// Exports this part of the traces begun here.
pub(super) fn enable(sampling: f64) {
    SAMPLING.store(sampling.to_bits(), Ordering::Relaxed);
}

/// Whether the work that `headers` ask for is traced: as who asks has decided, else by chance. Deciding here, before
/// there is a span, makes what is not traced cost next to nothing.
pub(super) fn is_traced(headers: &HeaderMap) -> bool {
    let sampling = f64::from_bits(SAMPLING.load(Ordering::Relaxed));
    !sampling.is_nan()
        && match headers.get(TRACEPARENT) {
            Some(value) => is_sampled(value),
            None => sampling >= 1.0 || rand::random::<f64>() < sampling,
        }
}

/// The last bit of a `traceparent`. What is none gets a trace of its own.
fn is_sampled(traceparent: &HeaderValue) -> bool {
    traceparent
        .as_bytes()
        .last()
        .is_none_or(|digit| !matches!(digit, b'0' | b'2' | b'4' | b'6' | b'8' | b'a' | b'c' | b'e'))
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
    inject_from(&Span::current(), headers);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callers_decision_is_followed_and_nothing_is_traced_for_nobody() {
        let asked = |flags: &str| {
            let value = format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-{flags}");
            HeaderMap::from_iter([(HeaderName::from_static(TRACEPARENT), value.parse().unwrap())])
        };
        assert!(!is_traced(&asked("01")) && !is_traced(&HeaderMap::new()), "nothing is exported");
        for (sampling, root) in [(0.0, false), (1.0, true)] {
            enable(sampling);
            assert_eq!(is_traced(&HeaderMap::new()), root);
            for (flags, traced) in [("00", false), ("01", true), ("02", false), ("03", true)] {
                assert_eq!(is_traced(&asked(flags)), traced, "{flags}");
            }
        }
        enable(f64::NAN);
    }
}
