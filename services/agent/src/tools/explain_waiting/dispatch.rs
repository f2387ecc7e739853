//! What keeps a job from being started although nothing in the flow holds it back: its workstation, the fence,
//! limits, its agent.

use resync_api::tws::model::{Job, JobStreamDetail, Status, StatusCount, Workstation};

use super::reason::Reason;
use super::walk::Obstacle;
use crate::tools::plan_object::{ObjectSort, PlanObject};

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
    if workstation.ignored {
        return vec![Reason::WorkstationIgnored];
    }
    let pool = workstation.kind.ends_with("POOL");
    let mut found = Vec::new();
    // One of these explains the others: an unlinked agent shows neither its job process nor its plan.
    if pool && !workstation.jobman_up {
        found.push(Reason::PoolWithoutMembers);
    } else if !workstation.linked {
        found.push(Reason::WorkstationUnlinked);
    } else if !workstation.jobman_up {
        found.push(Reason::AgentDown);
    } else if !workstation.initialized {
        found.push(Reason::WorkstationNotInitialized);
    }
    if job.priority < PRIORITY_HI {
        let running = running(&workstation.jobs_by_status);
        match workstation.limit {
            Some(limit) if limit <= 0 => found.push(Reason::WorkstationLimitZero { limit }),
            Some(limit) if reached(limit, running) => {
                found.push(Reason::WorkstationLimitReached { limit, running });
            }
            Some(_) | None => {}
        }
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
