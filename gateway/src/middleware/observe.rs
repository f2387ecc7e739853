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
use http::{HeaderName, Method};
use metrics::Histogram;
use resync_api::policy;
use resync_fault::Fault;
use resync_service_kit::context::CallContext;
use resync_service_kit::telemetry::{self, InSpan};
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
#[derive(Default)]
pub(crate) struct Observer {
    /// Handles by route, method and status, so that a request looks one up instead of building a metric key. Bounded by
    /// the routes, RPCs, known methods and statuses there are.
    durations: ArcSwap<Durations>,
}

/// By route; then method and status.
type Durations = HashMap<String, Vec<(&'static str, u16, Histogram)>>;

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// Tells the exporter what the gateway's metrics mean.
pub(crate) fn describe() {
    use metrics::{Unit, describe_counter, describe_histogram};
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "time from request to response head, by route, method and status"
    );
    describe_counter!("resync_gateway_logins_total", "logins by outcome");
    describe_counter!("resync_gateway_rate_limited_total", "requests refused by a rate limit, by policy");
    describe_counter!(
        "resync_gateway_csp_violation_reports_total",
        "content policy violations reported by browsers, by directive"
    );
    describe_counter!(
        "resync_gateway_connections_refused_total",
        "connections closed because too many were open"
    );
    describe_counter!(
        "resync_gateway_connections_silent_total",
        "connections closed because no request came in time"
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
        self.duration(route, method_label(context.method()), status).record(took.as_secs_f64());
        let code = failure.map_or("", |failure| failure.0.reason());
        telemetry::http_answered(span, context.request_id(), status, code);
        log(context, route, status, code, took);
    }

    fn duration(&self, route: &str, method: &'static str, status: u16) -> Histogram {
        let find = |durations: &Durations| {
            let known = durations.get(route)?;
            known.iter().find(|entry| entry.0 == method && entry.1 == status).map(|entry| entry.2.clone())
        };
        if let Some(histogram) = find(&self.durations.load()) {
            return histogram;
        }
        let histogram = metrics::histogram!(
            DURATION,
            "http_route" => route.to_owned(),
            "http_request_method" => method,
            "http_response_status_code" => status.to_string()
        );
        self.durations.rcu(|durations| {
            let mut durations = Durations::clone(durations);
            durations.entry(route.to_owned()).or_default().push((method, status, histogram.clone()));
            Arc::new(durations)
        });
        histogram
    }
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
