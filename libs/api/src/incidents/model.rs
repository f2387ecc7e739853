//! Domain types of incidents. The same types are the JSON of the REST routes, and what the store keeps.
//!
//! Lines come from job logs that anybody may have written: text to show, never to obey.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::graph::model::{CauseKind, GraphObject};
use crate::tws::model::Status;

mod similar;

pub use similar::{FindSimilar, Likeness, LikenessKind, SimilarIncident, SimilarIncidents, SimilarTo};

/// How far an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentState {
    /// Jobs of it have failed and have not ended well since.
    Open,
    /// All its jobs have ended well or were cancelled since; nobody has said how it was resolved.
    Recovered,
    /// A person has said how it was resolved.
    Resolved,
}

/// Why failures are taken for one incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentGrouping {
    /// The workstation could not run jobs.
    Workstation,
    /// They show the same lines, codes and return code.
    Symptom,
    /// Nothing but the job is known to be the same: its log was not read, or says nothing.
    Job,
}

/// What became of the log of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentLog {
    /// It was read.
    Read,
    /// It could not be read.
    Unavailable,
    /// So many jobs failed at once that it was not read, to spare the engine.
    Spared,
    /// Reading logs is switched off.
    Off,
}

/// What an incident was put down to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentCause {
    /// Why it failed.
    pub kind: CauseKind,
    /// The job that failed first, or the workstation that could not run jobs.
    pub object: GraphObject,
    /// Why its failures are taken for one.
    pub grouping: IncidentGrouping,
}

/// What was seen of the failure that opened an incident, without what differs from run to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentSymptom {
    /// The same for the same symptom, in hexadecimal.
    pub fingerprint: String,
    /// The status a person is shown.
    pub status: Status,
    /// Engine's internal status such as `ABEND`.
    pub internal_status: String,
    /// Unset: the run has none.
    pub return_code: Option<i32>,
    /// Codes such as `AWSBDW057E`, in the order they appear, at most 20.
    pub message_codes: Vec<String>,
    /// Lines that tell of the failure, at most 20; what varies is replaced, secrets are masked.
    pub lines: Vec<String>,
    /// The caller may not read logs, so `lines` is empty.
    #[serde(default)]
    pub lines_withheld: bool,
    /// What became of the log.
    pub log: IncidentLog,
    /// Why the log could not be read; empty when it could.
    pub log_problem: String,
}

/// How an incident was resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentResolution {
    /// What was done, in the words of `by`.
    pub text: String,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who confirmed it; empty: nobody yet.
    pub confirmed_by: String,
}

/// Failures with one cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// `incidents/{id}`.
    pub name: String,
    /// Names this incident and no other.
    pub id: String,
    /// Whose plan it is.
    pub engine: String,
    /// How far it is.
    pub state: IncidentState,
    /// What it was put down to.
    pub cause: IncidentCause,
    /// What was seen of its first failure.
    pub symptom: IncidentSymptom,
    /// When the first of its jobs failed.
    pub opened_at: DateTime<Utc>,
    /// When the latest of its jobs failed.
    pub last_failed_at: DateTime<Utc>,
    /// When the last of its jobs ended well.
    pub recovered_at: Option<DateTime<Utc>>,
    /// Jobs that failed.
    pub member_count: u32,
    /// Of these, those that have not ended well since.
    pub failing_count: u32,
    /// Failures of these jobs, those after reruns included.
    pub failure_count: u32,
    /// Keys of the first jobs that failed, at most 10.
    pub jobs: Vec<String>,
    /// Set when resolved.
    pub resolution: Option<IncidentResolution>,
    /// Reports that the resolution helped another time.
    pub worked_count: u32,
    /// Reports that it did not.
    pub failed_count: u32,
}

/// A job that failed in an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentMember {
    /// Plan id of the instance.
    pub job_id: String,
    /// `WORKSTATION#/FOLDER/STREAM.JOB`.
    pub job: String,
    /// Where it runs.
    pub workstation: String,
    /// When it failed first.
    pub first_failed_at: DateTime<Utc>,
    /// When it failed last.
    pub last_failed_at: DateTime<Utc>,
    /// Runs that failed.
    pub failures: u32,
    /// Number of the last run that failed; 0: unknown.
    pub job_number: i64,
    /// Of the last run that failed.
    pub return_code: Option<i32>,
    /// Of the last run that failed.
    pub internal_status: String,
    /// When it ended well, or was cancelled, since.
    pub ended_at: Option<DateTime<Utc>>,
    /// What became of the log of its last failure.
    pub log: IncidentLog,
}

/// What can happen to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentEntryKind {
    /// The first failure.
    Opened,
    /// Further jobs failed.
    Joined,
    /// Jobs of the incident failed again.
    FailedAgain,
    /// Jobs ended well, or were cancelled.
    Ended,
    /// All jobs have ended well or were cancelled.
    Recovered,
    /// A person said how it was resolved.
    Resolved,
    /// A person reported whether the resolution helped another time.
    Reported,
}

/// One thing that happened to an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: IncidentEntryKind,
    /// Jobs it is about, by key, at most 10.
    pub jobs: Vec<String>,
    /// How many jobs it is about.
    pub job_count: u32,
    /// Who did it; empty: nobody, it was seen.
    pub by: String,
    /// What was said; empty: nothing.
    pub text: String,
}

/// Whether a resolution helped another time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolutionReport {
    /// Who says so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// It helped.
    pub worked: bool,
    /// Another incident; empty: not said.
    pub tried_on: String,
    /// What else was said.
    pub note: String,
}

/// One incident with everything that is kept of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentDetail {
    /// The incident.
    pub incident: Incident,
    /// Jobs that failed, the latest first.
    pub members: Vec<IncidentMember>,
    /// What happened, in order.
    pub timeline: Vec<IncidentEntry>,
    /// Entries that gave way to later ones.
    pub dropped_entries: u32,
    /// What was reported of the resolution, the latest first.
    pub reports: Vec<ResolutionReport>,
}

/// Which incidents. Empty and unset parts select everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentSearch {
    /// Of this engine.
    pub engine: String,
    /// In one of these states.
    pub states: Vec<IncidentState>,
    /// A job by key or plan id, or the cause by key.
    pub object: String,
    /// Failed last not before.
    pub from: Option<DateTime<Utc>>,
    /// Failed last before.
    pub until: Option<DateTime<Utc>>,
}

/// A page of incidents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IncidentPage {
    /// The one that failed last first.
    pub incidents: Vec<Incident>,
    /// Empty at the end.
    pub next_page_token: String,
}

/// How an incident was resolved, as somebody says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewResolution {
    /// Which incident.
    pub incident_id: String,
    /// What was done; 1 to 4000 bytes.
    pub resolution: String,
    /// Who confirmed it; empty: nobody yet.
    pub confirmed_by: String,
}

/// Whether a resolution helped, as somebody says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewResolutionReport {
    /// The resolved incident.
    pub incident_id: String,
    /// It helped.
    pub worked: bool,
    /// Another incident; empty: not said.
    pub tried_on: String,
    /// At most 4000 bytes.
    pub note: String,
}
