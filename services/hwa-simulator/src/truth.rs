//! The shape of the truth: what an evaluation may compare a product's answers with. These are plain data
//! computed from the engine's internal state, never through its REST layer.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::config::SpecVariant;
use crate::incidents::IncidentKind;

/// The whole truth at one instant of the engine's clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// The engine and its plan.
    pub engine: EngineTruth,
    /// Jobs counted by status.
    pub jobs: StatusCounts,
    /// Job streams counted by status.
    pub job_streams: StatusCounts,
    /// Workstations in the plan.
    pub workstations: WorkstationCounts,
    /// Resources in the plan.
    pub resources: usize,
    /// Prompts counted by status.
    pub prompts: BTreeMap<String, usize>,
    /// Files counted by status.
    pub files: BTreeMap<String, usize>,
    /// Every planted incident.
    pub incidents: Vec<IncidentTruth>,
}

/// The engine and the frame of its plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EngineTruth {
    /// The engine's clock.
    pub now: DateTime<Utc>,
    /// Start of the plan's day.
    pub plan_start: DateTime<Utc>,
    /// End of the plan's day.
    pub plan_end: DateTime<Utc>,
    /// Name of the engine's time zone.
    pub time_zone: String,
    /// Name of the master domain manager.
    pub master: String,
    /// Identifier of the plan.
    pub plan_id: String,
    /// Run number of the plan.
    pub run_number: u32,
    /// The seed it was made from.
    pub seed: u64,
    /// The API variant being served now.
    pub variant: SpecVariant,
}

/// A total with its split by status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCounts {
    /// All of them.
    pub total: usize,
    /// By common status (`WAITING`, `ERROR`, …).
    pub by_common_status: BTreeMap<String, usize>,
    /// By internal status (`HOLD`, `ABEND`, …).
    pub by_status: BTreeMap<String, usize>,
}

/// Workstations counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkstationCounts {
    /// All of them.
    pub total: usize,
    /// How many are linked.
    pub linked: usize,
    /// Keys of those that are not.
    pub unlinked: Vec<String>,
    /// By type.
    pub by_type: BTreeMap<String, usize>,
}

/// Which sort of object a reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectType {
    /// A job in the plan.
    Job,
    /// A job stream in the plan.
    JobStream,
    /// A workstation.
    Workstation,
    /// A resource.
    Resource,
    /// A prompt.
    Prompt,
    /// A file.
    File,
    /// Something the plan names but does not hold, such as a predecessor that is not in the plan.
    Absent,
}

/// Names one object of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRef {
    /// Its sort.
    #[serde(rename = "type")]
    pub object_type: ObjectType,
    /// Its identifier in the REST API; empty for an absent object.
    pub id: String,
    /// Its full key (`/WS#/FOLDER/STREAM.JOB`).
    pub key: String,
    /// Its short name.
    pub name: String,
}

/// One planted incident and what is known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentTruth {
    /// Its kind.
    pub kind: IncidentKind,
    /// One sentence for people.
    pub summary: String,
    /// The object or objects that cause it.
    pub root_causes: Vec<ObjectRef>,
    /// The object a person would ask about: the stuck, failed or late one.
    pub symptom: ObjectRef,
    /// From the symptom to the root cause, hop by hop, both included.
    pub chain: Vec<ObjectRef>,
    /// Jobs that do not run, or failed, because of it, now.
    pub affected_job_ids: Vec<String>,
    /// Lower-case words that a correct explanation holds; each is one alternative set separated by `|`.
    pub cause_words: Vec<String>,
    /// Product message codes that belong to it.
    pub codes: Vec<String>,
    /// Return code of the failed run.
    pub return_code: Option<i32>,
    /// Lines of the job log that matter.
    pub log_lines: Vec<String>,
    /// Whether it still stands (an operator or the clock may have resolved it).
    pub open: bool,
}

/// One job as the engine knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobTruth {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Full key.
    pub key: String,
    /// Folder of its job stream, as `/A/B/`.
    pub folder: String,
    /// Job stream it belongs to.
    pub job_stream: ObjectRef,
    /// Workstation, as `/NAME`.
    pub workstation: String,
    /// Internal status.
    pub status: String,
    /// Reason it waits.
    pub substatus: Option<String>,
    /// Common status.
    pub common_status: String,
    /// Current priority.
    pub priority: u8,
    /// Whether it is a critical job.
    pub critical: bool,
    /// Whether its deadline has passed without it being done in time.
    pub late: bool,
    /// Deadline.
    pub deadline: Option<DateTime<Utc>>,
    /// Earliest start.
    pub start_time: Option<DateTime<Utc>>,
    /// When the current run started.
    pub started_at: Option<DateTime<Utc>>,
    /// When the current run ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Estimated duration.
    pub estimated_seconds: i64,
    /// Time the current run took, or has taken so far.
    pub elapsed_seconds: Option<i64>,
    /// Return code of the run that stands for the job, when it has ended.
    pub return_code: Option<i32>,
    /// All runs in this plan, oldest first.
    pub runs: Vec<RunTruth>,
    /// What it waits for.
    pub dependencies: Vec<DependencyTruth>,
    /// Identifiers of jobs that follow it directly.
    pub successor_job_ids: Vec<String>,
    /// Identifiers of job streams that follow it directly.
    pub successor_job_stream_ids: Vec<String>,
}

/// One run of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunTruth {
    /// Identifier.
    pub id: String,
    /// Job number.
    pub job_number: u32,
    /// Internal status.
    pub status: String,
    /// Why it ran (`REGULAR`, `RERUN`, …).
    pub rerun_type: String,
    /// Start.
    pub started_at: Option<DateTime<Utc>>,
    /// End.
    pub ended_at: Option<DateTime<Utc>>,
    /// Return code.
    pub return_code: Option<i32>,
}

/// One dependency of a job or job stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DependencyTruth {
    /// `INTERNAL`, `EXTERNAL_JOB`, `RESOURCE`, …
    pub dependency_type: String,
    /// Whether it is satisfied.
    pub satisfied: bool,
    /// Whether it is conditional.
    pub conditional: bool,
    /// What it points to; a join has none.
    pub target: Option<ObjectRef>,
    /// Members of a join.
    pub members: Vec<DependencyTruth>,
}

/// One job stream as the engine knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobStreamTruth {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Full key.
    pub key: String,
    /// Folder, as `/A/B/`.
    pub folder: String,
    /// Workstation, as `/NAME`.
    pub workstation: String,
    /// Scheduled time.
    pub sched_time: DateTime<Utc>,
    /// Internal status.
    pub status: String,
    /// Common status.
    pub common_status: String,
    /// Priority.
    pub priority: u8,
    /// Limit; -1 is none.
    pub limit: i32,
    /// Whether it came over from the previous plan.
    pub carried_forward: bool,
    /// Deadline.
    pub deadline: Option<DateTime<Utc>>,
    /// Whether it is late.
    pub late: bool,
    /// First start of a job.
    pub started_at: Option<DateTime<Utc>>,
    /// End of the last job.
    pub ended_at: Option<DateTime<Utc>>,
    /// Jobs counted by status.
    pub jobs: StatusCounts,
    /// What it waits for.
    pub dependencies: Vec<DependencyTruth>,
}

/// One workstation as the engine knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkstationTruth {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Full key.
    pub key: String,
    /// Type.
    #[serde(rename = "type")]
    pub workstation_type: String,
    /// Whether it is linked.
    pub linked: bool,
    /// Whether its job process runs.
    pub jobman_up: bool,
    /// Job limit.
    pub limit: i32,
    /// Fence.
    pub fence: u8,
    /// Jobs in the plan that run there, by common status.
    pub jobs: StatusCounts,
}

/// One resource as the engine knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResourceTruth {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Full key.
    pub key: String,
    /// Units there are.
    pub quantity: u32,
    /// Units nobody holds.
    pub available: u32,
    /// Jobs that hold units.
    pub holders: Vec<ObjectRef>,
    /// Jobs that wait for units.
    pub waiting: Vec<ObjectRef>,
}

/// One prompt as the engine knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PromptTruth {
    /// Identifier.
    pub id: String,
    /// Name; empty for ad hoc and restart prompts.
    pub name: String,
    /// Number by which operators answer it.
    pub number: u32,
    /// The question.
    pub text: String,
    /// `NOT_ASKED`, `ASKED`, `ANSWERED_YES`, `ANSWERED_NO`.
    pub status: String,
    /// When it was asked.
    pub asked_at: Option<DateTime<Utc>>,
    /// Jobs and job streams that wait for it.
    pub waiting: Vec<ObjectRef>,
}
