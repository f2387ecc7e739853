//! The spans of requests and calls, by OpenTelemetry's semantic conventions for HTTP and RPC; the one place that knows
//! their names.
//!
//! What nobody asked for (a poll, a report to another role) makes spans only at debug level: it would bury the traces
//! of people's requests. A body that is sent after its handler has returned belongs to the span too, so it is wrapped.

use super::propagation::accept_parent;
use crate::context::CallContext;
use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use tonic::Code;
use tracing::{Span, field};

/// Longer paths are cut: they are a stranger's text.
const LONGEST_PATH: usize = 256;

macro_rules! rpc_span {
    ($span:ident, $kind:literal, $method:expr) => {
        tracing::$span!(
            "rpc",
            otel.kind = $kind,
            otel.name = $method,
            otel.status_code = field::Empty,
            rpc.system.name = "grpc",
            rpc.method = $method,
            rpc.response.status_code = field::Empty,
            error.type = field::Empty,
            server.address = field::Empty,
            server.port = field::Empty,
            resync.role = field::Empty,
            resync.correlation_id = field::Empty,
        )
    };
}

/// The name of an RPC as conventions spell it, from its path.
pub(crate) fn rpc_method(path: &'static str) -> &'static str {
    path.trim_start_matches('/')
}

/// The span of a call being served, within the trace that `headers` speak of.
pub(crate) fn rpc_server(
    method: &'static str,
    role: &str,
    correlation_id: &str,
    headers: &HeaderMap,
) -> Span {
    let method = rpc_method(method);
    let span = if headers.contains_key(super::propagation::TRACEPARENT) {
        rpc_span!(info_span, "server", method)
    } else {
        rpc_span!(debug_span, "server", method)
    };
    span.record("resync.role", role);
    span.record("resync.correlation_id", correlation_id);
    accept_parent(&span, headers);
    span
}

/// The span of an outgoing call, retries included; `server` is where it goes when that is not this process.
pub(crate) fn rpc_client(method: &'static str, server: Option<&(String, u16)>) -> Span {
    let method = rpc_method(method);
    let span = if Span::current().is_none() {
        rpc_span!(debug_span, "client", method)
    } else {
        rpc_span!(info_span, "client", method)
    };
    if let Some((address, port)) = server {
        span.record("server.address", address);
        span.record("server.port", port);
    }
    span
}

/// Name of the status in the head or the trailers of an answer; none while the answer goes on.
pub(crate) fn rpc_status(headers: &HeaderMap) -> Option<&'static str> {
    headers.get("grpc-status").map(|code| code_name(Code::from_bytes(code.as_bytes())))
}

fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// Which end of a call a span is: what counts as an error differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Server,
    Client,
    /// Not a gRPC call; its status is told otherwise.
    Http,
}

/// Records how a call ended when `headers`, of head or trailers, say so.
pub(crate) fn answered(span: &Span, end: End, headers: &HeaderMap) {
    if span.is_disabled() || end == End::Http {
        return;
    }
    let Some(status) = rpc_status(headers) else { return };
    span.record("rpc.response.status_code", status);
    // A server is not to blame for what its callers did wrong; to the caller everything but OK is an error.
    let servers_fault = matches!(
        status,
        "UNKNOWN" | "DEADLINE_EXCEEDED" | "UNIMPLEMENTED" | "INTERNAL" | "UNAVAILABLE" | "DATA_LOSS"
    );
    if status != "OK" && (end == End::Client || servers_fault) {
        span.record("error.type", status);
        span.record("otel.status_code", "ERROR");
    }
}

/// The span of an HTTP request from outside, within the trace that `headers` speak of. `route` is the pattern that the
/// path matched, if any.
#[must_use]
pub fn http_server(method: &str, route: Option<&str>, path: &str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        "http",
        otel.kind = "server",
        otel.name = field::Empty,
        otel.status_code = field::Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = field::Empty,
        url.path = path.get(..LONGEST_PATH).unwrap_or(path),
        url.scheme = "http",
        error.type = field::Empty,
        resync.role = "gateway",
        resync.correlation_id = field::Empty,
    );
    if !span.is_disabled() {
        match route {
            Some(route) => span.record("otel.name", format!("{method} {route}")),
            None => span.record("otel.name", method),
        };
        accept_parent(&span, headers);
    }
    span
}

/// Records how an HTTP request was answered; `reason` is the stable code of what went wrong, empty when nothing did.
pub fn http_answered(span: &Span, correlation_id: &str, status: u16, reason: &str) {
    if span.is_disabled() {
        return;
    }
    span.record("resync.correlation_id", correlation_id);
    span.record("http.response.status_code", status);
    if status >= 500 {
        if reason.is_empty() {
            span.record("error.type", status.to_string());
        } else {
            span.record("error.type", reason);
        }
        span.record("otel.status_code", "ERROR");
    }
}

/// What a body is sent within: the span and the context of its call.
pub(crate) struct Within {
    span: Span,
    end: End,
    context: Option<CallContext>,
}

impl Within {
    pub(crate) fn new(span: Span, end: End, context: Option<CallContext>) -> Self {
        // The call's own deadline ended with its head; a stream goes on.
        let context = context.map(|context| CallContext { deadline: None, ..context });
        Self { span, end, context }
    }

    /// Polls for the next frame within span and context.
    pub(crate) fn poll<E>(
        &self,
        poll: impl FnOnce() -> Poll<Option<Result<Frame<Bytes>, E>>>,
    ) -> Poll<Option<Result<Frame<Bytes>, E>>> {
        let polled = self.span.in_scope(|| match &self.context {
            Some(context) => context.clone().within(poll),
            None => poll(),
        });
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(trailers) = frame.trailers_ref()
        {
            answered(&self.span, self.end, trailers);
        }
        polled
    }
}

/// A body sent within the span and the context of its request.
pub struct InSpan<B> {
    inner: B,
    within: Within,
}

impl<B> InSpan<B> {
    /// The body of an HTTP answer.
    pub fn http(inner: B, span: Span, context: CallContext) -> Self {
        Self { inner, within: Within::new(span, End::Http, Some(context)) }
    }

    /// The body of the answer to an outgoing call; whoever reads it has a context of their own.
    pub(crate) fn client(inner: B, span: Span) -> Self {
        Self { inner, within: Within::new(span, End::Client, None) }
    }
}

impl<B> fmt::Debug for InSpan<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InSpan").field("span", &self.within.span).finish_non_exhaustive()
    }
}

impl<B: HttpBody<Data = Bytes> + Unpin> HttpBody for InSpan<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let Self { inner, within } = &mut *self;
        within.poll(|| Pin::new(inner).poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
