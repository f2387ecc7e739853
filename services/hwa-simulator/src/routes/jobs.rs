//! Jobs in the plan: lists, single jobs, counts, and why they do not start.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::HeaderMap;
use serde_json::json;

use super::listing::{Listing, Parameters};
use super::{blocking, json};
use crate::census::Census;
use crate::oql::fields::JOB;
use crate::plan::dependency::{DependencyKind, Node, Verdict};
use crate::plan::status::{JobStatus, ReadyReason};
use crate::plan::{JobIndex, Plan, Seconds};
use crate::planfilter::PlanFilter;
use crate::problem::Problem;
use crate::shared::Shared;
use crate::wire::View;
use crate::wire::job::JobInPlan;

/// Issues are looked for in so many jobs at most.
const MOST_ISSUES: usize = 200;

pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let listing = Listing::new("/plan/job", &Parameters::new(query.as_deref())?, &headers, JOB)?;
    blocking(move || {
        let engine = shared.engine();
        let selected = select(&engine, &listing);
        let view = listing.view(&shared, &engine.plan, engine.now);
        json(&listing.page(&selected, |job| JobInPlan::new(view, job)))
    })
    .await
}

pub(super) fn select(engine: &crate::engine::Engine, listing: &Listing<JobIndex>) -> Vec<JobIndex> {
    let (plan, now, directory) = (&engine.plan, engine.now, &engine.directory);
    let accepts = |filter: &PlanFilter, job| filter.accepts_job(plan, now, job);
    if let Some(ids) = listing.query.only_ids() {
        let named = ids.iter().filter_map(|id| directory.jobs.get(id).copied());
        let named: std::collections::BTreeSet<JobIndex> = named.collect();
        return listing.select(plan, now, named.into_iter(), false, accepts);
    }
    if listing.query.is_ordered_by_id() {
        return listing.select(plan, now, directory.jobs_by_id.iter().copied(), true, accepts);
    }
    listing.select(plan, now, Census { engine }.every_job(), false, accepts)
}

pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let engine = shared.engine();
    let job = find(&engine, &id)?;
    let view = View { plan: &engine.plan, now: engine.now, definitions: true, dependencies: true };
    json(&JobInPlan::new(view, job))
}

/// The job of that identifier; the engine has a word of its own for a composite key used as one.
pub(super) fn find(engine: &crate::engine::Engine, id: &str) -> Result<JobIndex, Problem> {
    if id.contains(';') {
        let message = "AWSBIO006E The field \"SCHED-NAME\" has a null value.";
        return Err(Problem::new(http::StatusCode::INTERNAL_SERVER_ERROR, message));
    }
    Census { engine }.find_job(id).ok_or_else(|| Problem::no_object(&format!("job={id}")))
}

pub(super) async fn description(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let engine = shared.engine();
    let job = find(&engine, &id)?;
    json(&crate::wire::model::description(&engine.plan, &engine.plan[job]))
}

pub(super) async fn count(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let parameters = Parameters::new(query.as_deref())?;
    let filter =
        parameters.get("plan_filter").filter(|text| !text.is_empty()).map(PlanFilter::parse).transpose()?;
    let groups = Group::parse(parameters.get("grouping_filters").unwrap_or_default())?;
    blocking(move || {
        let engine = shared.engine();
        let (plan, now) = (&engine.plan, engine.now);
        let mut count = 0u64;
        let mut grouped: BTreeMap<String, u64> = BTreeMap::new();
        for job in (Census { engine: &engine }).every_job() {
            if filter.as_ref().is_none_or(|filter| filter.accepts_job(plan, now, job)) {
                count += 1;
                if !groups.is_empty() {
                    let record = &plan[job];
                    let key = groups.iter().map(|group| match group {
                        Group::Workstation => plan[record.workstation].key(),
                        Group::Status => record.status.common(record.priority).name().to_owned(),
                        Group::Folder => plan[plan[record.stream].folder].path.to_string(),
                    });
                    *grouped.entry(key.collect::<Vec<_>>().join(",")).or_default() += 1;
                }
            }
        }
        counted(count, &groups, &grouped)
    })
    .await
}

/// The answer of a count.
pub(super) fn counted(
    count: u64,
    groups: &[Group],
    grouped: &BTreeMap<String, u64>,
) -> Result<Response, Problem> {
    if groups.is_empty() {
        return json(&json!({ "count": count }));
    }
    json(&json!({ "count": count, "groupedCount": grouped }))
}

/// What counts can be grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Workstation,
    Status,
    Folder,
}

impl Group {
    pub(super) fn parse(text: &str) -> Result<Vec<Self>, Problem> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        names
            .map(|name| match name.to_ascii_lowercase().as_str() {
                "workstation" => Ok(Self::Workstation),
                "status" => Ok(Self::Status),
                "folder" => Ok(Self::Folder),
                _ => Err(Problem::bad_request(format!("AWSJCS002E \"{name}\" is not a grouping filter"))),
            })
            .collect()
    }
}

pub(super) async fn issues(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let listing = Listing::new("/plan/job/issues", &Parameters::new(query.as_deref())?, &headers, JOB)?;
    blocking(move || {
        let engine = shared.engine();
        let selected = select(&engine, &listing);
        let mut issues = Vec::new();
        for job in selected.into_iter().take(MOST_ISSUES) {
            for (kind, message) in obstacles(&engine.plan, engine.now, job) {
                let id = engine.plan[job].id;
                issues.push(json!({ "id": id, "issueType": kind, "issueMessage": message }));
            }
        }
        json(&json!({ "issues": issues }))
    })
    .await
}

/// What keeps a job from starting, in words.
fn obstacles(plan: &Plan, now: Seconds, job: JobIndex) -> Vec<(&'static str, String)> {
    let record = &plan[job];
    let place = plan[record.workstation].key();
    let mut found = Vec::new();
    match (record.status, record.ready_reason) {
        (JobStatus::Hold, _) => {}
        (JobStatus::Fence, _) => {
            found.push(("FENCE", format!("The priority of the job does not exceed the fence of {place}")));
        }
        (JobStatus::Ready, Some(ReadyReason::Agent)) => {
            found.push(("AGENT_NOT_AVAILABLE", format!("The workstation {place} is not available")));
        }
        (JobStatus::Ready, Some(ReadyReason::Limit)) => {
            found.push(("LIMIT", format!("A job limit was reached for the job on {place}")));
        }
        (JobStatus::Ready, Some(ReadyReason::Resources)) => {
            found.push(("RESOURCE", "The job is waiting for resources".to_owned()));
        }
        _ => return found,
    }
    if record.priority == 0 || plan[record.stream].priority == 0 {
        found.push(("PRIORITY_ZERO", "The priority is 0".to_owned()));
    }
    if record.at().is_some_and(|at| at > now) {
        found.push(("START_TIME", "The start time has not been reached".to_owned()));
    }
    let nodes = [Node::Job(job), Node::Stream(record.stream)];
    for node in nodes {
        for dependency in plan.dependencies(node) {
            if plan.verdict_for(node, dependency) == Verdict::Satisfied {
                continue;
            }
            found.push(match &dependency.kind {
                DependencyKind::Job { job, .. } => (
                    "NO_SUCCESSFUL_PREDECESSOR",
                    format!("The job is waiting for predecessor {}", plan.job_key(*job)),
                ),
                DependencyKind::Stream { stream, .. } => (
                    "NO_SUCCESSFUL_PREDECESSOR",
                    format!("The job is waiting for job stream {}", plan.stream_key(*stream)),
                ),
                DependencyKind::Absent(absent) => (
                    "PREDECESSOR_NOT_IN_PLAN",
                    format!("The predecessor {} is not in the plan", absent.key()),
                ),
                DependencyKind::Join(join) => ("JOIN", format!("The join {} is not satisfied", join.name)),
                DependencyKind::File(file) => {
                    ("FILE", format!("The file {} is not available", plan[*file].name))
                }
                DependencyKind::Resource { resource, .. } => {
                    ("RESOURCE", format!("The resource {} is not available", plan[*resource].name))
                }
                DependencyKind::Prompt(prompt) => {
                    ("PROMPT", format!("The prompt \"{}\" has not been answered yes", plan[*prompt].text))
                }
                DependencyKind::Internetwork(remote) => {
                    ("INTERNETWORK", format!("The state of {} is not known", remote.remote))
                }
            });
        }
    }
    found
}
