//! How everything ends, worked out from the plan as written down: go round and round over all objects until nothing new
//! is learnt; what is still open then waits for itself.

use resync_api::tws::model::{PromptStatus, Status};
use resync_knowledge_graph::topology::Outcome;

use crate::plan::{Dep, Job, On, Plan};

/// Something with an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Object {
    Job(usize),
    Gate(usize),
    End(usize),
    Prompt(usize),
    Machine(usize),
}

/// What is assumed besides what the plan says.
pub(crate) type Assumed = Vec<(Object, Outcome)>;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcomes {
    pub(crate) jobs: Vec<Outcome>,
    pub(crate) gates: Vec<Outcome>,
    pub(crate) ends: Vec<Outcome>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Met {
    Yes,
    No,
    Suppresses,
    Open,
}

/// Why a job cannot start whatever it waits for.
pub(crate) fn unable(plan: &Plan, job: &Job) -> bool {
    let machine = plan.machines[job.workstation];
    job.status == Status::Held
        || job.priority == 0
        || !machine.up
        || job.internal == "FENCE"
        || job.priority <= machine.fence
        || machine.limit == Some(0) && job.priority < 100
}

pub(crate) fn outcomes(plan: &Plan, assumed: &Assumed) -> Outcomes {
    let open = |count| vec![Outcome::Open; count];
    let mut all = Outcomes {
        jobs: open(plan.jobs.len()),
        gates: open(plan.streams.len()),
        ends: open(plan.streams.len()),
    };
    loop {
        let before = all.clone();
        for stream in 0..plan.streams.len() {
            if all.gates[stream] == Outcome::Open {
                all.gates[stream] = gate(plan, assumed, &all, stream);
            }
            if all.ends[stream] == Outcome::Open {
                all.ends[stream] = end(plan, assumed, &all, stream);
            }
        }
        for job in 0..plan.jobs.len() {
            if all.jobs[job] == Outcome::Open {
                all.jobs[job] = job_outcome(plan, assumed, &all, job);
            }
        }
        if all == before {
            break;
        }
    }
    for outcome in all.jobs.iter_mut().chain(&mut all.gates).chain(&mut all.ends) {
        if *outcome == Outcome::Open {
            *outcome = Outcome::Stopped;
        }
    }
    all
}

fn given(assumed: &Assumed, object: Object) -> Option<Outcome> {
    assumed.iter().rev().find(|(known, _)| *known == object).map(|(_, outcome)| *outcome)
}

fn job_outcome(plan: &Plan, assumed: &Assumed, all: &Outcomes, job: usize) -> Outcome {
    let facts = &plan.jobs[job];
    if let Some(outcome) = given(assumed, Object::Job(job)) {
        return outcome;
    }
    let over = match facts.status {
        Status::Successful => Some(Outcome::Success),
        Status::Error if facts.internal == "FAIL" => Some(Outcome::Fail),
        Status::Error => Some(Outcome::Abend),
        Status::Canceled => Some(Outcome::Canceled),
        Status::Suppressed => Some(Outcome::Suppressed),
        _ => None,
    };
    if let Some(over) = over {
        return over;
    }
    let machine = given(assumed, Object::Machine(facts.workstation));
    if machine == Some(Outcome::Stopped) {
        return Outcome::Stopped;
    }
    if facts.status == Status::Running || facts.internal == "PEND" {
        return Outcome::Success;
    }
    if facts.status == Status::Blocked {
        return Outcome::Stopped;
    }
    if unable(plan, facts) {
        // A workstation that is assumed to work frees whatever stands there, as if it could go on.
        if machine != Some(Outcome::Success) {
            return Outcome::Stopped;
        }
    } else if facts.status == Status::Ready {
        return Outcome::Success;
    }
    match all.gates[facts.stream] {
        Outcome::Suppressed => return Outcome::Suppressed,
        Outcome::Canceled => return Outcome::Canceled,
        _ => {}
    }
    let mut met: Vec<Met> = facts.deps.iter().map(|dep| how(plan, assumed, all, dep)).collect();
    met.push(match all.gates[facts.stream] {
        Outcome::Success => Met::Yes,
        Outcome::Open => Met::Open,
        _ => Met::No,
    });
    match conclusion(&met) {
        Outcome::Success if facts.cancel_pending => Outcome::Canceled,
        other => other,
    }
}

fn conclusion(met: &[Met]) -> Outcome {
    if met.contains(&Met::Suppresses) {
        Outcome::Suppressed
    } else if met.contains(&Met::Open) {
        Outcome::Open
    } else if met.contains(&Met::No) {
        Outcome::Stopped
    } else {
        Outcome::Success
    }
}

fn gate(plan: &Plan, assumed: &Assumed, all: &Outcomes, stream: usize) -> Outcome {
    let facts = &plan.streams[stream];
    if let Some(outcome) = given(assumed, Object::Gate(stream)) {
        return outcome;
    }
    match facts.status {
        Status::Canceled => return Outcome::Canceled,
        Status::Suppressed => return Outcome::Suppressed,
        Status::Running | Status::Successful | Status::Error => return Outcome::Success,
        Status::Held => return Outcome::Stopped,
        _ if facts.priority == 0 => return Outcome::Stopped,
        _ => {}
    }
    let met: Vec<Met> = facts.deps.iter().map(|dep| how(plan, assumed, all, dep)).collect();
    conclusion(&met)
}

fn end(plan: &Plan, assumed: &Assumed, all: &Outcomes, stream: usize) -> Outcome {
    let facts = &plan.streams[stream];
    if let Some(outcome) = given(assumed, Object::End(stream)) {
        return outcome;
    }
    if facts.status == Status::Canceled {
        return Outcome::Canceled;
    }
    let jobs = || plan.jobs.iter().zip(&all.jobs).filter(|(job, _)| job.stream == stream);
    if jobs().next().is_none() {
        return match facts.status {
            Status::Error => Outcome::Abend,
            Status::Held | Status::Blocked => Outcome::Stopped,
            _ => Outcome::Success,
        };
    }
    if jobs().any(|(_, outcome)| *outcome == Outcome::Stopped) {
        Outcome::Stopped
    } else if jobs().any(|(_, outcome)| *outcome == Outcome::Open) {
        Outcome::Open
    } else if jobs().any(|(_, outcome)| matches!(outcome, Outcome::Abend | Outcome::Fail)) {
        Outcome::Abend
    } else {
        Outcome::Success
    }
}

fn how(plan: &Plan, assumed: &Assumed, all: &Outcomes, dep: &Dep) -> Met {
    if dep.released && dep.from_plan {
        return Met::Yes;
    }
    match &dep.on {
        On::Job(job) => flow(dep, all.jobs[*job], plan.jobs[*job].continues, false),
        On::Stream(stream) => flow(dep, all.ends[*stream], false, true),
        On::Join { quorum, members } => {
            let how: Vec<Met> = members.iter().map(|member| how(plan, assumed, all, member)).collect();
            let count = |wanted: Met| how.iter().filter(|met| **met == wanted).count();
            let needed = if *quorum == 0 { how.len() } else { *quorum as usize };
            if count(Met::Yes) >= needed {
                Met::Yes
            } else if count(Met::Yes) + count(Met::Open) >= needed {
                Met::Open
            } else {
                Met::No
            }
        }
        On::Prompt(prompt) => {
            let said = given(assumed, Object::Prompt(*prompt));
            match said {
                Some(Outcome::Success | Outcome::Canceled) => Met::Yes,
                Some(_) => Met::No,
                None if plan.prompts[*prompt] == PromptStatus::AnsweredNo => Met::No,
                None => Met::Yes,
            }
        }
        On::Absent(_, zombie) if *zombie && dep.from_plan => {
            // Conditions cannot be judged on what never comes: the owner waits.
            Met::No
        }
        On::File(_) | On::Resource(..) | On::Absent(..) | On::Remote => Met::Yes,
    }
}

fn flow(dep: &Dep, outcome: Outcome, continues: bool, stream: bool) -> Met {
    let named = |word: &str| dep.conditions.contains(&word);
    let yes = |met: bool| {
        if met {
            Met::Yes
        } else if dep.conditions.is_empty() {
            Met::No
        } else {
            Met::Suppresses
        }
    };
    match outcome {
        Outcome::Open => Met::Open,
        Outcome::Canceled => Met::Yes,
        Outcome::Stopped => Met::No,
        Outcome::Success => yes(dep.conditions.is_empty() || named("SUCC") || named("MY_OUTPUT")),
        Outcome::Abend => yes(dep.conditions.is_empty() && continues || named("ABEND") || named("MY_OUTPUT")),
        Outcome::Fail => yes(named("FAIL")),
        Outcome::Suppressed => yes(dep.conditions.is_empty() && stream || named("SUPPR")),
    }
}
