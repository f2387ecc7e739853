//! What keeps a job from being started although nothing in the flow holds it back: its workstation, the fence,
//! limits, its agent.

use resync_api::tws::model::{Job, JobStreamDetail, Status, StatusCount, Workstation};

use super::reason::Reason;
use super::walk::Obstacle;
use crate::tools::plan_object::{ObjectSort, PlanObject};
use crate::tools::workstation_problem::{Problem, problems};

/// Jobs of this priority or above pass limits of zero.
const PRIORITY_HI: i32 = 100;

/// Obstacles between ready and running; never empty, because the job does wait.
pub(super) fn of_job(
    job: &Job,
    stream: Option<&JobStreamDetail>,
    workstation: Option<&Workstation>,
) -> Vec<Obstacle> {
    let mut found = Vec::new();
    if let Some(stream) = stream {
        let running = running(&stream.job_stream.jobs_by_status);
        let reached = stream.job_stream.limit.filter(|limit| reached(*limit, running));
        found.extend(reached.map(|limit| {
            let reason = Reason::StreamLimitReached { limit, running };
            Obstacle::root(reason, PlanObject::from(&stream.job_stream))
        }));
    }
    if let Some(workstation) = workstation {
        let cause = workstation_object(workstation);
        found.extend(
            of_workstation(job, workstation).into_iter().map(|reason| Obstacle::root(reason, cause.clone())),
        );
    }
    if found.is_empty() {
        let reason = match job.substatus.as_str() {
            "READY_SUBMITTED" => Reason::Submitted,
            _ => Reason::Unexplained,
        };
        found.push(Obstacle::root(reason, job.into()));
    }
    found
}

fn of_workstation(job: &Job, workstation: &Workstation) -> Vec<Reason> {
    let passes_limits = job.priority >= PRIORITY_HI;
    let limit = workstation.limit.unwrap_or_default();
    let mut found: Vec<_> = problems(workstation)
        .into_iter()
        .filter(|problem| !(passes_limits && *problem == Problem::WorkstationLimitZero))
        .map(|problem| match problem {
            Problem::WorkstationIgnored => Reason::WorkstationIgnored,
            Problem::PoolWithoutMembers => Reason::PoolWithoutMembers,
            Problem::WorkstationUnlinked => Reason::WorkstationUnlinked,
            Problem::AgentDown => Reason::AgentDown,
            Problem::WorkstationNotInitialized => Reason::WorkstationNotInitialized,
            Problem::WorkstationLimitZero => Reason::WorkstationLimitZero { limit },
        })
        .collect();
    let running = running(&workstation.jobs_by_status);
    if !passes_limits && reached(limit, running) {
        found.push(Reason::WorkstationLimitReached { limit, running });
    }
    if job.priority <= workstation.fence {
        found.push(Reason::Fence { fence: workstation.fence, priority: job.priority });
    }
    found
}

fn reached(limit: i32, running: u64) -> bool {
    u64::try_from(limit).is_ok_and(|limit| limit > 0 && running >= limit)
}

fn running(by_status: &[StatusCount]) -> u64 {
    let of_running = by_status.iter().find(|count| count.status == Status::Running);
    of_running.map_or(0, |count| count.count)
}

pub(in crate::tools) fn workstation_object(workstation: &Workstation) -> PlanObject {
    let key = workstation.workstation_name.clone();
    PlanObject::named(ObjectSort::Workstation, &workstation.name, &workstation.id, key)
        .observed(workstation.observed_at)
}
