//! Interventions by identifier: what tests and demonstrations may force on a running engine.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::census::Census;
use crate::engine::{Engine, Operation, Outcome};
use crate::plan::dependency::Node;
use crate::plan::status::JobStatus;
use crate::plan::{FileIndex, PromptIndex, ResourceIndex, WorkstationIndex};

/// One intervention. Identifiers are those of the REST API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Ends a running job with a return code: 0 is success, anything else an ABEND.
    FinishJob {
        /// The job.
        id: String,
        /// Its return code.
        return_code: i32,
    },
    /// Kills a running job.
    KillJob {
        /// The job.
        id: String,
    },
    /// Runs a finished job again.
    RerunJob {
        /// The job.
        id: String,
    },
    /// Cancels a job that has not run.
    CancelJob {
        /// The job.
        id: String,
    },
    /// Releases a job from its dependencies.
    ReleaseJob {
        /// The job.
        id: String,
    },
    /// Settles the outcome of a job.
    ConfirmJob {
        /// The job.
        id: String,
        /// True for success, false for ABEND.
        success: bool,
    },
    /// Changes a job's priority; 0 holds it.
    SetJobPriority {
        /// The job.
        id: String,
        /// The priority.
        priority: u8,
    },
    /// Changes a job stream's priority; 0 holds it.
    SetJobStreamPriority {
        /// The job stream.
        id: String,
        /// The priority.
        priority: u8,
    },
    /// Changes a job stream's limit.
    SetJobStreamLimit {
        /// The job stream.
        id: String,
        /// The limit; -1 is none.
        limit: i32,
    },
    /// Cancels a job stream.
    CancelJobStream {
        /// The job stream.
        id: String,
    },
    /// Links or unlinks a workstation.
    LinkWorkstation {
        /// The workstation.
        id: String,
        /// Whether it is linked afterwards.
        linked: bool,
    },
    /// Changes a workstation's limit.
    SetWorkstationLimit {
        /// The workstation.
        id: String,
        /// The limit.
        limit: i32,
    },
    /// Changes a workstation's fence.
    SetWorkstationFence {
        /// The workstation.
        id: String,
        /// The fence.
        fence: u8,
    },
    /// Lets the broker reach an agent, or not.
    SetWorkstationReachable {
        /// The workstation.
        id: String,
        /// Whether the broker reaches it.
        reachable: bool,
    },
    /// Answers a prompt.
    AnswerPrompt {
        /// The prompt.
        id: String,
        /// The answer.
        yes: bool,
    },
    /// Makes a file exist.
    DeliverFile {
        /// The file.
        id: String,
    },
    /// Changes the number of units of a resource.
    SetResourceQuantity {
        /// The resource.
        id: String,
        /// The units.
        quantity: u32,
    },
}

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// Nothing in the plan has that identifier.
    #[error("there is no {kind} with the identifier {id}")]
    Unknown {
        /// The sort of object.
        kind: &'static str,
        /// The identifier.
        id: String,
    },
    /// The object's state does not allow it.
    #[error("{0}")]
    Refused(String),
}

impl Command {
    pub(crate) fn perform(&self, engine: &mut Engine) -> Result<(), CommandError> {
        let operation = self.resolve(engine)?;
        engine.intervene(&operation).map_err(|refused| CommandError::Refused(refused.to_string()))
    }

    fn resolve(&self, engine: &Engine) -> Result<Operation, CommandError> {
        let finder = Finder { engine };
        Ok(match self {
            Self::FinishJob { id, return_code } => Operation::End(finder.job(id)?, *return_code),
            Self::KillJob { id } => Operation::Kill(finder.job(id)?),
            Self::RerunJob { id } => Operation::Rerun(finder.job(id)?),
            Self::CancelJob { id } => Operation::Cancel(finder.job(id)?),
            Self::ReleaseJob { id } => Operation::Release(finder.job(id)?),
            Self::ConfirmJob { id, success } => {
                let outcome = if *success { Outcome::Succ } else { Outcome::Abend };
                Operation::Confirm(finder.job(id)?, outcome)
            }
            Self::SetJobPriority { id, priority } => {
                let job = finder.job(id)?;
                if engine.plan[job].status >= JobStatus::Intro {
                    return Err(CommandError::Refused("the job has started already".to_owned()));
                }
                Operation::SetPriority(Node::Job(job), *priority)
            }
            Self::SetJobStreamPriority { id, priority } => {
                Operation::SetPriority(Node::Stream(finder.stream(id)?), *priority)
            }
            Self::SetJobStreamLimit { id, limit } => Operation::SetStreamLimit(finder.stream(id)?, *limit),
            Self::CancelJobStream { id } => Operation::CancelStream(finder.stream(id)?),
            Self::LinkWorkstation { id, linked } => Operation::Link(finder.workstation(id)?, *linked),
            Self::SetWorkstationLimit { id, limit } => Operation::SetLimit(finder.workstation(id)?, *limit),
            Self::SetWorkstationFence { id, fence } => Operation::SetFence(finder.workstation(id)?, *fence),
            Self::SetWorkstationReachable { id, reachable } => {
                Operation::SetReachable(finder.workstation(id)?, *reachable)
            }
            Self::AnswerPrompt { id, yes } => Operation::Reply(finder.prompt(id)?, *yes),
            Self::DeliverFile { id } => Operation::Arrive(finder.file(id)?),
            Self::SetResourceQuantity { id, quantity } => {
                Operation::SetQuantity(finder.resource(id)?, *quantity)
            }
        })
    }
}

struct Finder<'a> {
    engine: &'a Engine,
}

impl Finder<'_> {
    fn job(&self, id: &str) -> Result<crate::plan::JobIndex, CommandError> {
        Census { engine: self.engine }.find_job(id).ok_or_else(|| unknown("job", id))
    }

    fn stream(&self, id: &str) -> Result<crate::plan::StreamIndex, CommandError> {
        Census { engine: self.engine }.find_stream(id).ok_or_else(|| unknown("job stream", id))
    }

    fn workstation(&self, id: &str) -> Result<WorkstationIndex, CommandError> {
        let ids = self.engine.plan.workstations.iter().map(|record| record.id);
        position(ids, id).map(WorkstationIndex).ok_or_else(|| unknown("workstation", id))
    }

    fn prompt(&self, id: &str) -> Result<PromptIndex, CommandError> {
        let ids = self.engine.plan.prompts.iter().map(|record| record.id);
        position(ids, id).map(PromptIndex).ok_or_else(|| unknown("prompt", id))
    }

    fn file(&self, id: &str) -> Result<FileIndex, CommandError> {
        let ids = self.engine.plan.files.iter().map(|record| record.id);
        position(ids, id).map(FileIndex).ok_or_else(|| unknown("file", id))
    }

    fn resource(&self, id: &str) -> Result<ResourceIndex, CommandError> {
        let ids = self.engine.plan.resources.iter().map(|record| record.id);
        position(ids, id).map(ResourceIndex).ok_or_else(|| unknown("resource", id))
    }
}

fn position(mut ids: impl Iterator<Item = Uuid>, id: &str) -> Option<u32> {
    let id = Uuid::parse_str(id).ok()?;
    u32::try_from(ids.position(|known| known == id)?).ok()
}

fn unknown(kind: &'static str, id: &str) -> CommandError {
    CommandError::Unknown { kind, id: id.to_owned() }
}
