//! The control port: the handle's operations as JSON over HTTP. It has no authentication, which is why it only
//! listens on loopback.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Control;
use crate::census::Census;
use crate::command::{Command, CommandError};
use crate::config::SpecVariant;
use crate::faults::Faults;
use crate::plan::status::CommonStatus;
use crate::shared::{ErrorBodies, Shared, Switches};

/// Jobs and job streams in one answer, when the caller names no limit.
const DEFAULT_LIMIT: usize = 1_000;

/// A refused control call.
#[derive(Debug)]
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl From<CommandError> for Refusal {
    fn from(error: CommandError) -> Self {
        let status = match error {
            CommandError::Unknown { .. } => StatusCode::NOT_FOUND,
            CommandError::Refused(_) => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        Self(StatusCode::BAD_REQUEST, rejection.body_text())
    }
}

fn missing(id: &str) -> Refusal {
    Refusal(StatusCode::NOT_FOUND, format!("nothing has the identifier {id}"))
}

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/truth", get(async |State(control): State<Control>| Json(control.truth())))
        .route("/truth/incidents", get(async |State(control): State<Control>| Json(control.incidents())))
        .route("/truth/jobs", get(jobs))
        .route("/truth/jobs/{id}", get(job))
        .route("/truth/jobs/{id}/log", get(job_log))
        .route("/truth/job-streams", get(job_streams))
        .route("/truth/job-streams/{id}", get(job_stream))
        .route(
            "/truth/workstations",
            get(async |State(control): State<Control>| Json(control.workstations())),
        )
        .route("/truth/resources", get(async |State(control): State<Control>| Json(control.resources())))
        .route("/truth/prompts", get(async |State(control): State<Control>| Json(control.prompts())))
        .route("/effects", get(async |State(control): State<Control>| Json(control.effects())))
        .route("/requests", get(async |State(control): State<Control>| Json(control.requests())))
        .route("/clock", get(clock).put(set_clock))
        .route("/faults", get(faults).put(set_faults).delete(clear_faults))
        .route("/switches", get(switches).put(set_switches))
        .route("/commands", post(perform))
        .fallback(async || Refusal(StatusCode::NOT_FOUND, "no such route; GET / lists them".to_owned()))
        .with_state(Control::new(shared))
}

async fn index() -> Json<Value> {
    Json(json!([
        "GET /truth",
        "GET /truth/incidents",
        "GET /truth/jobs?name&status&common_status&job_stream&folder&workstation&limit&offset",
        "GET /truth/jobs/{id}",
        "GET /truth/jobs/{id}/log",
        "GET /truth/job-streams?name&folder&limit&offset",
        "GET /truth/job-streams/{id}",
        "GET /truth/workstations",
        "GET /truth/resources",
        "GET /truth/prompts",
        "GET /effects",
        "GET /requests",
        "GET|PUT /clock",
        "GET|PUT|DELETE /faults",
        "GET|PUT /switches",
        "POST /commands",
    ]))
}

/// Exact matches; whatever is left out matches everything.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Selection {
    name: Option<String>,
    status: Option<String>,
    common_status: Option<String>,
    job_stream: Option<String>,
    folder: Option<String>,
    workstation: Option<String>,
    limit: Option<usize>,
    offset: usize,
}

fn is(wanted: Option<&String>, value: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == value)
}

fn common(status: CommonStatus) -> &'static str {
    status.name()
}

async fn jobs(State(control): State<Control>, Query(wanted): Query<Selection>) -> Json<Value> {
    let engine = control.shared.engine();
    let (plan, census) = (&engine.plan, Census { engine: &engine });
    let selected: Vec<_> = census
        .every_job()
        .filter(|job| {
            let record = &plan[*job];
            let stream = &plan[record.stream];
            is(wanted.name.as_ref(), &record.name)
                && is(wanted.status.as_ref(), record.status.name())
                && is(wanted.common_status.as_ref(), common(record.status.common(record.priority)))
                && is(wanted.job_stream.as_ref(), &stream.name)
                && is(wanted.folder.as_ref(), &plan[stream.folder].path)
                && is(wanted.workstation.as_ref(), &plan[record.workstation].key())
        })
        .collect();
    let page = selected.iter().skip(wanted.offset).take(wanted.limit.unwrap_or(DEFAULT_LIMIT));
    Json(json!({ "total": selected.len(), "jobs": page.map(|job| census.job(*job)).collect::<Vec<_>>() }))
}

async fn job(State(control): State<Control>, Path(id): Path<String>) -> Result<Response, Refusal> {
    control.job(&id).map(|job| Json(job).into_response()).ok_or_else(|| missing(&id))
}

async fn job_log(State(control): State<Control>, Path(id): Path<String>) -> Result<Response, Refusal> {
    control.job_log(&id).map(|lines| Json(lines).into_response()).ok_or_else(|| missing(&id))
}

async fn job_streams(State(control): State<Control>, Query(wanted): Query<Selection>) -> Json<Value> {
    let engine = control.shared.engine();
    let (plan, census) = (&engine.plan, Census { engine: &engine });
    let selected: Vec<_> = census
        .every_stream()
        .filter(|stream| {
            let record = &plan[*stream];
            is(wanted.name.as_ref(), &record.name)
                && is(wanted.status.as_ref(), record.status.name())
                && is(wanted.common_status.as_ref(), common(record.status.common(record.priority)))
                && is(wanted.folder.as_ref(), &plan[record.folder].path)
                && is(wanted.workstation.as_ref(), &plan[record.workstation].key())
        })
        .collect();
    let page = selected.iter().skip(wanted.offset).take(wanted.limit.unwrap_or(DEFAULT_LIMIT));
    let shown: Vec<_> = page.map(|stream| census.stream(*stream)).collect();
    Json(json!({ "total": selected.len(), "job_streams": shown }))
}

async fn job_stream(State(control): State<Control>, Path(id): Path<String>) -> Result<Response, Refusal> {
    control.job_stream(&id).map(|stream| Json(stream).into_response()).ok_or_else(|| missing(&id))
}

#[derive(Debug, Serialize)]
struct ClockState {
    now: DateTime<Utc>,
    rate: f64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ClockChange {
    rate: Option<f64>,
    step_seconds: Option<u64>,
    /// Steps forward to this instant.
    now: Option<DateTime<Utc>>,
}

async fn clock(State(control): State<Control>) -> Json<ClockState> {
    Json(ClockState { now: control.now(), rate: control.rate() })
}

async fn set_clock(
    State(control): State<Control>,
    change: Result<Json<ClockChange>, JsonRejection>,
) -> Result<Json<ClockState>, Refusal> {
    let Json(change) = change?;
    if let Some(rate) = change.rate {
        if !rate.is_finite() || rate < 0.0 {
            return Err(Refusal(StatusCode::BAD_REQUEST, "the rate must be zero or more".to_owned()));
        }
        control.set_rate(rate);
    }
    let mut by = Duration::from_secs(change.step_seconds.unwrap_or_default());
    if let Some(target) = change.now {
        by += (target - control.now()).to_std().map_err(|_| {
            Refusal(StatusCode::BAD_REQUEST, "the engine's clock does not go back".to_owned())
        })?;
    }
    control.step(by);
    Ok(clock(State(control)).await)
}

async fn faults(State(control): State<Control>) -> Json<Faults> {
    Json(control.faults())
}

async fn set_faults(
    State(control): State<Control>,
    wanted: Result<Json<Faults>, JsonRejection>,
) -> Result<Json<Faults>, Refusal> {
    control.set_faults(wanted?.0);
    Ok(faults(State(control)).await)
}

async fn clear_faults(State(control): State<Control>) -> Json<Faults> {
    control.set_faults(Faults::default());
    faults(State(control)).await
}

/// What is left out stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SwitchChange {
    variant: Option<SpecVariant>,
    error_bodies: Option<ErrorBodies>,
    dependencies_in_lists: Option<bool>,
}

async fn switches(State(control): State<Control>) -> Json<Switches> {
    Json(control.switches())
}

async fn set_switches(
    State(control): State<Control>,
    change: Result<Json<SwitchChange>, JsonRejection>,
) -> Result<Json<Switches>, Refusal> {
    let Json(SwitchChange { variant, error_bodies, dependencies_in_lists }) = change?;
    let now = control.switches();
    control.set_switches(Switches {
        variant: variant.unwrap_or(now.variant),
        error_bodies: error_bodies.unwrap_or(now.error_bodies),
        dependencies_in_lists: dependencies_in_lists.unwrap_or(now.dependencies_in_lists),
    });
    Ok(switches(State(control)).await)
}

async fn perform(
    State(control): State<Control>,
    command: Result<Json<Command>, JsonRejection>,
) -> Result<StatusCode, Refusal> {
    control.perform(&command?.0)?;
    Ok(StatusCode::NO_CONTENT)
}
