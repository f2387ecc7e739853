//! What holds a job or job stream back in the flow of the plan: dependencies, times, holds, its stream.

use chrono::{DateTime, Utc};
use resync_api::tws::model::{
    Dependency, DependencyOwner, DependencyState, DependencyTarget, Job, JobDetail, JobStream,
    JobStreamDetail, Status,
};

use super::dependency;
use super::is_held_back;
use super::reason::Reason;
use super::walk::{Behind, Obstacle};
use crate::error::Error;
use crate::tools::selection::equals;
use crate::tools::{PlanReader, Rows};

/// Jobs of a stream that are looked at; the rest is counted by the bridge and said to be left out.
const MAX_JOBS_OF_STREAM: u32 = 4;

/// What holds a job itself back.
pub(super) async fn of_job(
    plan: &PlanReader,
    detail: &JobDetail,
    now: DateTime<Utc>,
) -> Result<Vec<Obstacle>, Error> {
    let job = &detail.job;
    if job.internal_status == "PEND" {
        return Ok(vec![Obstacle::root(Reason::ToConfirm, job.into())]);
    }
    let mut found = Vec::new();
    if job.priority == 0 {
        let reason = Reason::PriorityZero { priority: job.priority };
        found.push(Obstacle::root(reason, job.into()));
    }
    if let Some(latest_start) = passed(job.latest_start, job.start_time, now) {
        let reason = Reason::LatestStartPassed { latest_start };
        found.push(Obstacle::root(reason, job.into()));
    }
    let suppressed = job.status == Status::Suppressed;
    for dependency in of_owner(&detail.dependencies, DependencyOwner::Job) {
        found.extend(dependency::obstacle(plan, dependency, suppressed).await?);
    }
    found.extend(start_time(job.earliest_start, now).map(|reason| Obstacle::root(reason, job.into())));
    Ok(found)
}

/// Whether a job waits for another of its own stream: then that one is asked about the stream.
pub(super) fn waits_within_its_stream(detail: &JobDetail) -> bool {
    detail.dependencies.iter().any(|dependency| {
        dependency.state != DependencyState::Satisfied
            && matches!(dependency.target, DependencyTarget::Internal(_))
    })
}

/// What stands behind a job that runs or ended: the prompt its recovery waits for, if any.
pub(super) async fn behind_ended_job(plan: &PlanReader, job: &Job) -> Result<Vec<Obstacle>, Error> {
    if job.status != Status::Error {
        return Ok(Vec::new());
    }
    let filter = format!("{} AND {}", equals("status", "ASKED"), equals("job_key", &job.key));
    let rows = Rows { filter: &filter, order_by: "", limit: MAX_JOBS_OF_STREAM };
    let prompts = plan.prompts(rows).await?.items;
    Ok(prompts.iter().map(dependency::recovery_prompt).collect())
}

/// What holds a job stream back; and whether jobs of it were left out.
pub(super) async fn of_stream(
    plan: &PlanReader,
    detail: &JobStreamDetail,
    now: DateTime<Utc>,
) -> Result<(Vec<Obstacle>, bool), Error> {
    let stream = &detail.job_stream;
    let started = matches!(stream.status, Status::Running | Status::Blocked | Status::Error);
    if !started {
        let own = own_of_stream(plan, detail, now).await?;
        if !own.is_empty() {
            return Ok((own, false));
        }
    }
    // A stream goes no further for what its jobs do: failed ones first, then running, then waiting.
    let job_reasons = [("ERROR", Reason::JobOfStreamFailed), ("RUNNING", Reason::JobOfStreamRunning)];
    for (status, reason) in job_reasons {
        let (jobs, truncated) = jobs_of_stream(plan, stream, &equals("status", status)).await?;
        if !jobs.is_empty() {
            let obstacles = jobs.iter().map(|job| Obstacle::root(reason.clone(), job.into()));
            return Ok((obstacles.collect(), truncated));
        }
    }
    let unfinished = "NOT status = \"SUCCESSFUL\" AND NOT status = \"CANCELED\"";
    let (jobs, truncated) = jobs_of_stream(plan, stream, unfinished).await?;
    let obstacles: Vec<_> = jobs
        .iter()
        .filter(|job| is_held_back(job.status, &job.internal_status))
        .map(|job| Obstacle::before(Reason::JobOfStreamWaiting, job.into(), Behind::Job(job.id.clone())))
        .collect();
    if obstacles.is_empty() {
        return Ok((vec![Obstacle::root(Reason::Unexplained, stream.into())], truncated));
    }
    Ok((obstacles, truncated))
}

/// What holds a job stream back before any of its jobs can start.
pub(super) async fn own_of_stream(
    plan: &PlanReader,
    detail: &JobStreamDetail,
    now: DateTime<Utc>,
) -> Result<Vec<Obstacle>, Error> {
    let stream = &detail.job_stream;
    let mut found = Vec::new();
    let mut root = |reason| found.push(Obstacle::root(reason, stream.into()));
    if stream.priority == 0 {
        root(Reason::StreamPriorityZero { priority: stream.priority });
    }
    if let Some(limit @ 0) = stream.limit {
        root(Reason::StreamLimitZero { limit });
    }
    if let Some(latest_start) = passed(stream.latest_start, stream.start_time, now) {
        root(Reason::LatestStartPassed { latest_start });
    }
    if let Some(reason) = start_time(stream.earliest_start, now) {
        root(reason);
    }
    let suppressed = stream.status == Status::Suppressed;
    for dependency in &detail.dependencies {
        found.extend(dependency::obstacle(plan, dependency, suppressed).await?);
    }
    Ok(found)
}

async fn jobs_of_stream(
    plan: &PlanReader,
    stream: &JobStream,
    condition: &str,
) -> Result<(Vec<Job>, bool), Error> {
    let filter = format!("{} AND {condition}", equals("job_stream_id", &stream.id));
    let rows = Rows { filter: &filter, order_by: "position", limit: MAX_JOBS_OF_STREAM };
    let page = plan.jobs(rows).await?;
    let truncated = page.total_size > page.items.len() as u64;
    Ok((page.items, truncated))
}

fn of_owner(dependencies: &[Dependency], owner: DependencyOwner) -> impl Iterator<Item = &Dependency> {
    dependencies.iter().filter(move |dependency| dependency.owner == owner)
}

fn start_time(earliest_start: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Reason> {
    let earliest_start = earliest_start.filter(|start| *start > now)?;
    let wait_seconds = (earliest_start - now).as_seconds_f64();
    Some(Reason::StartTime { earliest_start, wait_seconds })
}

fn passed(
    latest_start: Option<DateTime<Utc>>,
    started: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    latest_start.filter(|latest| started.is_none() && *latest < now)
}
