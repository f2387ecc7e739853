//! The access log and the request metrics.
//!
//! A request that was served as expected and changed nothing is logged at debug: at the rates this gateway serves, a line
//! each would cost more than the answers. Refusals and failures are logged at info and warn. Paths are logged without
//! their query, tokens and bodies never.

use crate::context::{Rendering, RequestContext};
use crate::problem::Failure;
use arc_swap::ArcSwap;
use axum::response::Response;
use http::Method;
use metrics::Histogram;
use resync_api::policy;
use resync_fault::Fault;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

const DURATION: &str = "http_server_request_duration_seconds";
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

/// Tells the exporter what the request metric means.
pub(crate) fn describe() {
    metrics::describe_histogram!(
        DURATION,
        metrics::Unit::Seconds,
        "Time from request to response head, by route, method and status"
    );
}

impl Observer {
    pub(crate) fn request_ended(
        &self,
        context: &RequestContext,
        route: Option<&str>,
        response: &Response,
        failure: Option<&Failure>,
        took: Duration,
    ) {
        let route = match (route, context.rendering()) {
            (Some(route), _) => route,
            (None, Rendering::Http) => OTHER,
            (None, _) => policy::find(context.path()).map_or(OTHER, |rpc| rpc.path),
        };
        let status = response.status().as_u16();
        self.duration(route, method_label(context.method()), status).record(took.as_secs_f64());
        let code = failure.map_or("", |failure| failure.0.reason());
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
            "route" => route.to_owned(),
            "method" => method,
            "status" => status.to_string()
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
