//! `/api/incidents`: failures of the plans, how they were resolved, and what looks like them.

use crate::app::BODY_BYTES;
use crate::call::{Call, Segments, json};
use crate::error::Error;
use crate::params::{Params, typed};
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::Response;
use http::Request;
use resync_api::incidents::model::{
    FindSimilar, IncidentSearch, IncidentState, NewResolution, NewResolutionReport, SimilarTo,
};
use serde::Deserialize;

/// The body of `POST /api/incidents/{incident}/resolve`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResolveBody {
    resolution: String,
    #[serde(default)]
    confirmed_by: String,
}

/// The body of `POST /api/incidents/{incident}/feedback`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FeedbackBody {
    worked: bool,
    #[serde(default)]
    tried_on: String,
    #[serde(default)]
    note: String,
}

/// `GET /api/incidents`
pub(crate) async fn incidents(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let known = ["engine", "state", "object", "from", "until", "page_size", "page_token"];
    let mut params = Params::from_query(query.as_deref(), &known)?;
    let engine = params.text("engine");
    let client = call.incidents("ListIncidents", &engine)?;
    let search = IncidentSearch {
        engine,
        states: states(&params.text("state"))?,
        object: params.text("object"),
        from: params.time("from")?,
        until: params.time("until")?,
    };
    let (size, token) = (params.number("page_size")?, params.text("page_token"));
    json(&client.list(search, size, token).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/incidents/{incident}`
pub(crate) async fn incident(
    call: Call,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.incidents("GetIncident", "")?;
    Params::from_query(query.as_deref(), &[])?;
    json(&client.get(&id).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/incidents/{incident}/similar`
pub(crate) async fn similar(
    call: Call,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    find_similar(&call, "", SimilarTo::Incident(id), query.as_deref()).await
}

/// `GET /api/engines/{engine}/jobs/{job}/similar-incidents`
pub(crate) async fn similar_to_job(
    call: Call,
    Segments((engine, job)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let scope = engine.clone();
    find_similar(&call, &scope, SimilarTo::Job { engine, job }, query.as_deref()).await
}

async fn find_similar(
    call: &Call,
    scope: &str,
    to: SimilarTo,
    query: Option<&str>,
) -> Result<Response, Error> {
    let client = call.incidents("FindSimilarIncidents", scope)?;
    let limit = Params::from_query(query, &["limit"])?.number("limit")?;
    json(&client.similar(FindSimilar { to, limit }).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `POST /api/incidents/{incident}/resolve`
pub(crate) async fn resolve(
    call: Call,
    Segments(incident_id): Segments<String>,
    request: Request<Body>,
) -> Result<Response, Error> {
    let client = call.incidents("ResolveIncident", "")?;
    let ResolveBody { resolution, confirmed_by } = typed(request, BODY_BYTES).await?;
    let resolved = client.resolve(NewResolution { incident_id, resolution, confirmed_by }).await;
    json(&resolved.map_err(|fault| Error::upstream(&fault))?)
}

/// `POST /api/incidents/{incident}/feedback`
pub(crate) async fn feedback(
    call: Call,
    Segments(incident_id): Segments<String>,
    request: Request<Body>,
) -> Result<Response, Error> {
    let client = call.incidents("ReportResolution", "")?;
    let FeedbackBody { worked, tried_on, note } = typed(request, BODY_BYTES).await?;
    let reported = client.report(NewResolutionReport { incident_id, worked, tried_on, note }).await;
    json(&reported.map_err(|fault| Error::upstream(&fault))?)
}

/// States as a list with commas; none when it is empty.
fn states(text: &str) -> Result<Vec<IncidentState>, Error> {
    let state = |word: &str| match word {
        "open" => Ok(IncidentState::Open),
        "recovered" => Ok(IncidentState::Recovered),
        "resolved" => Ok(IncidentState::Resolved),
        _ => Err(Error::field("state", "open, recovered and resolved are known, with commas between them")),
    };
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(state).collect()
}
