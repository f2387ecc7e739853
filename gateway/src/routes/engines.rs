//! Engines and what is in their plans: `/api/engines/…`.
//!
//! Objects are named by plan id or by key; keys hold `#`, `/` and `.` and arrive percent-encoded in one segment.

use crate::call::{Call, Segments, json};
use crate::error::Error;
use crate::params::Params;
use axum::extract::RawQuery;
use axum::response::Response;
use resync_api::tws::model::{Direction, JobLogRequest, ListRequest, ObjectRef, WalkDependenciesRequest};
use serde_json::json;

/// `GET /api/engines`
pub(crate) async fn engines(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.tws("ListEngines", "")?;
    Params::from_query(query.as_deref(), &[])?;
    let engines = client.list_engines().await.map_err(|fault| Error::upstream(&fault))?;
    json(&json!({ "engines": engines }))
}

/// A route that lists one kind of row.
macro_rules! lists {
    ($($(#[$doc:meta])* $route:ident: $rpc:literal $call:ident;)+) => {$(
        $(#[$doc])*
        pub(crate) async fn $route(
            call: Call,
            Segments(engine): Segments<String>,
            RawQuery(query): RawQuery,
        ) -> Result<Response, Error> {
            let client = call.tws($rpc, &engine)?;
            let rows = client.$call(list_request(engine, query.as_deref())?).await;
            json(&rows.map_err(|fault| Error::upstream(&fault))?)
        }
    )+};
}

lists! {
    /// `GET /api/engines/{engine}/jobs`
    jobs: "ListJobs" list_jobs;
    /// `GET /api/engines/{engine}/job-streams`
    job_streams: "ListJobStreams" list_job_streams;
    /// `GET /api/engines/{engine}/workstations`
    workstations: "ListWorkstations" list_workstations;
    /// `GET /api/engines/{engine}/resources`
    resources: "ListResources" list_resources;
    /// `GET /api/engines/{engine}/prompts`
    prompts: "ListPrompts" list_prompts;
}

/// `GET /api/engines/{engine}/jobs/{job}`
pub(crate) async fn job(
    call: Call,
    Segments((engine, object)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.tws("GetJob", &engine)?;
    Params::from_query(query.as_deref(), &[])?;
    let detail = client.get_job(ObjectRef { engine, object }).await;
    json(&detail.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/engines/{engine}/job-streams/{job_stream}`
pub(crate) async fn job_stream(
    call: Call,
    Segments((engine, object)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.tws("GetJobStream", &engine)?;
    Params::from_query(query.as_deref(), &[])?;
    let detail = client.get_job_stream(ObjectRef { engine, object }).await;
    json(&detail.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/engines/{engine}/jobs/{job}/log`
pub(crate) async fn job_log(
    call: Call,
    Segments((engine, job)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.tws("GetJobLog", &engine)?;
    let mut params =
        Params::from_query(query.as_deref(), &["run_id", "from_line", "max_lines", "tail_lines"])?;
    let request = JobLogRequest {
        engine,
        job,
        run_id: params.text("run_id"),
        from_line: params.number("from_line")?,
        max_lines: params.number("max_lines")?,
        tail_lines: params.number("tail_lines")?,
    };
    json(&client.job_log(request).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/engines/{engine}/jobs/{job}/dependencies`
pub(crate) async fn dependencies(
    call: Call,
    Segments((engine, object)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.tws("WalkDependencies", &engine)?;
    let mut params = Params::from_query(query.as_deref(), &["direction", "depth", "max_nodes"])?;
    let direction = match params.take("direction").as_deref() {
        None | Some("predecessors") => Direction::Predecessors,
        Some("successors") => Direction::Successors,
        Some(_) => return Err(Error::field("direction", "predecessors or successors is needed")),
    };
    let request = WalkDependenciesRequest {
        engine,
        object,
        direction,
        max_depth: params.number("depth")?,
        max_nodes: params.number("max_nodes")?,
    };
    json(&client.walk(request).await.map_err(|fault| Error::upstream(&fault))?)
}

fn list_request(engine: String, query: Option<&str>) -> Result<ListRequest, Error> {
    let mut params = Params::from_query(query, &["filter", "order_by", "page_size", "page_token"])?;
    Ok(ListRequest {
        engine,
        filter: params.text("filter"),
        order_by: params.text("order_by"),
        page_size: params.number("page_size")?,
        page_token: params.text("page_token"),
    })
}
