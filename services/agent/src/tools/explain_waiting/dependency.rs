//! Whether one dependency holds its owner back, and what stands behind it.

use resync_api::tws::model::{
    Dependency, DependencyState, DependencyTarget, Predecessor, Prompt, PromptStatus, Resource, Status,
};

use super::reason::Reason;
use super::walk::{Behind, Obstacle};
use crate::error::Error;
use crate::tools::plan_object::{ObjectSort, PlanObject};
use crate::tools::selection::equals;
use crate::tools::{PlanReader, Rows};

/// The obstacle a dependency is, if it is one. `suppressed`: its owner will not run as things are, so that an
/// unmet condition is what matters.
pub(super) async fn obstacle(
    plan: &PlanReader,
    dependency: &Dependency,
    suppressed: bool,
) -> Result<Option<Obstacle>, Error> {
    if dependency.state == DependencyState::Satisfied {
        return Ok(None);
    }
    let sure = matches!(dependency.state, DependencyState::Unsatisfied | DependencyState::Unbound);
    Ok(match &dependency.target {
        DependencyTarget::Internal(job) | DependencyTarget::ExternalJob(job) => {
            predecessor(ObjectSort::Job, job, dependency.state, suppressed)
        }
        DependencyTarget::ExternalJobStream(stream) => {
            predecessor(ObjectSort::JobStream, stream, dependency.state, suppressed)
        }
        DependencyTarget::Join { join_name, quantity, members } => {
            let mut open = Vec::new();
            for member in members {
                // A join of joins does not exist in the product, so one level is all there is.
                open.extend(Box::pin(obstacle(plan, member, suppressed)).await?);
            }
            join(join_name, *quantity, members.len(), open)
        }
        DependencyTarget::File { path, workstation, qualifier, status } => {
            let missing = sure || status == "Unavailable";
            missing.then(|| file(path, workstation, qualifier))
        }
        DependencyTarget::Resource { resource_name, workstation, quantity } => {
            let row = find_resource(plan, resource_name, workstation).await?;
            let short = row.as_ref().is_none_or(|row| row.available < *quantity);
            (sure || short).then(|| resource(resource_name, workstation, *quantity, row.as_ref()))
        }
        DependencyTarget::Prompt { prompt_name, number, text, status } => {
            (*status != PromptStatus::AnsweredYes).then(|| prompt(prompt_name, *number, text, *status))
        }
        DependencyTarget::Internetwork { network_agent, remote_dependency } => {
            let reason = Reason::Internetwork {
                network_agent: network_agent.clone(),
                remote_dependency: remote_dependency.clone(),
            };
            let key = format!("{network_agent}::{remote_dependency}");
            Some(Obstacle::root(reason, PlanObject::named(ObjectSort::Absent, "", "", key)))
        }
    })
}

fn predecessor(
    sort: ObjectSort,
    predecessor: &Predecessor,
    state: DependencyState,
    suppressed: bool,
) -> Option<Obstacle> {
    let object = PlanObject::predecessor(sort, predecessor);
    let absent = PlanObject::predecessor(ObjectSort::Absent, predecessor);
    if predecessor.zombie {
        return Some(Obstacle::root(Reason::PredecessorZombie, absent));
    }
    if predecessor.pending || state == DependencyState::Unbound {
        return Some(Obstacle::root(Reason::PredecessorPending, absent));
    }
    let behind = match sort {
        ObjectSort::JobStream => Behind::JobStream(predecessor.id.clone()),
        _ => Behind::Job(predecessor.id.clone()),
    };
    let is_stream = sort == ObjectSort::JobStream;
    let Some(status) = predecessor.status else {
        return Some(Obstacle::root(Reason::PredecessorUnknown, object));
    };
    let not_met = || {
        let conditions = predecessor.conditions.clone();
        Obstacle::root(Reason::ConditionNotMet { conditions }, object.clone())
    };
    match status {
        _ if predecessor.internal_status == "PEND" => {
            Some(Obstacle::root(Reason::PredecessorToConfirm, object))
        }
        Status::Successful | Status::Canceled => {
            let sure = state == DependencyState::Unsatisfied;
            (sure && (suppressed || !predecessor.conditions.is_empty())).then(not_met)
        }
        Status::Error if suppressed => Some(not_met()),
        Status::Error if is_stream => Some(Obstacle::before(Reason::PredecessorStuck, object, behind)),
        Status::Blocked => Some(Obstacle::before(Reason::PredecessorStuck, object, behind)),
        Status::Error => Some(Obstacle::before(Reason::PredecessorFailed, object, behind)),
        Status::Running => Some(Obstacle::before(Reason::PredecessorRunning, object, behind)),
        Status::Waiting | Status::Ready | Status::Held | Status::Undecided | Status::Suppressed => {
            Some(Obstacle::before(Reason::PredecessorWaiting, object, behind))
        }
    }
}

/// A join holds back while fewer members than needed are satisfied.
fn join(name: &str, quantity: u32, members: usize, open: Vec<Obstacle>) -> Option<Obstacle> {
    let needed = match quantity {
        0 => members,
        quantity => quantity as usize,
    };
    let satisfied = members - open.len().min(members);
    if satisfied >= needed {
        return None;
    }
    let reason = Reason::Join { join_name: name.to_owned(), needed, satisfied, members };
    let cause = PlanObject::named(ObjectSort::Absent, "", "", name);
    Some(if open.is_empty() {
        Obstacle::root(reason, cause)
    } else {
        Obstacle::before(reason, cause, Behind::Known(open))
    })
}

fn file(path: &str, workstation: &str, qualifier: &str) -> Obstacle {
    let reason = Reason::File {
        path: path.to_owned(),
        file_workstation: workstation.to_owned(),
        qualifier: qualifier.to_owned(),
    };
    let key = format!("{workstation}#{path}");
    Obstacle::root(reason, PlanObject::named(ObjectSort::File, "", "", key))
}

fn prompt(name: &str, number: i64, text: &str, status: PromptStatus) -> Obstacle {
    let reason = Reason::Prompt {
        prompt_status: status,
        number: (number > 0).then_some(number),
        text: text.to_owned(),
    };
    let key = if name.is_empty() { text } else { name };
    Obstacle::root(reason, PlanObject::named(ObjectSort::Prompt, "", "", key))
}

/// The open prompt of a failed job's recovery.
pub(super) fn recovery_prompt(row: &Prompt) -> Obstacle {
    let asked = prompt(&row.prompt_name, row.number, &row.text, row.status);
    let cause = PlanObject::named(ObjectSort::Prompt, &row.name, &row.id, asked.cause.key);
    Obstacle::root(asked.reason, cause.observed(row.observed_at))
}

async fn find_resource(plan: &PlanReader, name: &str, workstation: &str) -> Result<Option<Resource>, Error> {
    let mut filter = equals("resource_name", name);
    if !workstation.is_empty() {
        filter = format!("{filter} AND {}", equals("workstation", workstation));
    }
    let rows = Rows { filter: &filter, order_by: "", limit: 1 };
    Ok(plan.resources(rows).await?.items.into_iter().next())
}

fn resource(name: &str, workstation: &str, needed: i32, row: Option<&Resource>) -> Obstacle {
    let key = format!("{workstation}#{name}");
    let cause = match row {
        Some(row) => {
            PlanObject::named(ObjectSort::Resource, &row.name, &row.id, key.clone()).observed(row.observed_at)
        }
        None => PlanObject::named(ObjectSort::Resource, "", "", key.clone()),
    };
    let holders = row.map(|row| row.holders.clone()).unwrap_or_default();
    let held: Vec<_> = holders
        .iter()
        .map(|holder| {
            let reason = Reason::ResourceHeld { resource: key.clone(), held_units: holder.quantity };
            let job = PlanObject::named(ObjectSort::Job, "", &holder.job_id, holder.job_key.clone());
            if holder.job_id.is_empty() {
                Obstacle::root(reason, job)
            } else {
                Obstacle::before(reason, job, Behind::Job(holder.job_id.clone()))
            }
        })
        .collect();
    let reason = Reason::Resource {
        needed,
        available: row.map(|row| row.available),
        quantity: row.map(|row| row.quantity),
        holder_count: holders.len(),
        holders,
    };
    if held.is_empty() {
        Obstacle::root(reason, cause)
    } else {
        Obstacle::before(reason, cause, Behind::Known(held))
    }
}
