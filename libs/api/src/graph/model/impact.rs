//! What will not run because of one object.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Coverage, GraphObject, PathStep};
use crate::tws::model::Freshness;

/// What is assumed of the object asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Assumption {
    /// It ends with an error; for what is no job: it never comes.
    Fails,
    /// It does not end unless somebody acts.
    Stops,
    /// It is cancelled, which releases what waits for it.
    Canceled,
}

/// What will not run because of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImpactRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Plan id or key of a job or job stream; or `prompt:`, `file:`, `resource:`, `workstation:` and a name.
    pub object: String,
    /// What is assumed of it.
    pub assumption: Assumption,
    /// Most jobs, and most job streams, to return; 0 means 100, at most 5000.
    pub max_results: u32,
}

/// A job that runs in one case only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImpactedJob {
    /// The job.
    pub job: GraphObject,
    /// Plan id of its stream.
    pub job_stream_id: String,
    /// Marked critical.
    pub critical: bool,
    /// Time by which it must have ended. Unset: none.
    pub deadline: Option<DateTime<Utc>>,
    /// Steps from the object asked about.
    pub steps: u32,
    /// The way from the object asked about to the job, cut in the middle when very long.
    pub path: Vec<PathStep>,
}

/// A job stream with jobs that will not run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImpactedStream {
    /// The job stream.
    pub job_stream: GraphObject,
    /// Jobs of it that will not run.
    pub jobs: u64,
    /// Of these, marked critical.
    pub critical_jobs: u64,
    /// Earliest deadline among these. Unset: none has one.
    pub earliest_deadline: Option<DateTime<Utc>>,
}

/// What will not run if the object ends as assumed, compared with its ending well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Impact {
    /// The object asked about.
    pub subject: GraphObject,
    /// What was assumed.
    pub assumption: Assumption,
    /// It is so already: the jobs wait now.
    pub happened: bool,
    /// Jobs that will not run.
    pub blocked_jobs: u64,
    /// Of these, marked critical.
    pub critical_jobs: u64,
    /// Of these, with a deadline.
    pub deadline_jobs: u64,
    /// Job streams with such jobs.
    pub blocked_streams: u64,
    /// Critical jobs and jobs with a deadline first, then the nearest.
    pub jobs: Vec<ImpactedJob>,
    /// Those with the most such jobs first.
    pub streams: Vec<ImpactedStream>,
    /// Jobs that run in this case only, such as what follows on failure.
    pub alternative_jobs: u64,
    /// The nearest of them.
    pub alternatives: Vec<ImpactedJob>,
    /// There are more than were asked for, of any of the three.
    pub truncated: bool,
    /// How much of the dependencies was known.
    pub coverage: Coverage,
    /// How fresh the plan is.
    pub freshness: Freshness,
}
