//! The routes of the REST API v2 that this engine serves.

mod actions;
mod engine;
mod jobs;
mod listing;
mod logs;
mod model;
mod neighbours;
mod others;
mod spec;
mod streams;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::config::SpecVariant;
use crate::gate;
use crate::problem::Problem;
use crate::shared::Shared;

/// In which variants a path exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    Both,
    Only(SpecVariant),
}

/// Paths below `/twsd/api/v2` that only one of the variants has.
const PARTICULAR: &[(&str, SpecVariant)] = &[
    ("/engine/configuration", SpecVariant::A),
    ("/engine/configuration/{key}", SpecVariant::A),
    ("/plan/job/{id}/predecessors", SpecVariant::A),
    ("/plan/job/{id}/successors", SpecVariant::A),
    ("/plan/jobstream/count", SpecVariant::A),
    ("/plan/jobstream/{id}/predecessors", SpecVariant::A),
    ("/plan/jobstream/{id}/successors", SpecVariant::A),
    ("/plan/prompt", SpecVariant::B),
    ("/plan/prompt/{id}", SpecVariant::B),
    ("/plan/prompt/action/reply", SpecVariant::B),
    ("/plan/file", SpecVariant::B),
    ("/plan/file/{id}", SpecVariant::B),
];

const PREFIX: &str = "/twsd/api/v2";

/// Where the path of this template is served.
pub(crate) fn served(template: &str) -> Served {
    let path = template.strip_prefix(PREFIX).unwrap_or(template);
    PARTICULAR
        .iter()
        .find(|(known, _)| *known == path)
        .map_or(Served::Both, |(_, variant)| Served::Only(*variant))
}

type Reads = Vec<(&'static str, MethodRouter<Arc<Shared>>)>;

/// Every path that can be read, below `/twsd/api/v2`.
fn reads() -> Reads {
    let mut reads: Reads = vec![
        ("/engine/info", get(engine::info)),
        ("/engine/users", get(engine::users)),
        ("/engine/groups", get(engine::groups)),
        ("/engine/configuration", get(engine::configuration)),
        ("/engine/configuration/{key}", get(engine::configured)),
        ("/objects-info", get(engine::objects_info)),
        ("/plan/folder/objects-count", get(streams::count_by_folder)),
        ("/plan/job", get(jobs::list)),
        ("/plan/job/count", get(jobs::count)),
        ("/plan/job/issues", get(jobs::issues)),
        ("/plan/job/joblog", get(logs::of_filter)),
        ("/plan/job/run/{run}/joblog", get(logs::of_run)),
        ("/plan/job/{id}", get(jobs::one)),
        ("/plan/job/{id}/model/description", get(jobs::description)),
        ("/plan/job/{id}/predecessors", get(neighbours::job_predecessors)),
        ("/plan/job/{id}/successors", get(neighbours::job_successors)),
        ("/plan/jobstream", get(streams::list)),
        ("/plan/jobstream/count", get(streams::count)),
        ("/plan/jobstream/{id}", get(streams::one)),
        ("/plan/jobstream/{id}/predecessors", get(neighbours::stream_predecessors)),
        ("/plan/jobstream/{id}/successors", get(neighbours::stream_successors)),
    ];
    reads.extend(others::reads());
    reads.extend(model::reads());
    reads
}

/// The whole REST API.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let mut api =
        reads().into_iter().fold(Router::new(), |router, (path, method)| router.route(path, method));
    api = actions::add(api);
    Router::new()
        .route("/twsd", get(engine::index))
        .route("/twsd/", get(engine::index))
        .route("/twsd/WA_API3_v2.json", get(spec::document))
        .route("/metrics", get(engine::metrics))
        .nest(PREFIX, api)
        .fallback(async || Problem::no_path())
        .method_not_allowed_fallback(async || {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "AWSJCS101E The method is not allowed on this resource.",
            )
        })
        .layer(from_fn_with_state(shared.clone(), gate::pass))
        .with_state(shared)
}

/// Writes `value` as the JSON answer.
fn json(value: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(value)
        .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, format!("AWSJCS001E {error}")))?;
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// Runs work over the whole plan where it does not keep other connections waiting.
async fn blocking(
    work: impl FnOnce() -> Result<Response, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, format!("AWSJCS001E {error}")))
    })
}
