//! The routes: one table, from which come the router and the patterns of nearest-route hints.
//!
//! A handler parses, asks a typed client for one answer, and encodes it. Getting the client is the permission check.

pub(crate) mod token;
pub(crate) mod chat;
pub(crate) mod conversations;
pub(crate) mod status;
pub(crate) mod engines;
pub(crate) mod graph;
pub(crate) mod history;
pub(crate) mod events;
pub(crate) mod agents;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod performance;
pub(crate) mod alerts;
pub(crate) mod cache;
pub(crate) mod audit;
pub(crate) mod documents;
pub(crate) mod memories;
pub(crate) mod reports;
pub(crate) mod incidents;
pub(crate) mod console;

pub(crate) mod table;

use crate::app::App;
use crate::call::Call;
use crate::error::Error;
use crate::idempotency::{Policy, Rpc};
use crate::uploads;
use axum::Router;
use std::sync::Arc;
use table::Table;

const CREATE_SILENCE: Rpc = "/resync.perf.v1.PerfService/CreateSilence";
const DELETE_SILENCE: Rpc = "/resync.perf.v1.PerfService/DeleteSilence";
const SEND_TEST_NOTIFICATION: Rpc = "/resync.perf.v1.PerfService/SendTestNotification";
const DELETE_DOCUMENT: Rpc = "/resync.graph.v1.DocumentService/DeleteDocument";
const REINDEX_DOCUMENTS: Rpc = "/resync.graph.v1.DocumentService/ReindexDocuments";
const CLEAR_CACHE: Rpc = "/resync.cache.v1.CacheService/ClearCache";
const DELETE_CONVERSATION: Rpc = "/resync.graph.v1.ConversationService/DeleteConversation";
const PROPOSE_MEMORY: Rpc = "/resync.graph.v1.MemoryService/ProposeMemory";
const PROPOSE_CORRECTION: Rpc = "/resync.graph.v1.MemoryService/ProposeCorrection";
const REVIEW_MEMORY: Rpc = "/resync.graph.v1.MemoryService/ReviewMemory";
const RESOLVE_INCIDENT: Rpc = "/resync.graph.v1.IncidentService/ResolveIncident";
const REPORT_RESOLUTION: Rpc = "/resync.graph.v1.IncidentService/ReportResolution";

/// Every REST route and page.
pub(crate) fn table() -> Table {
    Table::default()
        .page("/", console::page)
        .page("/login", console::page)
        .page("/assets/{*path}", console::asset)
        .post("/token", Policy::Unused, token::token)
        .post("/csp-violation-report", Policy::Unused, reports::csp_violation)
        .post("/api/chat", Policy::Unused, chat::chat)
        .get("/api/conversations", conversations::conversations)
        .get("/api/conversations/{conversation}", conversations::conversation)
        .delete(
            "/api/conversations/{conversation}",
            Policy::Optional(DELETE_CONVERSATION),
            conversations::delete,
        )
        .get("/api/conversations/{conversation}/export", conversations::export)
        .get("/api/status", status::overview)
        .get("/api/status/jobs", status::jobs)
        .get("/api/status/workstations", status::workstations)
        .get("/api/engines", engines::engines)
        .get("/api/engines/{engine}/jobs", engines::jobs)
        .get("/api/engines/{engine}/jobs/{job}", engines::job)
        .get("/api/engines/{engine}/jobs/{job}/log", engines::job_log)
        .get("/api/engines/{engine}/jobs/{job}/dependencies", engines::dependencies)
        .get("/api/engines/{engine}/jobs/{job}/impact", graph::impact)
        .get("/api/engines/{engine}/jobs/{job}/root-cause", graph::root_cause)
        .get("/api/engines/{engine}/jobs/{job}/critical-path", graph::critical_path)
        .get("/api/engines/{engine}/jobs/{job}/forecast", graph::forecast)
        .get("/api/engines/{engine}/jobs/{job}/risk", graph::risk)
        .get("/api/engines/{engine}/forecast", graph::forecast_plan)
        .get("/api/engines/{engine}/path", graph::path)
        .get("/api/engines/{engine}/topology-health", graph::topology_health)
        .post("/api/engines/{engine}/what-if", Policy::Unused, graph::what_if)
        .get("/api/engines/{engine}/runs", history::engine_runs)
        .get("/api/engines/{engine}/jobs/{job}/runs", history::runs)
        .get("/api/engines/{engine}/jobs/{job}/statistics", history::statistics)
        .get("/api/engines/{engine}/jobs/{job}/unusual", history::unusual)
        .get("/api/engines/{engine}/jobs/{job}/similar-incidents", incidents::similar_to_job)
        .get("/api/engines/{engine}/job-streams", engines::job_streams)
        .get("/api/engines/{engine}/job-streams/{job_stream}", engines::job_stream)
        .get("/api/engines/{engine}/workstations", engines::workstations)
        .get("/api/engines/{engine}/resources", engines::resources)
        .get("/api/engines/{engine}/prompts", engines::prompts)
        .get("/api/events", events::events)
        .get("/api/health/app", health::app)
        .get("/api/health/tws", health::tws)
        .get("/api/health/redis", health::redis)
        .get("/api/health/full", health::full)
        .get("/api/agents", agents::agents)
        .get("/api/agents/{agent}", agents::agent)
        .get("/api/metrics", metrics::metrics)
        .get("/api/metrics/performance", metrics::performance)
        .get("/api/metrics/security", metrics::security)
        .get("/api/performance/health", performance::health)
        .get("/api/performance/report", performance::report)
        .get("/api/performance/cache/metrics", performance::cache_metrics)
        .get("/api/performance/cache/recommendations", performance::cache_recommendations)
        .get("/api/performance/pools/metrics", performance::pool_metrics)
        .get("/api/performance/pools/recommendations", performance::pool_recommendations)
        .get("/api/performance/resources/stats", performance::stats)
        .get("/api/performance/resources/leaks", performance::leaks)
        .get("/api/performance/recommendations", performance::recommendations)
        .get("/api/alerts", alerts::alerts)
        .get("/api/alerts/silences", alerts::silences)
        .post("/api/alerts/silences", Policy::Required(CREATE_SILENCE), alerts::silence)
        .delete("/api/alerts/silences/{silence}", Policy::Optional(DELETE_SILENCE), alerts::end_silence)
        .post("/api/alerts/test", Policy::Optional(SEND_TEST_NOTIFICATION), alerts::test)
        .get("/api/cache/stats", cache::stats)
        .get("/api/cache/health", cache::health)
        .post("/api/cache/clear", Policy::Optional(CLEAR_CACHE), cache::clear)
        .get("/api/audit/events", audit::events)
        .get("/api/audit/report", audit::report)
        .get("/api/audit/export", audit::export)
        .get("/api/audit/checkpoints", audit::checkpoints)
        .get("/api/audit/verify", audit::verify)
        .post("/api/audit/verify", Policy::Unused, audit::verify_against)
        .get("/api/documents", documents::documents)
        .post(uploads::ROUTE, Policy::Unused, documents::upload)
        .get("/api/documents/search", documents::search)
        .post("/api/documents/reindex", Policy::Optional(REINDEX_DOCUMENTS), documents::reindex)
        .get("/api/documents/{document}", documents::document)
        .delete("/api/documents/{document}", Policy::Optional(DELETE_DOCUMENT), documents::delete)
        .get("/api/memories", memories::memories)
        .post("/api/memories", Policy::Optional(PROPOSE_MEMORY), memories::propose)
        .get("/api/memories/{memory}", memories::memory)
        .post("/api/memories/{memory}/review", Policy::Optional(REVIEW_MEMORY), memories::review)
        .post("/api/corrections", Policy::Optional(PROPOSE_CORRECTION), memories::correct)
        .get("/api/incidents", incidents::incidents)
        .get("/api/incidents/{incident}", incidents::incident)
        .get("/api/incidents/{incident}/similar", incidents::similar)
        .post("/api/incidents/{incident}/resolve", Policy::Optional(RESOLVE_INCIDENT), incidents::resolve)
        .post("/api/incidents/{incident}/feedback", Policy::Optional(REPORT_RESOLUTION), incidents::feedback)
}

/// The answer to a path that no route has.
pub(crate) fn unknown(call: &Call) -> Error {
    let path = call.context().path();
    let patterns = &call.app().patterns;
    let nearest = crate::params::nearest(path, patterns.iter().copied());
    Error::RouteUnknown {
        path: crate::context::inert(path, 200),
        // The pattern is one of ours, so it outlives the path it was compared with.
        nearest: nearest.and_then(|found| patterns.iter().copied().find(|pattern| *pattern == found)),
    }
}

async fn method_not_allowed(call: Call) -> Error {
    Error::MethodNotAllowed {
        path: call.context().path().to_owned(),
        method: call.context().method().to_string(),
    }
}

impl Table {
    /// The router, which says of a known path with another method what is wrong.
    pub(crate) fn router(self) -> Router<Arc<App>> {
        self.routes.method_not_allowed_fallback(method_not_allowed)
    }
}
