//! The span, the access log and the metrics of a request.
//!
//! A request that was served as expected and changed nothing is logged at debug: at the rates this gateway serves, a line
//! each would cost more than the answers. Refusals and failures are logged at info and warn. Paths are logged without
//! their query, tokens and bodies never.

use crate::context::{Rendering, RequestContext};
use crate::problem::Failure;
use arc_swap::ArcSwap;
use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use metrics::Histogram;
use resync_api::policy;
use resync_fault::Fault;
use resync_service_kit::context::CallContext;
use resync_service_kit::origin::ClientAddress;
use resync_service_kit::telemetry::{self, InSpan};
use resync_service_kit::vitals::Vitals;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tracing::{Instrument as _, Span};

const DURATION: &str = "http_server_request_duration_seconds";
const TRACEPARENT: HeaderName = HeaderName::from_static(crate::context::TRACEPARENT);
/// What a request is called that no route and no RPC claims.
const OTHER: &str = "_OTHER";
/// Slower requests are worth a line of their own.
const SLOW: Duration = Duration::from_secs(1);

/// Counts and logs requests.
pub(crate) struct Observer {
    vitals: Vitals,
    /// Handles by route, method and status, so that a request looks one up instead of building a metric key. Bounded by
    /// the routes, RPCs, known methods and statuses there are.
    durations: ArcSwap<Durations>,
}

/// By route; then method and status.
type Durations = HashMap<String, Vec<Route>>;

/// One method and status of a route.
#[derive(Clone)]
struct Route {
    method: &'static str,
    status: u16,
    duration: Histogram,
    /// As the process reports it, such as `GET /api/status`.
    name: Arc<str>,
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// Tells the exporter what the request metric means.
pub(crate) fn describe() {
    metrics::describe_histogram!(
        DURATION,
        metrics::Unit::Seconds,
        "Time from request to response head, by route, method and status"
    );
}

/// Begins the span of a request. Where this process exports traces, the request goes on as a member of the trace: its
/// header is the span's, whether the caller brought one or not.
pub(crate) fn begin(request: &mut Request, route: Option<&str>) -> Span {
    let route = known_route(route, &Rendering::of(request.headers()), request.uri().path());
    let method = method_label(request.method());
    let span = telemetry::http_server(method, route, request.uri().path(), request.headers());
    if let Some(traceparent) = telemetry::traceparent(&span) {
        request.headers_mut().insert(TRACEPARENT, traceparent);
    }
    span
}

/// Works on a request within its span, with its ids at hand for log lines and calls; so is an answer that is a stream.
pub(crate) async fn within(
    span: &Span,
    context: &RequestContext,
    work: impl Future<Output = Response>,
) -> Response {
    let calls = CallContext {
        caller: None,
        deadline: None,
        correlation_id: context.correlation_id().clone(),
        client_address: Some(ClientAddress(context.address())),
        traceparent: Some(context.traceparent().clone()),
    };
    let response = calls.clone().scope(work).instrument(span.clone()).await;
    // A body that is complete does nothing more.
    if span.is_disabled() && response.body().size_hint().exact().is_some() {
        return response;
    }
    response.map(|body| Body::new(InSpan::http(body, span.clone(), calls)))
}

fn known_route<'a>(route: Option<&'a str>, rendering: &Rendering, path: &str) -> Option<&'a str> {
    match rendering {
        _ if route.is_some() => route,
        Rendering::Http => None,
        _ => policy::find(path).map(|rpc| rpc.path),
    }
}

impl Observer {
    /// Reports latencies to `vitals`, too.
    pub(crate) fn new(vitals: Vitals) -> Self {
        Self { vitals, durations: ArcSwap::default() }
    }

    pub(crate) fn request_ended(
        &self,
        span: &Span,
        context: &RequestContext,
        route: Option<&str>,
        response: &Response,
        failure: Option<&Failure>,
        took: Duration,
    ) {
        let route = known_route(route, context.rendering(), context.path()).unwrap_or(OTHER);
        let status = response.status().as_u16();
        let observed = self.route(route, method_label(context.method()), status);
        observed.duration.record(took.as_secs_f64());
        // A path that does not exist says nothing about how fast this gateway works.
        if route != OTHER {
            self.vitals.record_call(&observed.name, took, is_own_fault(response));
        }
        let code = failure.map_or("", |failure| failure.0.reason());
        telemetry::http_answered(span, context.request_id(), status, code);
        log(context, route, status, code, took);
    }

    fn route(&self, route: &str, method: &'static str, status: u16) -> Route {
        let find = |durations: &Durations| {
            let known = durations.get(route)?;
            known.iter().find(|entry| entry.method == method && entry.status == status).cloned()
        };
        if let Some(known) = find(&self.durations.load()) {
            return known;
        }
        let duration = metrics::histogram!(
            DURATION,
            "http_route" => route.to_owned(),
            "http_request_method" => method,
            "http_response_status_code" => status.to_string()
        );
        let observed = Route { method, status, duration, name: format!("{method} {route}").into() };
        self.durations.rcu(|durations| {
            let mut durations = Durations::clone(durations);
            durations.entry(route.to_owned()).or_default().push(observed.clone());
            Arc::new(durations)
        });
        observed
    }
}

/// Whether the answer says that this side failed its client, in HTTP or in gRPC.
fn is_own_fault(response: &Response) -> bool {
    // Unknown, deadline exceeded, internal, unavailable, data loss.
    let grpc = response.headers().get("grpc-status").map(HeaderValue::as_bytes);
    grpc.is_some_and(|code| matches!(code, b"2" | b"4" | b"13" | b"14" | b"15"))
        || (response.status().is_server_error() && response.status() != StatusCode::NOT_IMPLEMENTED)
}

fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        _ => OTHER,
    }
}

fn log(context: &RequestContext, route: &str, status: u16, code: &str, took: Duration) {
    macro_rules! access {
        ($level:ident) => {
            tracing::$level!(
                http.request.method = method_label(context.method()),
                http.route = route,
                url.path = context.path(),
                http.response.status_code = status,
                error.code = code,
                client.address = %context.address(),
                correlation_id = context.request_id(),
                trace_id = context.trace_id(),
                duration_ms = took.as_secs_f64() * 1e3,
                "request"
            )
        };
    }
    match status {
        500.. => access!(warn),
        400.. => access!(info),
        _ if !code.is_empty() || took >= SLOW => access!(info),
        _ => access!(debug),
    }
}
