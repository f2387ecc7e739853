//! The parts that serve no question themselves: the shared cache with its store, the performance monitor, and the
//! knowledge graph with its store.
//!
//! `/api/health/app` is public and asked often, so what was found is kept for [`FRESH_FOR`] and asked once for
//! everybody.

use super::{Health, down};
use crate::app::App;
use crate::call::Call;
use chrono::Utc;
use moka::future::Cache;
use resync_api::cache::model::{CacheHealth, StoreKind};
use resync_api::conversations::model::ListConversations;
use resync_api::perf::model::{PerformanceHealth, Window};
use resync_fault::FaultBody;
use resync_resilience::Deadline;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// A part that says nothing for longer is as good as down.
const PATIENCE: Duration = Duration::from_secs(2);
const FRESH_FOR: Duration = Duration::from_secs(1);

/// What is known of the parts.
#[derive(Debug)]
pub(crate) struct Parts(Cache<(), Arc<Found>>);

/// Unset: not part of this deployment.
#[derive(Debug)]
pub(super) struct Found {
    cache: Option<Result<CacheHealth, FaultBody>>,
    monitor: Option<Result<PerformanceHealth, FaultBody>>,
    graph: Option<Result<(), FaultBody>>,
}

/// How the store behind the cache does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Store {
    Healthy,
    /// It works, and something speaks against it.
    Degraded,
    /// It does not answer, or the cache role does not.
    Critical,
    /// A file of ours, no Redis.
    Embedded,
    NotConfigured,
}

impl Parts {
    pub(crate) fn new() -> Self {
        Self(Cache::builder().max_capacity(1).time_to_live(FRESH_FOR).build())
    }

    /// Asks all, in the gateway's own name.
    pub(super) async fn look(&self, call: &Call) -> Arc<Found> {
        let app: &App = call.app();
        let id = call.context().correlation_id();
        let cache = app.clients.cache().map(|client| client.with(app.own.clone()).with(id.clone()));
        let perf = app.clients.perf().map(|client| client.with(app.own.clone()).with(id.clone()));
        let kept = app.clients.conversations().map(|client| client.with(app.own.clone()).with(id.clone()));
        let look = async {
            let cache = async { deployed(cache.as_ref()?.with(Deadline::after(PATIENCE)).health().await) };
            let monitor = async {
                deployed(perf.as_ref()?.with(Deadline::after(PATIENCE)).health(Window::default()).await)
            };
            // The gateway has no conversations: this reads as little as can be read of the store.
            let graph = async {
                let request = ListConversations { page_size: 1, ..ListConversations::default() };
                let listed = kept.as_ref()?.with(Deadline::after(PATIENCE)).list(request).await;
                deployed(listed.map(|_none| ()))
            };
            let (cache, monitor, graph) = tokio::join!(cache, monitor, graph);
            Arc::new(Found { cache, monitor, graph })
        };
        self.0.get_with((), look).await
    }
}

/// A role that runs nowhere and has no address was not asked for.
fn deployed<T>(answer: Result<T, FaultBody>) -> Option<Result<T, FaultBody>> {
    Some(answer).filter(|answer| answer.as_ref().err().is_none_or(|fault| fault.reason != "ROLE_NOT_RUNNING"))
}

/// These parts may be left out of a deployment; what needs them is then refused.
fn absent() -> (Health, Value) {
    (Health::Ok, json!({ "status": Store::NotConfigured }))
}

impl Found {
    pub(super) fn store(&self) -> Store {
        match &self.cache {
            None => Store::NotConfigured,
            Some(Err(_)) => Store::Critical,
            Some(Ok(health)) if !health.serving => Store::Critical,
            Some(Ok(health)) if !health.idempotency_safe => Store::Degraded,
            Some(Ok(CacheHealth { store: StoreKind::Sqlite, .. })) => Store::Embedded,
            Some(Ok(CacheHealth { store: StoreKind::Redis | StoreKind::RedisCluster, .. })) => Store::Healthy,
        }
    }

    /// Whether the cache role answers, and works with its store.
    pub(super) fn cache(&self) -> (Health, Value) {
        match &self.cache {
            None => absent(),
            Some(Err(fault)) => down(fault),
            Some(Ok(health)) => {
                let status = if health.serving { Health::Ok } else { Health::Degraded };
                (status, json!({ "status": status, "health": health }))
            }
        }
    }

    /// Whether the performance monitor answers; how the mesh does by its measures is another question.
    pub(super) fn monitor(&self) -> (Health, Value) {
        match &self.monitor {
            None => absent(),
            Some(Err(fault)) => down(fault),
            Some(Ok(health)) => {
                let told = json!({
                    "status": Health::Ok,
                    "overall_health": health.overall_health,
                    "severity": health.severity,
                    "processes": health.processes,
                });
                (Health::Ok, told)
            }
        }
    }

    /// Whether the knowledge graph reads from its store. Answers about the plan need neither.
    pub(super) fn graph(&self) -> (Health, Value) {
        match &self.graph {
            None => absent(),
            Some(Err(fault)) => down(fault),
            Some(Ok(())) => (Health::Ok, json!({ "status": Health::Ok })),
        }
    }

    /// The body of `/api/health/redis`.
    pub(super) fn redis(&self, correlation_id: &str) -> Value {
        let status = self.store();
        let mut body = json!({
            "status": status,
            "idempotency_safe": false,
            "redis": { "status": status },
            "timestamp": Utc::now(),
            "correlation_id": correlation_id,
        });
        match &self.cache {
            None => body["redis"]["message"] = "no cache role is part of this deployment".into(),
            Some(Err(fault)) => {
                body["redis"]["message"] = fault.message.as_str().into();
                body["redis"]["code"] = fault.reason.as_str().into();
                body["redis"]["hint"] = fault.hint.as_deref().into();
                body["warning"] = "requests with an idempotency key are refused".into();
            }
            Some(Ok(health)) => {
                body["idempotency_safe"] = health.idempotency_safe.into();
                body["redis"] = server(status, health);
                if !health.idempotency_warning.is_empty() {
                    body["warning"] = health.idempotency_warning.as_str().into();
                } else if !health.serving {
                    body["warning"] = "requests with an idempotency key are refused".into();
                }
            }
        }
        body
    }
}

fn server(status: Store, health: &CacheHealth) -> Value {
    let message = match (status, health.message.as_str()) {
        (Store::Embedded, "") => "an embedded store serves; no Redis is configured",
        (_, "") => "connected",
        (_, message) => message,
    };
    json!({
        "status": status,
        "message": message,
        "code": (!health.reason.is_empty()).then_some(&health.reason),
        "hint": (!health.hint.is_empty()).then_some(&health.hint),
        "last_check": health.checked_at,
        "response_time_ms": (health.latency.as_secs_f64() * 1e6).round() / 1e3,
        "details": {
            "store": health.store,
            "redis_version": health.version,
            "uptime_seconds": health.store_uptime.map(|uptime| uptime.as_secs()),
            "connected_clients": health.connected_clients,
            "used_memory": health.used_memory_bytes,
            "max_memory": health.max_memory_bytes,
            "eviction_policy": health.eviction_policy,
            "persistence": health.persistence,
        },
    })
}
