//! The span of a request to an engine, by OpenTelemetry's semantic conventions for HTTP clients.
//!
//! The address in full stays out of it: identifiers and filters name what people run. A request nobody waits for, such
//! as a poll, makes a span only at debug level.

use http::Method;
use tracing::{Span, field};

use super::request::Request;
use crate::config::Base;
use crate::error::Result;

macro_rules! request_span {
    ($span:ident, $request:expr) => {
        tracing::$span!(
            "engine request",
            otel.kind = "client",
            otel.name = field::Empty,
            otel.status_code = field::Empty,
            http.request.method = method($request),
            url.template = $request.template.as_str(),
            server.address = field::Empty,
            server.port = field::Empty,
            http.response.status_code = field::Empty,
            error.type = field::Empty,
        )
    };
}

/// A span for `request`.
pub(super) fn begin(request: &Request) -> Span {
    let span = if Span::current().is_none() {
        request_span!(debug_span, request)
    } else {
        request_span!(info_span, request)
    };
    if !span.is_disabled() {
        span.record("otel.name", format!("{} {}", request.method, request.template));
    }
    span
}

/// The request is sent there now; where an address does not answer, the next one is told too.
pub(super) fn sent_to(base: &Base) {
    Span::current().record("server.address", base.host.as_str()).record("server.port", base.port);
}

/// The engine's status.
pub(super) fn answered(status: u16) {
    Span::current().record("http.response.status_code", status);
}

/// How it ended.
pub(super) fn ended<T>(span: &Span, outcome: &Result<T>) {
    if let Err(error) = outcome {
        span.record("error.type", error.failure().as_str()).record("otel.status_code", "ERROR");
    }
}

fn method(request: &Request) -> &str {
    match request.method {
        Method::GET => "GET",
        _ => request.method.as_str(),
    }
}
