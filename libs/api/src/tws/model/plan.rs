//! Rows of the plan: jobs, job streams, workstations, resources, prompts and their changes.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::json::optional_seconds;

/// The status a person is shown, common to jobs and job streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Waiting.
    Waiting,
    /// Ready.
    Ready,
    /// Running.
    Running,
    /// Successful.
    Successful,
    /// Error.
    Error,
    /// Canceled.
    Canceled,
    /// Held.
    Held,
    /// Undecided.
    Undecided,
    /// For a job stream: STUCK, nothing runs without an operator.
    Blocked,
    /// Suppressed.
    Suppressed,
}

/// A job instance in the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// `engines/{engine}/jobs/{id}`.
    pub name: String,
    /// The engine's identifier of the instance.
    pub id: String,
    /// What people type: `WORKSTATION#/FOLDER/STREAM.JOB`.
    pub key: String,
    /// Bare name of the job.
    pub job_name: String,
    /// Folder of the job stream, `/` for the root.
    pub folder: String,
    /// Workstation the job runs on, without folder.
    pub workstation: String,
    /// Plan id of its job stream.
    pub job_stream_id: String,
    /// Bare name of the job stream.
    pub job_stream_name: String,
    /// Workstation of the job stream, without folder.
    pub job_stream_workstation: String,
    /// The status a person is shown.
    pub status: Status,
    /// Engine's internal status such as `ABEND`, `FENCE`, `EXEC`.
    pub internal_status: String,
    /// Why it waits, such as `HOLD_WAITING_FOR_PREDECESSOR`; empty when not given.
    pub substatus: String,
    /// Cancelled once its dependencies resolve.
    pub cancel_pending: bool,
    /// 0 to 99, 100 = hi, 101 = go.
    pub priority: i32,
    /// Unset: the last run has none, or the job has not run.
    pub return_code: Option<i32>,
    /// Operating system user it runs as; empty when unknown.
    pub user: String,
    /// Scheduled time of the instance. Unset: none.
    pub scheduled_time: Option<DateTime<Utc>>,
    /// AT restriction. Unset: none.
    pub earliest_start: Option<DateTime<Utc>>,
    /// UNTIL restriction. Unset: none.
    pub latest_start: Option<DateTime<Utc>>,
    /// Time by which it must have ended. Unset: none.
    pub deadline: Option<DateTime<Utc>>,
    /// Latest start that still meets the deadline of a critical job downstream.
    pub critical_start: Option<DateTime<Utc>>,
    /// Start of the last run. Unset: not started.
    pub start_time: Option<DateTime<Utc>>,
    /// End of the last run. Unset: not ended.
    pub end_time: Option<DateTime<Utc>>,
    /// From the engine's run statistics. Unset: unknown.
    #[serde(rename = "estimated_duration_seconds", with = "optional_seconds")]
    pub estimated_duration: Option<Duration>,
    /// Of the last run: until now (engine clock) while running. Unset: not started.
    #[serde(rename = "elapsed_seconds", with = "optional_seconds")]
    pub elapsed: Option<Duration>,
    /// Number of runs in this plan, reruns included.
    pub run_count: u32,
    /// Number of the last run, conman's `#J`. 0: none.
    pub job_number: i64,
    /// Marked critical in the plan.
    pub critical: bool,
    /// Its deadline has passed and it has not ended well, or the engine says late.
    pub late: bool,
    /// Not late yet, but critical start or expected end says it will be.
    pub at_risk: bool,
    /// Running clearly longer than estimated.
    pub long_running: bool,
    /// Ends only when an operator confirms.
    pub requires_confirmation: bool,
    /// Repeats at a rate.
    pub every: bool,
    /// Recovery option: STOP, CONTINUE, RERUN…; empty when unknown.
    pub recovery_option: String,
    /// All dependencies.
    pub dependency_count: u32,
    /// Dependencies that still hold it back.
    pub unresolved_dependency_count: u32,
    /// When the row was last verified with the engine.
    pub observed_at: DateTime<Utc>,
    /// Position in the job stream, from 1. 0: unknown.
    pub position: u32,
    /// Carried over from an earlier plan.
    pub carried_forward: bool,
}

/// One run of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobRun {
    /// The engine's identifier.
    pub id: String,
    /// Number of the run, conman's `#J`.
    pub job_number: i64,
    /// REGULAR, RERUN, RERUN_FROM, RECOVERY…
    pub run_type: String,
    /// The status a person is shown.
    pub status: Status,
    /// Engine's internal status.
    pub internal_status: String,
    /// Exit code. Unset: none yet.
    pub return_code: Option<i32>,
    /// Start of the last run. Unset: not started.
    pub start_time: Option<DateTime<Utc>>,
    /// End of the last run. Unset: not ended.
    pub end_time: Option<DateTime<Utc>>,
    /// Until now while running. Unset: not started.
    #[serde(rename = "elapsed_seconds", with = "optional_seconds")]
    pub elapsed: Option<Duration>,
    /// Where it really ran, for pools.
    pub actual_workstation: String,
    /// The current run of the rerun chain.
    pub last: bool,
}

/// A job stream instance in the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobStream {
    /// `engines/{engine}/jobStreams/{id}`.
    pub name: String,
    /// The engine's identifier.
    pub id: String,
    /// `WORKSTATION#/FOLDER/STREAM`.
    pub key: String,
    /// Bare name of the job stream.
    pub job_stream_name: String,
    /// Folder, `/` for the root.
    pub folder: String,
    /// Workstation without folder.
    pub workstation: String,
    /// The status a person is shown.
    pub status: Status,
    /// Engine's internal status.
    pub internal_status: String,
    /// Jobs at once; unset: no limit.
    pub limit: Option<i32>,
    /// 0 to 99, 100 = hi, 101 = go.
    pub priority: i32,
    /// Scheduled time of the instance. Unset: none.
    pub scheduled_time: Option<DateTime<Utc>>,
    /// AT restriction. Unset: none.
    pub earliest_start: Option<DateTime<Utc>>,
    /// UNTIL restriction. Unset: none.
    pub latest_start: Option<DateTime<Utc>>,
    /// Time by which it must have ended. Unset: none.
    pub deadline: Option<DateTime<Utc>>,
    /// Start of the last run. Unset: not started.
    pub start_time: Option<DateTime<Utc>>,
    /// End of the last run. Unset: not ended.
    pub end_time: Option<DateTime<Utc>>,
    /// From run statistics. Unset: unknown.
    #[serde(rename = "estimated_duration_seconds", with = "optional_seconds")]
    pub estimated_duration: Option<Duration>,
    /// Its deadline has passed and it has not ended well.
    pub late: bool,
    /// Not late yet, but it will be.
    pub at_risk: bool,
    /// Carried over from an earlier plan.
    pub carried_forward: bool,
    /// Job counts by status, from the mirrored jobs of the stream.
    pub jobs_by_status: Vec<StatusCount>,
    /// Jobs of the stream.
    pub job_count: u32,
    /// All dependencies.
    pub dependency_count: u32,
    /// Dependencies that still hold it back.
    pub unresolved_dependency_count: u32,
    /// When the row was last verified with the engine.
    pub observed_at: DateTime<Utc>,
}

/// How many objects have a status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusCount {
    /// The status a person is shown.
    pub status: Status,
    /// How many.
    pub count: u64,
}

/// A workstation of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workstation {
    /// `engines/{engine}/workstations/{id}`.
    pub name: String,
    /// The engine's identifier.
    pub id: String,
    /// Bare name.
    pub workstation_name: String,
    /// Folder, `/` for the root.
    pub folder: String,
    /// AGENT, POOL, FTA, X-AGENT…
    #[serde(rename = "type")]
    pub kind: String,
    /// The link to it is up.
    pub linked: bool,
    /// The agent's job process runs; for pools: at least one member.
    pub jobman_up: bool,
    /// It received the plan.
    pub initialized: bool,
    /// Engine's own words, such as LINKED, JOBMAN_UP, WRITER_UP.
    pub active_states: Vec<String>,
    /// Jobs at once; unset: no limit.
    pub limit: Option<i32>,
    /// Jobs with a priority at or below do not start.
    pub fence: i32,
    /// Domain name.
    pub domain: String,
    /// Host workstation; empty: none.
    pub host: String,
    /// Operating system.
    pub os: String,
    /// Node name or address.
    pub node: String,
    /// Version of the agent.
    pub version: String,
    /// Run number of the plan it holds.
    pub run_number: i32,
    /// Left out of the plan by its definition.
    pub ignored: bool,
    /// Able to run jobs now: linked, jobman up, initialised, limit above 0, not ignored.
    pub healthy: bool,
    /// Jobs of the mirror on this workstation, by status.
    pub jobs_by_status: Vec<StatusCount>,
    /// When the row was last verified with the engine.
    pub observed_at: DateTime<Utc>,
}

/// Who holds units of a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResourceHolder {
    /// Bare name of the job.
    pub job_name: String,
    /// Bare name of the job stream.
    pub job_stream_name: String,
    /// Key of the job.
    pub job_key: String,
    /// Empty when the engine does not say.
    pub job_id: String,
    /// Units.
    pub quantity: i32,
}

/// A resource of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// `engines/{engine}/resources/{id}`.
    pub name: String,
    /// The engine's identifier.
    pub id: String,
    /// Bare name.
    pub resource_name: String,
    /// Folder, `/` for the root.
    pub folder: String,
    /// Workstation without folder.
    pub workstation: String,
    /// Units.
    pub quantity: i32,
    /// Units free now.
    pub available: i32,
    /// Units held now.
    pub in_use: i32,
    /// Who holds them.
    pub holders: Vec<ResourceHolder>,
    /// When the row was last verified with the engine.
    pub observed_at: DateTime<Utc>,
}

/// Whether a prompt was asked and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PromptStatus {
    /// NotAsked.
    NotAsked,
    /// Asked.
    Asked,
    /// AnsweredYes.
    AnsweredYes,
    /// AnsweredNo.
    AnsweredNo,
}

/// A prompt of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prompt {
    /// `engines/{engine}/prompts/{id}`.
    pub name: String,
    /// The engine's identifier.
    pub id: String,
    /// Empty for ad hoc prompts.
    pub prompt_name: String,
    /// Number to reply to; 0: not asked yet.
    pub number: i64,
    /// The question.
    pub text: String,
    /// The status a person is shown.
    pub status: PromptStatus,
    /// Ad Hoc Prompt, Predefined Prompt, Restart Prompt.
    #[serde(rename = "type")]
    pub kind: String,
    /// Key of the job.
    pub job_key: String,
    /// Key of the job stream it belongs to; empty: none.
    pub job_stream_key: String,
    /// When it was asked. Unset: not asked.
    pub asked_time: Option<DateTime<Utc>>,
    /// When the row was last verified with the engine.
    pub observed_at: DateTime<Utc>,
}

/// What happened to an object of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChangeKind {
    /// JobStarted.
    JobStarted,
    /// JobSucceeded.
    JobSucceeded,
    /// JobFailed.
    JobFailed,
    /// JobLate.
    JobLate,
    /// JobLongRunning.
    JobLongRunning,
    /// JobChanged.
    JobChanged,
    /// JobAdded.
    JobAdded,
    /// JobRemoved.
    JobRemoved,
    /// JobStreamCompleted.
    JobStreamCompleted,
    /// JobStreamBlocked.
    JobStreamBlocked,
    /// JobStreamChanged.
    JobStreamChanged,
    /// WorkstationLinked.
    WorkstationLinked,
    /// WorkstationUnlinked.
    WorkstationUnlinked,
    /// WorkstationChanged.
    WorkstationChanged,
    /// PromptAsked.
    PromptAsked,
    /// PromptAnswered.
    PromptAnswered,
    /// EngineUnreachable.
    EngineUnreachable,
    /// EngineRecovered.
    EngineRecovered,
    /// PlanReplaced.
    PlanReplaced,
    /// ResourceChanged.
    ResourceChanged,
}

/// One observed change of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanChange {
    /// What happened.
    pub kind: ChangeKind,
    /// Version of the mirror that first shows it.
    pub plan_version: u64,
    /// Engine's time of the event when known, else of its observation.
    pub time: DateTime<Utc>,
    /// Resource name of the object, such as `engines/default/jobs/…`.
    pub object: String,
    /// Key as shown to people.
    pub key: String,
    /// State before, in words of the plan.
    pub before: String,
    /// State after, in words of the plan.
    pub after: String,
}
