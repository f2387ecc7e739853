//! What an action would do: its target now, whether the target's state allows it, and what it would release.
//!
//! It changes nothing and stores nothing.

use resync_api::agent::model::ToolClass;
use resync_api::tws::model::{
    Direction, FlowNode, Freshness, ObjectKind, Prompt, PromptStatus, Status, WalkDependenciesRequest,
    Workstation,
};
use serde::{Deserialize, Serialize};

use super::explain_waiting::workstation_object;
use super::plan_object::{ObjectSort, PlanObject};
use super::selection::equals;
use super::walk_dependencies::MAX_NODES;
use super::{PlanReader, Rows, Tool};
use crate::error::Error;
use crate::query::{Argument, Verb};

/// Objects in the result that the action would touch besides its target.
const MAX_AFFECTED: usize = 8;

/// Preview an action.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ProposeAction {
    /// What to do, such as `rerun`.
    pub(crate) verb: String,
    pub(crate) kind: ObjectKind,
    /// Plan id.
    pub(crate) object: String,
    /// New priority, limit or fence.
    pub(crate) number: Option<i64>,
    /// `YES`, `NO`, `SUCCESSFUL` or `ABENDED`.
    pub(crate) choice: Option<String>,
}

/// The preview.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ActionPreview {
    pub(crate) verb: String,
    pub(crate) target: PlanObject,
    pub(crate) number: Option<i64>,
    pub(crate) choice: Option<String>,
    /// The state of the target allows it.
    pub(crate) allowed: bool,
    /// Why not; unset when it is allowed.
    pub(crate) refusal: Option<Refusal>,
    /// What waits for the target directly.
    pub(crate) affected: Vec<PlanObject>,
    pub(crate) affected_count: usize,
    pub(crate) freshness: Freshness,
}

/// Why an action is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Refusal {
    NotForThisKind,
    NotEnded,
    AlreadyEnded,
    NotRunning,
    AlreadyStarted,
    AlreadyHeld,
    ConfirmNeedsRerun,
    NothingToConfirm,
    PromptNotAsked,
    PromptAnsweredAlready,
    AlreadyLinked,
    NotLinked,
}

impl ProposeAction {
    pub(crate) fn of(verb: Verb, kind: ObjectKind, object: &str, argument: Option<Argument>) -> Self {
        let (number, choice) = match argument {
            None => (None, None),
            Some(Argument::Number(number)) => (Some(number), None),
            Some(Argument::Yes) => (None, Some("YES")),
            Some(Argument::No) => (None, Some("NO")),
            Some(Argument::Successful) => (None, Some("SUCCESSFUL")),
            Some(Argument::Abended) => (None, Some("ABENDED")),
        };
        Self {
            verb: verb.to_string(),
            kind,
            object: object.to_owned(),
            number,
            choice: choice.map(str::to_owned),
        }
    }
}

impl Tool for ProposeAction {
    const NAME: &'static str = "propose_action";
    const DESCRIPTION: &'static str = "Previews an operator action: target, whether its state allows it, what it would release. Changes nothing.";
    const CLASS: ToolClass = ToolClass::Propose;
    type Output = ActionPreview;

    async fn run(&self, plan: &PlanReader) -> Result<ActionPreview, Error> {
        let (target, refusal, freshness) = self.target(plan).await?;
        let (affected, affected_count) = match target.sort {
            ObjectSort::Job | ObjectSort::JobStream if refusal.is_none() => {
                waiting_for(plan, &self.object).await?
            }
            _ => (Vec::new(), 0),
        };
        Ok(ActionPreview {
            verb: self.verb.to_uppercase(),
            target,
            number: self.number,
            choice: self.choice.clone(),
            allowed: refusal.is_none(),
            refusal,
            affected,
            affected_count,
            freshness,
        })
    }

    fn summary(preview: &ActionPreview) -> String {
        match preview.refusal {
            None => format!("possible, {} objects wait for the target", preview.affected_count),
            Some(refusal) => format!("not possible: {refusal:?}"),
        }
    }
}

impl ProposeAction {
    async fn target(&self, plan: &PlanReader) -> Result<(PlanObject, Option<Refusal>, Freshness), Error> {
        // An unknown verb is not for any kind.
        let verb: Option<Verb> = self.verb.parse().ok();
        let filter = equals("id", &self.object);
        let row = Rows { filter: &filter, order_by: "", limit: 1 };
        Ok(match self.kind {
            ObjectKind::JobStream => {
                let detail = plan.job_stream(&self.object).await?;
                let target = PlanObject::from(&detail.job_stream);
                let refusal = verb.map_or(Some(Refusal::NotForThisKind), |verb| of_stream(verb, &target));
                (target, refusal, detail.freshness)
            }
            ObjectKind::Workstation => {
                let page = plan.workstations(row).await?;
                let found = page.items.first().ok_or_else(|| gone(&self.object))?;
                let refusal = verb.map_or(Some(Refusal::NotForThisKind), |verb| of_workstation(verb, found));
                (workstation_object(found), refusal, page.freshness)
            }
            ObjectKind::Prompt => {
                let page = plan.prompts(row).await?;
                let found = page.items.first().ok_or_else(|| gone(&self.object))?;
                let refusal = verb.map_or(Some(Refusal::NotForThisKind), |verb| of_prompt(verb, found));
                (prompt_object(found), refusal, page.freshness)
            }
            ObjectKind::Resource => {
                let page = plan.resources(row).await?;
                let found = page.items.first().ok_or_else(|| gone(&self.object))?;
                let key = format!("{}#{}", found.workstation, found.resource_name);
                let target = PlanObject::named(ObjectSort::Resource, &found.name, &found.id, key);
                (target.observed(found.observed_at), Some(Refusal::NotForThisKind), page.freshness)
            }
            ObjectKind::Job | ObjectKind::Folder | ObjectKind::User => {
                let detail = plan.job(&self.object).await?;
                let target = PlanObject::from(&detail.job);
                let refusal = verb.map_or(Some(Refusal::NotForThisKind), |verb| of_job(verb, &target));
                (target, refusal, detail.freshness)
            }
        })
    }
}

fn gone(object: &str) -> Error {
    Error::Plan(resync_fault::FaultBody::new(
        resync_fault::ErrorKind::NotFound,
        "OBJECT_UNKNOWN",
        format!("{object} is not in the plan any more"),
    ))
}

fn of_job(verb: Verb, job: &PlanObject) -> Option<Refusal> {
    let status = job.status?;
    let ended = matches!(status, Status::Successful | Status::Error | Status::Canceled);
    let runs = status == Status::Running;
    match verb {
        Verb::Rerun => (!ended).then_some(Refusal::NotEnded),
        Verb::Cancel => {
            matches!(status, Status::Successful | Status::Canceled).then_some(Refusal::AlreadyEnded)
        }
        Verb::Kill => (!runs).then_some(Refusal::NotRunning),
        Verb::Hold if job.priority == Some(0) => Some(Refusal::AlreadyHeld),
        Verb::Hold | Verb::Release | Verb::SetPriority if ended => Some(Refusal::AlreadyEnded),
        Verb::Hold | Verb::Release | Verb::SetPriority => runs.then_some(Refusal::AlreadyStarted),
        Verb::Confirm => of_confirm(&job.internal_status),
        Verb::Submit => None,
        Verb::SetLimit
        | Verb::SetFence
        | Verb::Reply
        | Verb::Link
        | Verb::Unlink
        | Verb::Start
        | Verb::Stop => Some(Refusal::NotForThisKind),
    }
}

/// The vendor's table of what a confirmation does in which state.
fn of_confirm(internal_status: &str) -> Option<Refusal> {
    match internal_status {
        "EXEC" | "PEND" | "DONE" | "ERROR" | "EXTRN" | "ABEND" | "ABENP" | "SUPPR" => None,
        "FAIL" => Some(Refusal::ConfirmNeedsRerun),
        _ => Some(Refusal::NothingToConfirm),
    }
}

fn of_stream(verb: Verb, stream: &PlanObject) -> Option<Refusal> {
    let status = stream.status?;
    let ended = matches!(status, Status::Successful | Status::Canceled);
    match verb {
        Verb::Cancel | Verb::Release | Verb::SetPriority | Verb::SetLimit => {
            ended.then_some(Refusal::AlreadyEnded)
        }
        Verb::Hold if stream.priority == Some(0) => Some(Refusal::AlreadyHeld),
        Verb::Hold => ended.then_some(Refusal::AlreadyEnded),
        Verb::Submit => None,
        Verb::Rerun
        | Verb::Kill
        | Verb::Confirm
        | Verb::SetFence
        | Verb::Reply
        | Verb::Link
        | Verb::Unlink
        | Verb::Start
        | Verb::Stop => Some(Refusal::NotForThisKind),
    }
}

fn of_workstation(verb: Verb, workstation: &Workstation) -> Option<Refusal> {
    match verb {
        Verb::Link => workstation.linked.then_some(Refusal::AlreadyLinked),
        Verb::Unlink => (!workstation.linked).then_some(Refusal::NotLinked),
        Verb::Start | Verb::Stop | Verb::SetLimit | Verb::SetFence => None,
        Verb::Rerun
        | Verb::Cancel
        | Verb::Kill
        | Verb::Hold
        | Verb::Release
        | Verb::Confirm
        | Verb::SetPriority
        | Verb::Submit
        | Verb::Reply => Some(Refusal::NotForThisKind),
    }
}

fn of_prompt(verb: Verb, prompt: &Prompt) -> Option<Refusal> {
    match (verb, prompt.status) {
        (Verb::Reply, PromptStatus::Asked) => None,
        (Verb::Reply, PromptStatus::NotAsked) => Some(Refusal::PromptNotAsked),
        (Verb::Reply, PromptStatus::AnsweredYes | PromptStatus::AnsweredNo) => {
            Some(Refusal::PromptAnsweredAlready)
        }
        _ => Some(Refusal::NotForThisKind),
    }
}

fn prompt_object(prompt: &Prompt) -> PlanObject {
    let key = if prompt.prompt_name.is_empty() { &prompt.text } else { &prompt.prompt_name };
    PlanObject::named(ObjectSort::Prompt, &prompt.name, &prompt.id, key.clone()).observed(prompt.observed_at)
}

async fn waiting_for(plan: &PlanReader, id: &str) -> Result<(Vec<PlanObject>, usize), Error> {
    let request = WalkDependenciesRequest {
        engine: String::new(),
        object: id.to_owned(),
        direction: Direction::Successors,
        max_depth: 1,
        max_nodes: MAX_NODES,
    };
    let walk = plan.walk(request).await?;
    let waiting: Vec<_> = walk
        .nodes
        .iter()
        .map(|node| match &node.node {
            FlowNode::Job(job) => PlanObject::from(job.as_ref()),
            FlowNode::JobStream(stream) => PlanObject::from(stream.as_ref()),
        })
        .filter(|object| {
            let ended = matches!(object.status, Some(Status::Successful | Status::Canceled));
            !ended && object.status != Some(Status::Running)
        })
        .collect();
    let count = waiting.len();
    Ok((waiting.into_iter().take(MAX_AFFECTED).collect(), count))
}
