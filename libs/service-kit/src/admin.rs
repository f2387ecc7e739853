//! The port for operators and orchestrators: alive, ready, metrics. Apart from the traffic, without login, on loopback
//! unless configured otherwise.

use crate::readiness::Readiness;
use crate::shutdown::Drain;
use crate::telemetry::Metrics;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Serialize;
use std::future::{Future, IntoFuture as _};
use std::time::Duration;
use tokio::net::TcpListener;

/// Old samples are folded away this often, also when nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Admin {
    readiness: Readiness,
    metrics: Metrics,
    drain: Drain,
}

#[derive(Serialize)]
struct Ready {
    ready: bool,
    draining: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waiting_for: Vec<&'static str>,
}

/// Serves `/livez`, `/readyz` and `/metrics` on `listener` for as long as the process lives; the answer stays available
/// during the drain, when orchestrators ask most.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    listener: TcpListener,
    readiness: Readiness,
    metrics: Metrics,
    drain: Drain,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let upkeep = metrics.clone();
    let router = axum::Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(render))
        .with_state(Admin { readiness, metrics, drain });
    let serving = axum::serve(listener, router).with_graceful_shutdown(stopped).into_future();
    let upkeep = async {
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            upkeep.run_upkeep();
        }
    };
    tokio::select! {
        result = serving => result,
        () = upkeep => Ok(()),
    }
}

async fn ready(State(admin): State<Admin>) -> impl IntoResponse {
    let (waiting_for, draining) = (admin.readiness.waiting_for(), admin.drain.has_begun());
    let ready = waiting_for.is_empty() && !draining;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Ready { ready, draining, waiting_for }))
}

async fn render(State(admin): State<Admin>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], admin.metrics.render())
}
