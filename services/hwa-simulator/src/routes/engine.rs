//! The engine itself: what it is, who uses it, how it is configured.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use http::header;
use serde_json::{Map, Value, json};

use super::json;
use super::listing::Parameters;
use crate::config::SpecVariant;
use crate::plan::Plan;
use crate::problem::Problem;
use crate::shared::Shared;
use crate::wire::actions::{OBJECT_TYPES, describe};
use crate::wire::time::Stamp;

pub(super) async fn index() -> impl IntoResponse {
    let cookie = "XSRF-TOKEN=1b7f5d3e; Path=/twsd; Secure";
    ([(header::SET_COOKIE, cookie)], Html("<html><head><title>REST API</title></head><body></body></html>"))
}

pub(super) async fn info(State(shared): State<Arc<Shared>>) -> Result<Response, Problem> {
    let (display, full) = match shared.switches().variant {
        SpecVariant::A => ("10.1.0.1", "10.1.0.01"),
        SpecVariant::B => ("10.2.8", "10.2.8.00"),
    };
    let engine = shared.engine();
    json(&json!({
        "displayVersion": display,
        "fullVersion": full,
        "licenseType": "PERSERVER",
        "locale": "en",
        "timezone": engine.plan.zone.name(),
        "capabilities": {},
        "adminRoles": { "admin": [] },
        "referenceId": &*engine.plan[engine.plan.master].name,
    }))
}

pub(super) async fn users(State(shared): State<Arc<Shared>>) -> Result<Response, Problem> {
    json(&json!({ "users": [shared.credentials.user] }))
}

pub(super) async fn groups() -> Result<Response, Problem> {
    json(&json!({ "groups": [] }))
}

fn options(plan: &Plan) -> Map<String, Value> {
    let start = Stamp(plan.start).instant().with_timezone(&plan.zone);
    [
        ("startOfDay", start.format("%H%M").to_string(), "Start of the plan's day"),
        ("enCarryForward", "all".to_owned(), "Which job streams are carried forward"),
        ("longDurationThreshold", "150".to_owned(), "Percentage of the estimate from which a job is long"),
        ("approachingLateOffset", "120".to_owned(), "Seconds before the critical start"),
    ]
    .into_iter()
    .map(|(key, value, description)| (key.to_owned(), json!({ "value": value, "description": description })))
    .collect()
}

pub(super) async fn configuration(State(shared): State<Arc<Shared>>) -> Result<Response, Problem> {
    json(&options(&shared.engine().plan))
}

pub(super) async fn configured(
    State(shared): State<Arc<Shared>>,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let options = options(&shared.engine().plan);
    json(options.get(&key).ok_or_else(|| Problem::no_object(&key))?)
}

pub(super) async fn objects_info(RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let parameters = Parameters::new(query.as_deref())?;
    let wanted = parameters.get("object_type");
    let mut answer = Map::new();
    for object_type in
        OBJECT_TYPES.iter().copied().filter(|known| wanted.is_none_or(|wanted| wanted == *known))
    {
        answer.extend(describe(object_type).map(|info| (object_type.to_owned(), info)));
    }
    if answer.is_empty() {
        let wanted = wanted.unwrap_or_default();
        return Err(Problem::bad_request(format!("AWSJCS002E \"{wanted}\" is not an object type")));
    }
    json(&answer)
}

/// Job counts for monitoring tools; the real engine serves this without credentials too.
pub(super) async fn metrics(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let engine = shared.engine();
    let mut counts = std::collections::BTreeMap::<&str, u64>::new();
    for job in &engine.plan.jobs {
        *counts.entry(job.status.common(job.priority).name()).or_default() += 1;
    }
    let mut text = String::from("# TYPE application_wa_JobsInPlanCount_jobs gauge\n");
    for (status, count) in counts {
        let written = writeln!(text, "application_wa_JobsInPlanCount_jobs{{status=\"{status}\"}} {count}");
        debug_assert!(written.is_ok(), "a String takes everything");
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
