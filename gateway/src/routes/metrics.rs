//! `/api/metrics`: the metrics of the whole mesh in Prometheus' text format, and two summaries of them as JSON.
//!
//! This process is read afresh, the others as they last reported to the performance monitor. When that cannot be reached
//! the answer is this process alone, and says so.

mod performance;
mod security;

pub(crate) use performance::performance;
pub(crate) use security::security;

use crate::call::Call;
use crate::error::Error;
use crate::exposition::{Exposition, Source};
use crate::params::Params;
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::Response;
use http::{HeaderValue, header};
use resync_resilience::Deadline;
use std::time::Duration;

/// Who scrapes waits ten seconds at most, as a rule.
const PATIENCE: Duration = Duration::from_secs(5);

/// Metrics of the mesh, and how much of it they are of.
struct Mesh {
    metrics: Exposition,
    processes: usize,
    /// The other processes could be asked for.
    complete: bool,
}

/// `GET /api/metrics`
pub(crate) async fn metrics(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let mut mesh = collect(&call, query).await?;
    let skipped = mesh.metrics.skipped();
    for (name, help, value) in [
        (
            "resync_gateway_mesh_metrics_processes",
            "Processes whose metrics are in this answer",
            mesh.processes,
        ),
        (
            "resync_gateway_mesh_metrics_complete",
            "1 when the other processes of the mesh could be asked for, 0 when this is the gateway alone",
            usize::from(mesh.complete),
        ),
        (
            "resync_gateway_mesh_metrics_skipped_lines",
            "Lines of other processes that were left out because they were malformed or too many",
            skipped,
        ),
    ] {
        mesh.metrics.gauge(name, help, value);
    }
    let mut response = Response::new(Body::from(mesh.metrics.render()));
    let headers = response.headers_mut();
    headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn collect(call: &Call, query: Option<String>) -> Result<Mesh, Error> {
    // They tell of every engine by name, so a right for some engines is not enough.
    call.authorise("metrics.read", "*")?;
    Params::from_query(query.as_deref(), &[])?;
    let app = call.app();
    let others = match app.clients.perf() {
        None => None,
        Some(monitor) => {
            let monitor = monitor
                .with(app.own.clone())
                .with(call.context().correlation_id().clone())
                .with(Deadline::after(PATIENCE));
            let told = monitor.collect_metrics().await;
            told.inspect_err(|fault| {
                tracing::warn!(reason = fault.reason, error = %fault, "only this process's metrics can be told");
            })
            .ok()
        }
    };
    let process = app.process.clone();
    // Megabytes of text: not for an async thread.
    let merged = tokio::task::spawn_blocking(move || {
        let own = (process.metrics_text)();
        let mut metrics = Exposition::default();
        metrics.add(Source { instance: &process.instance, role: &process.roles, text: &own });
        let mut processes = 1;
        for other in others.iter().flatten().filter(|other| other.instance != process.instance) {
            let role = other.roles.join(",");
            metrics.add(Source { instance: &other.instance, role: &role, text: &other.text });
            processes += 1;
        }
        Mesh { metrics, processes, complete: others.is_some() }
    });
    merged.await.map_err(|_panicked| Error::Panicked)
}
