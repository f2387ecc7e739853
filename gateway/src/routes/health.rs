//! `/api/health/…`: whether the parts behind the gateway answer, for people and for load balancers.
//!
//! Asked in the gateway's own name, so that a right to see health is enough; of engines it holds for, no others. A part
//! that is down is told with its fault's code and hint; it makes the mesh degraded, not down: what does not need it goes
//! on.

pub(crate) mod parts;

use crate::call::{Call, json_body};
use crate::error::Error;
use crate::params::Params;
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::Response;
use http::StatusCode;
use parts::Store;
use resync_fault::FaultBody;
use resync_resilience::Deadline;
use serde::Serialize;
use serde_json::{Value, json};
use std::time::Duration;

/// Whoever asks for health wants to know soon.
const PATIENCE: Duration = Duration::from_secs(5);
const PERMISSION: &str = "health.read";

/// How a part does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Health {
    Ok,
    /// It answers, with something missing or old.
    Degraded,
    /// It does not answer.
    Down,
}

/// `GET /api/health/app`: public, so it tells nothing that a stranger could use. Whatever is down behind it, this gateway
/// goes on serving.
pub(crate) async fn app(call: Call) -> Result<Response, Error> {
    let parts = call.app().parts.look(&call).await;
    let (monitor, graph) = (parts.monitor(), parts.graph());
    let status = parts.cache().0.max(monitor.0).max(graph.0).min(Health::Degraded);
    let body = json!({
        "status": status,
        "redis": parts.store(),
        "perf_monitor": monitor.1["status"],
        "knowledge_graph": graph.1["status"],
    });
    answer(status, body)
}

/// `GET /api/health/tws`
pub(crate) async fn tws(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    permit(&call, query)?;
    let (health, body) = bridge(&call).await;
    answer(health, body)
}

/// `GET /api/health/redis`
pub(crate) async fn redis(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    permit(&call, query)?;
    let parts = call.app().parts.look(&call).await;
    let health = if parts.store() == Store::Critical { Health::Down } else { Health::Ok };
    answer(health, parts.redis(call.context().request_id()))
}

/// `GET /api/health/full`
pub(crate) async fn full(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    permit(&call, query)?;
    let ((tws_health, tws), (agent_health, agent), parts) =
        tokio::join!(bridge(&call), agent(&call), call.app().parts.look(&call));
    let ((cache_health, cache), (monitor_health, monitor)) = (parts.cache(), parts.monitor());
    let (graph_health, graph) = parts.graph();
    let (limits_health, limits) = limits(&call);
    let behind = cache_health.max(monitor_health).max(graph_health);
    let worst = tws_health.max(agent_health).max(behind).max(limits_health);
    // The gateway itself answers, so the whole is never worse than degraded.
    let status = worst.min(Health::Degraded);
    answer(
        status,
        json!({
            "status": status,
            "app": { "status": Health::Ok },
            "tws": tws,
            "agent": agent,
            "cache": cache,
            "redis": parts.redis(call.context().request_id()),
            "perf_monitor": monitor,
            "knowledge_graph": graph,
            "rate_limits": limits,
        }),
    )
}

fn permit(call: &Call, query: Option<String>) -> Result<(), Error> {
    Params::from_query(query.as_deref(), &[])?;
    call.authorise(PERMISSION, "")
}

async fn bridge(call: &Call) -> (Health, Value) {
    let Some(client) = call.app().clients.tws() else { return not_configured() };
    let client = client
        .with(call.app().own.clone())
        .with(call.context().correlation_id().clone())
        .with(Deadline::after(PATIENCE));
    match client.list_engines().await {
        Err(fault) => down(&fault),
        Ok(mut engines) => {
            engines.retain(|engine| call.caller().may(PERMISSION, &engine.engine));
            let well = !engines.is_empty() && engines.iter().all(|engine| engine.reachable && engine.synced);
            let health = if well { Health::Ok } else { Health::Degraded };
            let engines: Vec<_> = engines
                .iter()
                .map(|engine| {
                    json!({
                        "engine": engine.engine,
                        "reachable": engine.reachable,
                        "synced": engine.synced,
                        "version": engine.version,
                        "stale_since": engine.freshness.as_ref().and_then(|freshness| freshness.stale_since),
                        "last_error": engine.last_error,
                        "hint": engine.last_error_hint,
                    })
                })
                .collect();
            (health, json!({ "status": health, "engines": engines }))
        }
    }
}

async fn agent(call: &Call) -> (Health, Value) {
    let Some(client) = call.app().clients.agent() else { return not_configured() };
    let client = client
        .with(call.app().own.clone())
        .with(call.context().correlation_id().clone())
        .with(Deadline::after(PATIENCE));
    match client.list_agents().await {
        Err(fault) => down(&fault),
        Ok(_) => (Health::Ok, json!({ "status": Health::Ok })),
    }
}

/// Whether quotas are counted as the settings say.
fn limits(call: &Call) -> (Health, Value) {
    let (health, counted) = match call.app().limits.shared() {
        None => (Health::Ok, "by_each_gateway"),
        Some(true) => (Health::Ok, "together"),
        Some(false) => (Health::Degraded, "by_each_gateway_until_the_cache_is_back"),
    };
    (health, json!({ "status": health, "counted": counted }))
}

fn not_configured() -> (Health, Value) {
    (Health::Degraded, json!({ "status": "not_configured" }))
}

fn down(fault: &FaultBody) -> (Health, Value) {
    (
        Health::Down,
        json!({
            "status": Health::Down,
            "code": fault.reason,
            "detail": fault.message,
            "hint": fault.hint,
        }),
    )
}

fn answer(health: Health, body: Value) -> Result<Response, Error> {
    let mut response = json_body(Body::from(body.to_string()));
    if health == Health::Down {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    Ok(response)
}
