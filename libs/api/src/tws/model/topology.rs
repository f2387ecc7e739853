//! The structure of a plan in bulk, for the part that computes over it: everything once, then what changed.
//!
//! Slimmer than the rows people see: names that follow from others, and what no algorithm needs, are left out.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Dependency, DependencyOwner, Freshness, Prompt, Resource, Status, Workstation};
use crate::json::optional_seconds;

/// Where the dependencies of a job or job stream were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EdgeKnowledge {
    /// They were not read yet: none are known, some may exist.
    Unknown,
    /// From the definition, matched to plan instances.
    Model,
    /// From the instance in the plan.
    Plan,
}

/// What the structure of a plan says of one job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopologyJob {
    /// The engine's identifier of the instance.
    pub id: String,
    /// Bare name.
    pub job_name: String,
    /// Plan id of its job stream.
    pub job_stream_id: String,
    /// Workstation it runs on, without folder.
    pub workstation: String,
    /// The status a person is shown.
    pub status: Status,
    /// Engine's internal status.
    pub internal_status: String,
    /// Cancelled once its dependencies resolve.
    pub cancel_pending: bool,
    /// 0 to 99, 100 = hi, 101 = go.
    pub priority: i32,
    /// Exit code of the last run. Unset: none.
    pub return_code: Option<i32>,
    /// Number of the last run. 0: none.
    pub job_number: i64,
    /// Runs in this plan.
    pub run_count: u32,
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
    /// From the engine's run statistics. Unset: unknown.
    #[serde(rename = "estimated_duration_seconds", with = "optional_seconds")]
    pub estimated_duration: Option<Duration>,
    /// Marked critical in the plan.
    pub critical: bool,
    /// Ends only when an operator confirms.
    pub requires_confirmation: bool,
    /// Repeats at a rate.
    pub every: bool,
    /// Recovery option: STOP, CONTINUE, RERUN…; empty when unknown.
    pub recovery_option: String,
    /// Where its dependencies were read.
    pub edges: EdgeKnowledge,
}

/// What the structure of a plan says of one job stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopologyJobStream {
    /// The engine's identifier of the instance.
    pub id: String,
    /// What people type: `WORKSTATION#/FOLDER/STREAM`.
    pub key: String,
    /// The status a person is shown.
    pub status: Status,
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
    /// Real start. Unset: not started.
    pub start_time: Option<DateTime<Utc>>,
    /// Real end. Unset: not ended.
    pub end_time: Option<DateTime<Utc>>,
    /// Where its dependencies were read.
    pub edges: EdgeKnowledge,
}

/// A file that something waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopologyFile {
    /// Path on the workstation.
    pub path: String,
    /// Workstation without folder.
    pub workstation: String,
    /// Test it must pass; empty: it exists.
    pub qualifier: String,
    /// Not Checked, Checking, Exists, Unavailable, Resync.
    pub status: String,
}

/// Everything one job or job stream itself waits for. Predecessors in the plan come with their id only: what else is
/// known of them is in their own rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopologyDependencies {
    /// Whose dependencies they are.
    pub owner: DependencyOwner,
    /// Plan id of the job or job stream.
    pub owner_id: String,
    /// All of them. `state` is what was read with the edge, not what follows from the predecessor's status.
    pub dependencies: Vec<Dependency>,
}

/// The smaller tables of a plan, whole: they replace those received before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TopologyObjects {
    /// All workstations, without job counts.
    pub workstations: Vec<Workstation>,
    /// All resources the engine lists.
    pub resources: Vec<Resource>,
    /// All prompts the engine lists.
    pub prompts: Vec<Prompt>,
    /// All files the engine lists.
    pub files: Vec<TopologyFile>,
}

/// One message of the export: part of a whole plan, or of what changed since.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TopologyUpdate {
    /// A whole plan begins with this message: what was received before is void.
    pub begins: bool,
    /// With this message the receiver has the plan as of `freshness`; before it, only part of it.
    pub completes: bool,
    /// New or changed job streams.
    pub job_streams: Vec<TopologyJobStream>,
    /// New or changed jobs.
    pub jobs: Vec<TopologyJob>,
    /// Replaces all dependencies of each owner named.
    pub dependencies: Vec<TopologyDependencies>,
    /// Set when any row of the smaller tables changed.
    pub objects: Option<TopologyObjects>,
    /// Plan ids of jobs that are gone.
    pub removed_jobs: Vec<String>,
    /// Plan ids of job streams that are gone.
    pub removed_job_streams: Vec<String>,
    /// How fresh the plan is; set when `completes`.
    pub freshness: Option<Freshness>,
}
