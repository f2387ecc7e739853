//! What earlier runs say: `/api/engines/{engine}/runs` and `/api/engines/{engine}/jobs/{job}/…`.

use crate::call::{Call, Segments, json};
use crate::error::Error;
use crate::params::Params;
use axum::extract::RawQuery;
use axum::response::Response;
use resync_api::history::model::{RunSearch, StatisticsRequest, UnusualRequest};
use resync_api::tws::model::Status;

/// `GET /api/engines/{engine}/runs`
pub(crate) async fn engine_runs(
    call: Call,
    Segments(engine): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    list(&call, engine, String::new(), query.as_deref()).await
}

/// `GET /api/engines/{engine}/jobs/{job}/runs`
pub(crate) async fn runs(
    call: Call,
    Segments((engine, job)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    list(&call, engine, job, query.as_deref()).await
}

async fn list(call: &Call, engine: String, job: String, query: Option<&str>) -> Result<Response, Error> {
    let client = call.history("ListRuns", &engine)?;
    let mut params = Params::from_query(query, &["from", "until", "status", "page_size", "page_token"])?;
    let status = match params.take("status").as_deref() {
        None => None,
        Some("SUCCESSFUL") => Some(Status::Successful),
        Some("ERROR") => Some(Status::Error),
        Some(_) => return Err(Error::field("status", "SUCCESSFUL or ERROR is needed")),
    };
    let search = RunSearch {
        engine,
        job,
        from: params.time("from")?,
        until: params.time("until")?,
        status,
        page_size: params.number("page_size")?,
        page_token: params.text("page_token"),
    };
    json(&client.list(search).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/engines/{engine}/jobs/{job}/statistics`
pub(crate) async fn statistics(
    call: Call,
    Segments((engine, job)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.history("GetRunStatistics", &engine)?;
    let mut params = Params::from_query(query.as_deref(), &["from", "until"])?;
    let (from, until) = (params.time("from")?, params.time("until")?);
    let statistics = client.statistics(StatisticsRequest { engine, job, from, until }).await;
    json(&statistics.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/engines/{engine}/jobs/{job}/unusual`
pub(crate) async fn unusual(
    call: Call,
    Segments((engine, job)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.history("CheckUnusual", &engine)?;
    Params::from_query(query.as_deref(), &[])?;
    let unusual = client.unusual(UnusualRequest { engine, job }).await;
    json(&unusual.map_err(|fault| Error::upstream(&fault))?)
}
