//! The plan at a glance: `/api/status` and its two parts.
//!
//! Dashboards ask for it every few seconds, many at once. The encoded body is kept for [`FRESH_FOR`], so that any number
//! of readers cost one call; how old the rows are is in the body's `freshness`, as always.

use crate::call::{Call, json_body};
use crate::error::Error;
use crate::params::Params;
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use moka::future::Cache;
use resync_api::tws::model::PlanOverview;
use resync_service_kit::identity::Principal;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Shorter than any poll of the scheduler.
const FRESH_FOR: Duration = Duration::from_millis(250);
/// Of all kept bodies; beyond it the least used leave.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
const RPC: &str = "/resync.tws.v1.TwsService/GetPlanOverview";
/// Jobs that need attention, at most.
const ATTENTION: u32 = 100;

/// Which part of the overview a body shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum View {
    Whole,
    Jobs,
    Workstations,
}

/// Encoded bodies by engine, view and who asked: what one may see is no business of the next.
#[derive(Debug)]
pub(crate) struct StatusBodies(Cache<(View, String, Arc<Principal>), Bytes>);

impl StatusBodies {
    pub(crate) fn new() -> Self {
        let weigh = |_: &_, body: &Bytes| u32::try_from(body.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(MAX_BYTES).weigher(weigh).time_to_live(FRESH_FOR).build())
    }
}

/// `GET /api/status`
pub(crate) async fn overview(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    serve(call, query, View::Whole).await
}

/// `GET /api/status/jobs`
pub(crate) async fn jobs(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    serve(call, query, View::Jobs).await
}

/// `GET /api/status/workstations`
pub(crate) async fn workstations(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    serve(call, query, View::Workstations).await
}

async fn serve(call: Call, query: Option<String>, view: View) -> Result<Response, Error> {
    call.authorise_rpc(RPC, "")?;
    let engine = Params::from_query(query.as_deref(), &["engine"])?.text("engine");
    call.authorise_rpc(RPC, &engine)?;
    let key = (view, engine, Arc::clone(call.caller().principal()));
    let bodies = &call.app().status.0;
    // The lookup is apart from the load: a hit needs no future of its own.
    if let Some(body) = bodies.get(&key).await {
        return Ok(json_body(Body::from(body)));
    }
    let client = call.tws("GetPlanOverview", &key.1)?;
    let engine = key.1.clone();
    let loaded = bodies
        .try_get_with(key, async move {
            let overview =
                client.overview(&engine, ATTENTION).await.map_err(|fault| Error::upstream(&fault))?;
            encode(view, &overview)
        })
        .await;
    Ok(json_body(Body::from(loaded.map_err(Arc::unwrap_or_clone)?)))
}

fn encode(view: View, overview: &PlanOverview) -> Result<Bytes, Error> {
    let encoded = match view {
        View::Whole => serde_json::to_vec(overview),
        View::Jobs => serde_json::to_vec(&json!({
            "jobs_by_status": overview.jobs_by_status,
            "job_streams_by_status": overview.job_streams_by_status,
            "late_jobs": overview.late_jobs,
            "long_running_jobs": overview.long_running_jobs,
            "at_risk_jobs": overview.at_risk_jobs,
            "attention": overview.attention,
            "truncated": overview.truncated,
            "freshness": overview.freshness,
        })),
        View::Workstations => serde_json::to_vec(&json!({
            "workstations": overview.workstations,
            "unhealthy_workstations": overview.unhealthy_workstations,
            "freshness": overview.freshness,
        })),
    };
    encoded.map(Bytes::from).map_err(crate::call::not_json)
}
