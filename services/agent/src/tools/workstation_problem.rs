//! What keeps a workstation from running jobs.

use resync_api::tws::model::Workstation;
use serde::Serialize;

/// One problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Problem {
    WorkstationIgnored,
    PoolWithoutMembers,
    WorkstationUnlinked,
    AgentDown,
    WorkstationNotInitialized,
    WorkstationLimitZero,
}

/// The problems of a workstation, the first being the one to look at.
pub(crate) fn problems(workstation: &Workstation) -> Vec<Problem> {
    if workstation.ignored {
        return vec![Problem::WorkstationIgnored];
    }
    let mut problems = Vec::new();
    // One of these explains the others: an unlinked agent shows neither its job process nor its plan.
    if workstation.kind.ends_with("POOL") && !workstation.jobman_up {
        problems.push(Problem::PoolWithoutMembers);
    } else if !workstation.linked {
        problems.push(Problem::WorkstationUnlinked);
    } else if !workstation.jobman_up {
        problems.push(Problem::AgentDown);
    } else if !workstation.initialized {
        problems.push(Problem::WorkstationNotInitialized);
    }
    if workstation.limit.is_some_and(|limit| limit <= 0) {
        problems.push(Problem::WorkstationLimitZero);
    }
    problems
}
