//! Jobs: what defines them, how their runs go, and what became of them.

use std::sync::Arc;

use uuid::Uuid;

use super::dependency::{Dependency, Node};
use super::status::{JobStatus, ReadyReason, RunKind};
use super::{DefinitionIndex, FolderIndex, Seconds, StreamIndex, TimeRestrictions, WorkstationIndex};

/// How a job is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskKind {
    Script,
    Command,
    Windows,
    Database,
    FileTransfer,
    Shadow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum RecoveryOption {
    Stop,
    Continue,
    Rerun,
    RerunPrompt,
}

#[derive(Debug, Clone)]
pub(crate) struct Recovery {
    pub(crate) option: RecoveryOption,
    pub(crate) interval: Seconds,
    pub(crate) occurrences: u16,
    pub(crate) job: Option<DefinitionIndex>,
    pub(crate) prompt: Option<Arc<str>>,
}

impl Recovery {
    pub(crate) const STOP: Self =
        Self { option: RecoveryOption::Stop, interval: 0, occurrences: 0, job: None, prompt: None };
}

/// A job definition of the model.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) id: Uuid,
    pub(crate) name: Arc<str>,
    pub(crate) folder: FolderIndex,
    pub(crate) workstation: WorkstationIndex,
    pub(crate) user: &'static str,
    pub(crate) task: TaskKind,
    pub(crate) text: Arc<str>,
    pub(crate) description: Arc<str>,
    pub(crate) recovery: Recovery,
}

#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: Uuid,
    pub(crate) stream: StreamIndex,
    pub(crate) definition: DefinitionIndex,
    pub(crate) workstation: WorkstationIndex,
    pub(crate) name: Arc<str>,
    pub(crate) position: u16,
    pub(crate) priority: u8,
    pub(crate) original_priority: u8,
    pub(crate) estimated: u32,
    pub(crate) status: JobStatus,
    pub(crate) ready_reason: Option<ReadyReason>,
    pub(crate) canceled: bool,
    pub(crate) until_gone: bool,
    /// ABEND now, but recovery will go on by itself or by a prompt.
    pub(crate) recovering: bool,
    pub(crate) critical: bool,
    pub(crate) requires_confirmation: bool,
    pub(crate) no_operation: bool,
    pub(crate) critical_start: Option<Seconds>,
    /// Start of the next repetition.
    pub(crate) not_before: Option<Seconds>,
    /// What the next run is made for, once there was a first.
    pub(crate) next_run: Option<RunKind>,
    pub(crate) times: Option<Box<TimeRestrictions>>,
    pub(crate) behaviour: Option<Box<Behaviour>>,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) followers: Vec<Node>,
    pub(crate) runs: Vec<Run>,
}

impl Job {
    pub(crate) fn deadline(&self) -> Option<Seconds> {
        self.times.as_ref().and_then(|times| times.deadline)
    }

    pub(crate) fn at(&self) -> Option<Seconds> {
        self.times.as_ref().and_then(|times| times.at)
    }

    /// The run whose status is the job's: recovery jobs ride in the list but are not it.
    pub(crate) fn current_run(&self) -> Option<&Run> {
        self.runs.iter().rev().find(|run| run.definition == self.definition)
    }

    pub(crate) fn ended(&self) -> Option<Seconds> {
        match self.status {
            JobStatus::Succ | JobStatus::Abend | JobStatus::Fail => {
                self.current_run().and_then(|run| run.ended)
            }
            _ => None,
        }
    }

    /// Close to, or past, the latest start that meets a critical deadline: the engine hurries it.
    pub(crate) fn is_promoted(&self, now: Seconds) -> bool {
        /// How long before the critical start the engine begins to hurry.
        const OFFSET: Seconds = 120;
        self.status < JobStatus::Exec && self.critical_start.is_some_and(|start| now >= start - OFFSET)
    }

    /// Late: the deadline passed before the job was done.
    pub(crate) fn is_late(&self, now: Seconds) -> bool {
        self.deadline().is_some_and(|deadline| match self.status {
            JobStatus::Succ => self.ended().is_some_and(|ended| ended > deadline),
            JobStatus::Cancl => false,
            _ => now > deadline,
        })
    }
}

/// How the runs of a job will go; the last entry repeats. Without one, runs succeed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Behaviour {
    pub(crate) attempts: Vec<Outcome>,
    /// An operator reruns a failed run after so long.
    pub(crate) rerun_after: Option<Seconds>,
    /// How the recovery job goes.
    pub(crate) recovery: Option<Outcome>,
}

/// How one run goes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    pub(crate) end: End,
    /// How long it takes; `None` varies around the estimate.
    pub(crate) seconds: Option<Seconds>,
    /// What the job log says of it.
    pub(crate) lines: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum End {
    #[default]
    Success,
    ReturnCode(i32),
    /// Could not be launched.
    NotLaunched,
}

#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) id: Uuid,
    pub(crate) number: u32,
    pub(crate) kind: RunKind,
    pub(crate) attempt: u16,
    pub(crate) definition: DefinitionIndex,
    pub(crate) workstation: WorkstationIndex,
    pub(crate) status: JobStatus,
    pub(crate) submitted: Seconds,
    pub(crate) started: Option<Seconds>,
    pub(crate) ended: Option<Seconds>,
    pub(crate) return_code: Option<i32>,
    pub(crate) max_duration_gone: bool,
    pub(crate) confirmed: bool,
    /// What the log says about its end; `None` is an ordinary run.
    pub(crate) lines: Option<Arc<[String]>>,
}
