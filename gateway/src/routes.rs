//! The routes, and what is said of them elsewhere: their patterns (for nearest-route hints).
//!
//! A handler parses, asks a typed client for one answer, and encodes it. Getting the client is the permission check.

pub(crate) mod token;
pub(crate) mod chat;
pub(crate) mod status;
pub(crate) mod engines;
pub(crate) mod events;
pub(crate) mod agents;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod reports;
pub(crate) mod console;

use crate::app::App;
use crate::call::Call;
use crate::error::Error;
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

/// What people may have meant when a path is unknown.
pub(crate) const PATTERNS: &[&str] = &[
    "/token",
    "/csp-violation-report",
    "/api/chat",
    "/api/status",
    "/api/status/jobs",
    "/api/status/workstations",
    "/api/engines",
    "/api/engines/{engine}/jobs",
    "/api/engines/{engine}/jobs/{job}",
    "/api/engines/{engine}/jobs/{job}/log",
    "/api/engines/{engine}/jobs/{job}/dependencies",
    "/api/engines/{engine}/job-streams",
    "/api/engines/{engine}/job-streams/{job_stream}",
    "/api/engines/{engine}/workstations",
    "/api/engines/{engine}/resources",
    "/api/engines/{engine}/prompts",
    "/api/events",
    "/api/health/app",
    "/api/health/tws",
    "/api/health/redis",
    "/api/health/full",
    "/api/agents",
    "/api/agents/{agent}",
    "/api/metrics",
];

/// Every REST route and page.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(console::page))
        .route("/login", get(console::page))
        .route("/assets/{*path}", get(console::asset))
        .route("/token", post(token::token))
        .route("/csp-violation-report", post(reports::csp_violation))
        .route("/api/chat", post(chat::chat))
        .route("/api/status", get(status::overview))
        .route("/api/status/jobs", get(status::jobs))
        .route("/api/status/workstations", get(status::workstations))
        .route("/api/engines", get(engines::engines))
        .route("/api/engines/{engine}/jobs", get(engines::jobs))
        .route("/api/engines/{engine}/jobs/{job}", get(engines::job))
        .route("/api/engines/{engine}/jobs/{job}/log", get(engines::job_log))
        .route("/api/engines/{engine}/jobs/{job}/dependencies", get(engines::dependencies))
        .route("/api/engines/{engine}/job-streams", get(engines::job_streams))
        .route("/api/engines/{engine}/job-streams/{job_stream}", get(engines::job_stream))
        .route("/api/engines/{engine}/workstations", get(engines::workstations))
        .route("/api/engines/{engine}/resources", get(engines::resources))
        .route("/api/engines/{engine}/prompts", get(engines::prompts))
        .route("/api/events", get(events::events))
        .route("/api/health/app", get(health::app))
        .route("/api/health/tws", get(health::tws))
        .route("/api/health/redis", get(health::redis))
        .route("/api/health/full", get(health::full))
        .route("/api/agents", get(agents::agents))
        .route("/api/agents/{agent}", get(agents::agent))
        .route("/api/metrics", get(metrics::metrics))
        .method_not_allowed_fallback(method_not_allowed)
}

async fn method_not_allowed(call: Call) -> Error {
    Error::MethodNotAllowed {
        path: call.context().path().to_owned(),
        method: call.context().method().to_string(),
    }
}

/// The answer to a path that no route has.
pub(crate) fn unknown(path: &str) -> Error {
    let nearest = crate::params::nearest(path, PATTERNS.iter().copied());
    Error::RouteUnknown {
        path: crate::context::inert(path, 200),
        // The pattern is one of ours, so it outlives the path it was compared with.
        nearest: nearest.and_then(|found| PATTERNS.iter().copied().find(|pattern| *pattern == found)),
    }
}
