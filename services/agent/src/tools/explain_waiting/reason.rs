//! What can hold a job or job stream back.

use chrono::{DateTime, Utc};
use resync_api::tws::model::{PromptStatus, ResourceHolder};
use serde::Serialize;

use crate::tools::plan_object::PlanObject;

/// One obstacle: whose, what, and which object is behind it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Step {
    /// Index of the step this one explains further.
    pub(crate) parent: Option<usize>,
    /// Distance from the subject, from 0.
    pub(crate) level: u32,
    /// Nothing the plan shows stands behind it.
    pub(crate) root: bool,
    /// What is held back.
    pub(crate) held: PlanObject,
    /// What holds it back.
    #[serde(flatten)]
    pub(crate) reason: Reason,
    /// The object to look at.
    pub(crate) cause: PlanObject,
}

/// Why something is held back, with the facts that show it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "reason", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Reason {
    /// A predecessor ended in error.
    PredecessorFailed,
    /// A predecessor is running.
    PredecessorRunning,
    /// A predecessor has not started either.
    PredecessorWaiting,
    /// A predecessor job stream cannot end by itself.
    PredecessorStuck,
    /// A predecessor ended and waits for somebody to confirm its outcome.
    PredecessorToConfirm,
    /// A predecessor is not in the plan yet.
    PredecessorPending,
    /// A predecessor can never resolve.
    PredecessorZombie,
    /// The engine does not know a predecessor's state.
    PredecessorUnknown,
    /// A predecessor ended, but not as the condition asks.
    ConditionNotMet {
        /// Conditions that were asked for.
        conditions: Vec<String>,
    },
    /// A job of this stream failed.
    JobOfStreamFailed,
    /// A job of this stream is running.
    JobOfStreamRunning,
    /// A job of this stream waits.
    JobOfStreamWaiting,
    /// Its start time has not come.
    StartTime {
        /// When it may start.
        earliest_start: DateTime<Utc>,
        /// How long until then, by the engine's clock.
        wait_seconds: f64,
    },
    /// Its latest start time has passed.
    LatestStartPassed {
        /// When it had to start at the latest.
        latest_start: DateTime<Utc>,
    },
    /// Its own priority is zero.
    PriorityZero {
        /// The priority.
        priority: i32,
    },
    /// Its job stream's priority is zero.
    StreamPriorityZero {
        /// The priority.
        priority: i32,
    },
    /// Its job stream may run no job at all.
    StreamLimitZero {
        /// The limit.
        limit: i32,
    },
    /// Its job stream runs as many jobs as it may.
    StreamLimitReached {
        /// The limit.
        limit: i32,
        /// Jobs running.
        running: u64,
    },
    /// Its workstation may run no job at all.
    WorkstationLimitZero {
        /// The limit.
        limit: i32,
    },
    /// Its workstation runs as many jobs as it may.
    WorkstationLimitReached {
        /// The limit.
        limit: i32,
        /// Jobs running.
        running: u64,
    },
    /// The fence of its workstation is not below its priority.
    Fence {
        /// The fence.
        fence: i32,
        /// The priority.
        priority: i32,
    },
    /// Its workstation is not linked.
    WorkstationUnlinked,
    /// The agent's job process is down.
    AgentDown,
    /// The workstation has not received the plan.
    WorkstationNotInitialized,
    /// No member of the pool can run jobs.
    PoolWithoutMembers,
    /// The workstation is left out of the plan.
    WorkstationIgnored,
    /// Too few units of a resource are free.
    Resource {
        /// Units needed.
        needed: i32,
        /// Units free.
        available: Option<i32>,
        /// Units in all.
        quantity: Option<i32>,
        /// Who holds the rest.
        holders: Vec<ResourceHolder>,
        /// Number of holders.
        holder_count: usize,
    },
    /// A job holds units of a resource.
    ResourceHeld {
        /// The resource.
        resource: String,
        /// Units held.
        held_units: i32,
    },
    /// A prompt waits for an answer, or was answered no.
    Prompt {
        /// Whether it was asked and answered.
        prompt_status: PromptStatus,
        /// Number to reply to; unset: not asked yet.
        number: Option<i64>,
        /// The question; untrusted text.
        text: String,
    },
    /// A file has not come.
    File {
        /// Path.
        path: String,
        /// Where.
        file_workstation: String,
        /// The test on it; empty: that it exists.
        qualifier: String,
    },
    /// Too few members of a join are satisfied.
    Join {
        /// Name of the join.
        join_name: String,
        /// Members needed.
        needed: usize,
        /// Members satisfied.
        satisfied: usize,
        /// Members in all.
        members: usize,
    },
    /// The state of a job in another network is not known.
    Internetwork {
        /// Workstation that stands for the other network.
        network_agent: String,
        /// The remote job.
        remote_dependency: String,
    },
    /// It ended and waits for somebody to confirm the outcome.
    ToConfirm,
    /// It was handed to its agent, which has not started it yet.
    Submitted,
    /// The plan shows no obstacle.
    Unexplained,
}
