//! What would be different if something else happened.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Coverage, ForecastAssumptions, GraphObject, PathStep, Prospect, RiskClass};
use crate::json::seconds;
use crate::tws::model::Freshness;

/// Something that might happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WhatIf {
    /// It starts, or if it runs already ends, so much later than it would.
    Delay {
        /// Plan id or key of a job or job stream.
        object: String,
        /// How much later.
        #[serde(rename = "by_seconds", with = "seconds")]
        by: Duration,
    },
    /// It ends with an error.
    Fail {
        /// Plan id or key of a job.
        object: String,
    },
    /// It is cancelled, which releases what waits for it.
    Cancel {
        /// Plan id or key of a job or job stream.
        object: String,
    },
    /// It is held until somebody releases it.
    Hold {
        /// Plan id or key of a job or job stream.
        object: String,
    },
    /// A workstation runs at most so many jobs at once.
    SetLimit {
        /// Name of the workstation.
        workstation: String,
        /// Jobs at once; 0: none.
        limit: u32,
    },
}

/// What would be different.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimulationRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// What happens, all together; at most 20.
    pub changes: Vec<WhatIf>,
    /// Most jobs to return; 0 means 100, at most 2000.
    pub max_results: u32,
}

/// What is expected of a job in one of the two cases.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// What it is going to do.
    pub prospect: Prospect,
    /// Expected end. Unset: it does not run.
    pub end: Option<DateTime<Utc>>,
    /// Share of the nights in which it ends after its deadline. Unset: it has none, or does not run.
    pub late_probability: Option<f64>,
    /// Unset: it has no deadline.
    pub risk: Option<RiskClass>,
}

/// A job that fares differently.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AffectedJob {
    /// The job.
    pub job: GraphObject,
    /// Marked critical.
    pub critical: bool,
    /// Time by which it must have ended. Unset: none.
    pub deadline: Option<DateTime<Utc>>,
    /// As things are.
    pub before: Expectation,
    /// With the changes.
    pub after: Expectation,
    /// How much later it ends, in seconds; negative: earlier. Unset: it does not run in one of the cases.
    pub shift_seconds: Option<f64>,
    /// The way from what was changed to the job.
    pub path: Vec<PathStep>,
}

/// The plan with and without the changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Simulation {
    /// Jobs that would have run and do not.
    pub no_longer_run: u64,
    /// Jobs that would not have run and do.
    pub newly_run: u64,
    /// Jobs that end more than a minute later.
    pub later: u64,
    /// Jobs that end more than a minute earlier.
    pub earlier: u64,
    /// Deadlines that become more likely missed than met.
    pub deadlines_lost: u64,
    /// Deadlines that become more likely met than missed.
    pub deadlines_won: u64,
    /// When the last job downstream of the changes ends as things are. Unset: none runs.
    pub end_before: Option<DateTime<Utc>>,
    /// When the last job downstream of the changes ends with them. Unset: none runs.
    pub end_after: Option<DateTime<Utc>>,
    /// Lost deadlines and critical jobs first, then the largest difference.
    pub jobs: Vec<AffectedJob>,
    /// All jobs that fare differently.
    pub total: u64,
    /// Limits of workstations were taken into account, with usual durations instead of many nights.
    pub with_limits: bool,
    /// What was taken for granted.
    pub assumptions: ForecastAssumptions,
    /// How much of the dependencies was known.
    pub coverage: Coverage,
    /// How fresh the plan is.
    pub freshness: Freshness,
}
