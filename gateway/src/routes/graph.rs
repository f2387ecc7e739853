//! What follows from the plan: `/api/engines/{engine}/jobs/{job}/impact` and its like, and what is asked of the whole plan.
//!
//! A job, or a job stream, is named by plan id or key; for an impact also `workstation:NAME`, `resource:NAME` or
//! `prompt:NAME`.

use crate::call::{Call, Segments, json};
use crate::error::Error;
use crate::params::{Params, typed};
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::Response;
use http::Request;
use resync_api::graph::model::{
    Assumption, ForecastRequest, HealthRequest, ImpactRequest, PathRequest, RiskRequest, RootCauseRequest,
    SimulationRequest, WhatIf,
};
use serde::Deserialize;

/// Most bytes of a what-if.
const MAX_BODY: usize = 64 * 1024;

/// `GET /api/engines/{engine}/jobs/{job}/impact`
pub(crate) async fn impact(
    call: Call,
    Segments((engine, object)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.graph("GetImpact", &engine)?;
    let mut params = Params::from_query(query.as_deref(), &["assumption", "limit"])?;
    let assumption = match params.take("assumption").as_deref() {
        None | Some("fails") => Assumption::Fails,
        Some("stops") => Assumption::Stops,
        Some("canceled") => Assumption::Canceled,
        Some(_) => return Err(Error::field("assumption", "fails, stops or canceled is needed")),
    };
    let request = ImpactRequest { engine, object, assumption, max_results: params.number("limit")? };
    json(&client.impact(request).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/engines/{engine}/jobs/{job}/root-cause`
pub(crate) async fn root_cause(
    call: Call,
    Segments((engine, object)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.graph("FindRootCause", &engine)?;
    let max_results = limit(query.as_deref())?;
    let causes = client.root_cause(RootCauseRequest { engine, object, max_results }).await;
    json(&causes.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/engines/{engine}/jobs/{job}/critical-path`
pub(crate) async fn critical_path(
    call: Call,
    Segments((engine, object)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.graph("GetCriticalPath", &engine)?;
    let max_results = limit(query.as_deref())?;
    let path = client.critical_path(ForecastRequest { engine, object, max_results }).await;
    json(&path.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/engines/{engine}/jobs/{job}/forecast`
pub(crate) async fn forecast(
    call: Call,
    Segments((engine, object)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.graph("ForecastJob", &engine)?;
    let max_results = limit(query.as_deref())?;
    let forecast = client.forecast(ForecastRequest { engine, object, max_results }).await;
    json(&forecast.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/engines/{engine}/jobs/{job}/risk`
pub(crate) async fn risk(
    call: Call,
    Segments((engine, object)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.graph("AssessRisk", &engine)?;
    let max_results = limit(query.as_deref())?;
    let risks = client.risk(RiskRequest { engine, object, max_results }).await;
    json(&risks.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/engines/{engine}/forecast`
pub(crate) async fn forecast_plan(
    call: Call,
    Segments(engine): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.graph("ForecastPlan", &engine)?;
    let max_results = limit(query.as_deref())?;
    let request = ForecastRequest { engine, object: String::new(), max_results };
    json(&client.forecast_plan(request).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/engines/{engine}/path`
pub(crate) async fn path(
    call: Call,
    Segments(engine): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.graph("FindPath", &engine)?;
    let mut params = Params::from_query(query.as_deref(), &["from", "to"])?;
    let request = PathRequest { engine, from: params.text("from"), to: params.text("to") };
    json(&client.path(request).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/engines/{engine}/topology-health`
pub(crate) async fn topology_health(
    call: Call,
    Segments(engine): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.graph("GetTopologyHealth", &engine)?;
    let max_results = limit(query.as_deref())?;
    let health = client.health(HealthRequest { engine, max_results }).await;
    json(&health.map_err(|fault| Error::upstream(&fault))?)
}

/// What is supposed to happen, all together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Supposed {
    changes: Vec<WhatIf>,
    #[serde(default)]
    limit: u32,
}

/// `POST /api/engines/{engine}/what-if`: nothing is changed.
pub(crate) async fn what_if(
    call: Call,
    Segments(engine): Segments<String>,
    request: Request<Body>,
) -> Result<Response, Error> {
    let client = call.graph("SimulateChange", &engine)?;
    let Supposed { changes, limit } = typed(request, MAX_BODY).await?;
    let simulation = client.simulate(SimulationRequest { engine, changes, max_results: limit }).await;
    json(&simulation.map_err(|fault| Error::upstream(&fault))?)
}

fn limit(query: Option<&str>) -> Result<u32, Error> {
    Params::from_query(query, &["limit"])?.number("limit")
}
