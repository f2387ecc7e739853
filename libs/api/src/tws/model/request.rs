//! What callers ask of the plan and what they get.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::*;

/// Names one object of one engine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRef {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Plan id, or a key that names exactly one object.
    pub object: String,
}

/// A page of rows by filter and order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Subset of AIP-160, see `docs/filters.md`; empty: everything.
    pub filter: String,
    /// `field [desc], …`; empty: by key.
    pub order_by: String,
    /// 0 means 100; more than 1000 is taken as 1000.
    pub page_size: u32,
    /// From the page before; empty: the first page.
    pub page_token: String,
}

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Empty at the end.
    pub next_page_token: String,
    /// Rows that match, on all pages.
    pub total_size: u64,
    /// How fresh the rows are.
    pub freshness: Freshness,
}

/// The plan at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanOverview {
    /// Every status that occurs.
    pub jobs_by_status: Vec<StatusCount>,
    /// Every status that occurs.
    pub job_streams_by_status: Vec<StatusCount>,
    /// All workstations.
    pub workstations: Vec<Workstation>,
    /// Failed, late, stuck or long-running jobs, worst first.
    pub attention: Vec<Job>,
    /// There were more than were asked for.
    pub truncated: bool,
    /// How fresh the rows are.
    pub freshness: Freshness,
    /// Jobs past their deadline.
    pub late_jobs: u64,
    /// Jobs that run clearly longer than estimated.
    pub long_running_jobs: u64,
    /// Jobs that are not late but will be.
    pub at_risk_jobs: u64,
    /// Prompts that wait for an answer.
    pub open_prompts: u64,
    /// Workstations that cannot run jobs now.
    pub unhealthy_workstations: u64,
}

/// One job with its runs and direct dependencies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobDetail {
    /// The job.
    pub job: Job,
    /// Its runs in this plan, oldest first.
    pub runs: Vec<JobRun>,
    /// Its own and its stream's direct dependencies.
    pub dependencies: Vec<Dependency>,
    /// Script or command; empty when the engine does not say.
    pub task: String,
    /// From the job definition; empty when there is none.
    pub description: String,
    /// How fresh the row is.
    pub freshness: Freshness,
}

/// One job stream with its direct dependencies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobStreamDetail {
    /// The job stream.
    pub job_stream: JobStream,
    /// Its direct dependencies.
    pub dependencies: Vec<Dependency>,
    /// How fresh the row is.
    pub freshness: Freshness,
}

/// Which lines of a job's log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobLogRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Plan id, or a key that names exactly one job.
    pub job: String,
    /// Empty: the last run.
    pub run_id: String,
    /// First line, from 1; 0 means 1.
    pub from_line: u32,
    /// Most lines to return; 0 means 200, at most 2000.
    pub max_lines: u32,
    /// Return the last lines instead, at most 2000; 0: not a tail.
    pub tail_lines: u32,
}

/// A bounded range of a job's log. The lines are untrusted text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobLog {
    /// The run it belongs to.
    pub run_id: String,
    /// Number of the first returned line, from 1.
    pub first_line: u32,
    /// The lines, without line ends.
    pub lines: Vec<String>,
    /// There is more after (or, for a tail, before) these lines.
    pub truncated: bool,
    /// When it was read from the engine.
    pub observed_at: DateTime<Utc>,
}

/// Kinds of objects that can be counted or found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ObjectKind {
    /// A job.
    Job,
    /// A job stream.
    JobStream,
    /// A workstation.
    Workstation,
    /// A resource.
    Resource,
    /// A prompt.
    Prompt,
    /// A folder; found only, it has no rows of its own.
    Folder,
    /// A user of jobs; found only, it has no rows of its own.
    User,
}

/// Filter, group and count without rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Anything but folders and users.
    pub kind: ObjectKind,
    /// Subset of AIP-160, see `docs/filters.md`; empty: everything.
    pub filter: String,
    /// Field names; none: one total. At most three.
    pub group_by: Vec<String>,
    /// Most groups, largest first; 0 means 1000, more than 10,000 is taken as 10,000.
    pub max_groups: u32,
}

/// One group of a count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountGroup {
    /// One value per `group_by` field, in order.
    pub values: Vec<String>,
    /// Objects in the group.
    pub count: u64,
}

/// A count, by group when asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// All matching objects.
    pub total: u64,
    /// Largest first.
    pub groups: Vec<CountGroup>,
    /// There were more groups than asked for.
    pub truncated: bool,
    /// How fresh the rows are.
    pub freshness: Freshness,
}

/// How a candidate was found, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MatchKind {
    /// The whole name or key, case aside.
    Exact,
    /// A pattern with `@`, `*` or `?`.
    Wildcard,
    /// The beginning of a name.
    Prefix,
    /// Nearly the name.
    Fuzzy,
}

/// Find plan objects by what a person typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// A name or key, with `@`, `*`, `?` as wildcards; case does not matter.
    pub text: String,
    /// None: every kind.
    pub kinds: Vec<ObjectKind>,
    /// 0 means 10, at most 100.
    pub limit: u32,
}

/// A candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundObject {
    /// What it is.
    pub kind: ObjectKind,
    /// Plan id; for folders and users the name itself.
    pub id: String,
    /// Key as shown to people.
    pub key: String,
    /// The bare name that matched.
    pub object_name: String,
    /// How it matched.
    #[serde(rename = "match")]
    pub matched: MatchKind,
    /// 0 to 1, 1 for exact.
    pub score: f64,
    /// For jobs and job streams.
    pub scheduled_time: Option<DateTime<Utc>>,
    /// For jobs and job streams.
    pub status: Option<Status>,
}

/// Candidates, best first; when an exact match exists, no worse kinds follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The candidates.
    pub objects: Vec<FoundObject>,
    /// How many matched in all with the best kind.
    pub total_size: u64,
    /// How fresh the rows are.
    pub freshness: Freshness,
}

/// Changes since a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListChangesRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Unset: as far back as is remembered.
    pub since: Option<DateTime<Utc>>,
    /// 0 means 200, at most 2000.
    pub limit: u32,
}

/// Changes, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanChanges {
    /// The changes.
    pub changes: Vec<PlanChange>,
    /// There were more than asked for.
    pub truncated: bool,
    /// Changes before this are not remembered.
    pub remembered_since: Option<DateTime<Utc>>,
    /// How fresh the mirror is.
    pub freshness: Freshness,
}

/// Subscribe to changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// From the last received message; empty: start with an overview.
    pub resume_token: String,
}

/// One message of a subscription.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanUpdate {
    /// In the first message, and again when counts changed (at most once a second).
    pub overview: Option<PlanOverview>,
    /// Changes in order.
    pub changes: Vec<PlanChange>,
    /// To go on from here.
    pub resume_token: String,
    /// Changes between the resume token and now were forgotten; read afresh.
    pub gap: bool,
}
