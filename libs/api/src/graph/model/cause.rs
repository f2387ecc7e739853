//! What holds an object back, at its root.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Coverage, GraphObject, PathStep};
use crate::tws::model::Freshness;

/// Why something does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CauseKind {
    /// It ended with an error.
    Failed,
    /// It could not be launched.
    CouldNotLaunch,
    /// It waits for itself through others.
    Cycle,
    /// It was suppressed and will not run.
    Suppressed,
    /// Its predecessor ended in another state than the condition asks for.
    ConditionNotMet,
    /// An operator holds it, or its priority is zero.
    Held,
    /// The prompt was answered no.
    PromptRefused,
    /// The predecessor can never come into the plan.
    PredecessorNeverComes,
    /// The workstation cannot run jobs.
    WorkstationDown,
    /// The workstation's limit is zero.
    LimitZero,
    /// Its priority is not above the workstation's fence.
    Fenced,
    /// It has ended and waits for an operator to confirm how.
    Unconfirmed,
    /// The prompt waits for an answer.
    PromptOpen,
    /// The file is not there.
    FileMissing,
    /// Too few units of the resource are free.
    ResourceTaken,
    /// A job of another network.
    RemoteJob,
    /// The predecessor is not in the plan yet.
    PredecessorAbsent,
    /// It may not start before a time.
    Time,
    /// It is to be cancelled once its dependencies are met.
    CancelPending,
    /// It is running.
    Running,
    /// It may start and waits to be launched.
    Ready,
    /// Nothing known holds it back; a dependency may not be known.
    Unexplained,
}

/// What holds an object back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootCauseRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Plan id or key of a job or job stream.
    pub object: String,
    /// Most causes to return; 0 means 20, at most 1000.
    pub max_results: u32,
}

/// One thing that holds the object back and waits for nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RootCause {
    /// Why it does not go on.
    pub kind: CauseKind,
    /// What it is.
    pub object: GraphObject,
    /// Nothing changes unless somebody acts.
    pub needs_action: bool,
    /// When it came to be so, such as the time of the failure. Unset: unknown.
    pub since: Option<DateTime<Utc>>,
    /// When it ends by itself, for waiting for a time. Unset: unknown.
    pub until: Option<DateTime<Utc>>,
    /// Jobs that hold the resource, by key.
    pub holders: Vec<String>,
    /// Steps from the cause to the object asked about.
    pub steps: u32,
    /// The way from the cause to the object asked about, cut in the middle when very long.
    pub path: Vec<PathStep>,
}

/// What holds an object back, worst first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RootCauses {
    /// The object asked about.
    pub subject: GraphObject,
    /// Nothing holds it back: it is over, or running.
    pub free: bool,
    /// Failures first, then what needs somebody to act, then what passes by itself; nearest first.
    pub causes: Vec<RootCause>,
    /// All causes.
    pub total: u64,
    /// Objects between the causes and the object that wait as well.
    pub waiting_between: u64,
    /// How much of the dependencies was known.
    pub coverage: Coverage,
    /// How fresh the plan is.
    pub freshness: Freshness,
}
