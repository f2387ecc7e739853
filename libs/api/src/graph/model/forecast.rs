//! When jobs will start and end, what decides it, and whether deadlines hold.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{CauseKind, Coverage, GraphObject, Relation, RootCause};
use crate::json::seconds;
use crate::tws::model::Freshness;

/// What a duration rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Basis {
    /// It has ended.
    Actual,
    /// Earlier runs.
    History,
    /// The plan's own estimate: there are no earlier runs.
    PlanEstimate,
    /// Neither runs nor an estimate: a guess.
    Guess,
}

/// A time with the range that holds it in four of five cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeRange {
    /// In one of ten cases it is earlier.
    pub low: DateTime<Utc>,
    /// In half of the cases it is earlier.
    pub expected: DateTime<Utc>,
    /// In one of ten cases it is later.
    pub high: DateTime<Utc>,
}

/// What a forecast took for granted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ForecastAssumptions {
    /// Nights played through.
    pub samples: u32,
    /// Jobs whose duration rests on earlier runs.
    pub from_history: u64,
    /// Jobs whose duration is the plan's own estimate.
    pub from_estimates: u64,
    /// Jobs with neither.
    pub guessed: u64,
    /// Durations of the jobs that ended in this plan, in proportion to what was expected of them; 1: as usual.
    pub pace: f64,
    /// Prompts, files and others that were taken to be there now; at most ten.
    pub taken_as_met: Vec<GraphObject>,
    /// All of them.
    pub taken_as_met_total: u64,
    /// Workstations with a limit, which was not taken into account; at most ten.
    pub limits_ignored: Vec<String>,
    /// All of them.
    pub limits_ignored_total: u64,
}

/// What a job is going to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Prospect {
    /// It has ended.
    Over,
    /// It is running.
    Running,
    /// It will run.
    WillRun,
    /// It will be skipped: a condition does not come true.
    WillBeSkipped,
    /// It will not run unless somebody acts.
    Blocked,
}

/// When one job will start and end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobForecast {
    /// The job.
    pub job: GraphObject,
    /// What it is going to do.
    pub prospect: Prospect,
    /// Unset: it does not run.
    pub start: Option<TimeRange>,
    /// Unset: it does not run.
    pub end: Option<TimeRange>,
    /// What its own duration rests on.
    pub basis: Basis,
    /// Time by which it must have ended. Unset: none.
    pub deadline: Option<DateTime<Utc>>,
    /// Share of the nights in which it ends after its deadline. Unset: it has none, or does not run.
    pub late_probability: Option<f64>,
    /// Marked critical.
    pub critical: bool,
}

/// When one job, or the whole plan, will be done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Plan id or key of a job or job stream; empty: the whole plan.
    pub object: String,
    /// Most jobs to return; 0 means 100, at most 2000.
    pub max_results: u32,
}

/// When one job or job stream will be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectForecast {
    /// The object asked about.
    pub subject: GraphObject,
    /// What it is going to do.
    pub prospect: Prospect,
    /// Unset: it does not run.
    pub start: Option<TimeRange>,
    /// Unset: it does not run.
    pub end: Option<TimeRange>,
    /// What its own duration rests on; for a stream, what most of its jobs' do.
    pub basis: Basis,
    /// Time by which it must have ended. Unset: none.
    pub deadline: Option<DateTime<Utc>>,
    /// Share of the nights in which it ends after its deadline. Unset: it has none, or does not run.
    pub late_probability: Option<f64>,
    /// What decides when it ends, first step first.
    pub critical_path: Vec<CriticalStep>,
    /// Why it does not run.
    pub causes: Vec<RootCause>,
    /// What was taken for granted.
    pub assumptions: ForecastAssumptions,
    /// How much of the dependencies was known.
    pub coverage: Coverage,
    /// How fresh the plan is.
    pub freshness: Freshness,
}

/// When the plan will be done, and its jobs that matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanForecast {
    /// When the last job that will run ends. Unset: none is left.
    pub end: Option<TimeRange>,
    /// Critical jobs and jobs with a deadline, unfinished, most endangered first; then those that end last.
    pub jobs: Vec<JobForecast>,
    /// Critical jobs and jobs with a deadline that are not over.
    pub watched_jobs: u64,
    /// Jobs that will still run or are running.
    pub jobs_to_run: u64,
    /// Jobs that will not run unless somebody acts.
    pub blocked_jobs: u64,
    /// There are more watched jobs than were asked for.
    pub truncated: bool,
    /// What was taken for granted.
    pub assumptions: ForecastAssumptions,
    /// How much of the dependencies was known.
    pub coverage: Coverage,
    /// How fresh the plan is.
    pub freshness: Freshness,
}

/// What holds a step of a critical path back the longest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriticalStep {
    /// The job, or what else is waited for.
    pub object: GraphObject,
    /// How it hangs on the step before. Unset: the first step.
    pub relation: Option<Relation>,
    /// States of the step before that it waits for; none: that it ends well.
    pub conditions: Vec<String>,
    /// Real or expected.
    pub start: DateTime<Utc>,
    /// Real or expected.
    pub end: DateTime<Utc>,
    /// Its own part of the way.
    #[serde(rename = "duration_seconds", with = "seconds")]
    pub duration: Duration,
    /// What its duration rests on.
    pub basis: Basis,
    /// It starts at a fixed time, later than what it waits for.
    pub starts_by_clock: bool,
    /// Prospect of the step.
    pub prospect: Prospect,
}

/// What decides when an object ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriticalPath {
    /// The object asked about.
    pub subject: GraphObject,
    /// First step first, cut at the beginning when longer than asked for.
    pub steps: Vec<CriticalStep>,
    /// All steps.
    pub total_steps: u64,
    /// Expected end. Unset: it does not run.
    pub end: Option<DateTime<Utc>>,
    /// Time by which it must have ended. Unset: none.
    pub deadline: Option<DateTime<Utc>>,
    /// From the expected end to the deadline, in seconds; negative: too late. Unset: either is.
    pub slack_seconds: Option<f64>,
    /// Why it does not run.
    pub causes: Vec<RootCause>,
    /// What was taken for granted.
    pub assumptions: ForecastAssumptions,
    /// How much of the dependencies was known.
    pub coverage: Coverage,
    /// How fresh the plan is.
    pub freshness: Freshness,
}

/// How likely a deadline is to be missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RiskClass {
    /// It ended in time.
    Met,
    /// Late in less than one of ten nights.
    OnTrack,
    /// Late in one to five of ten nights.
    PotentialRisk,
    /// Late in more than half of the nights.
    HighRisk,
    /// It does not run unless somebody acts.
    Blocked,
    /// The deadline has passed.
    Missed,
}

/// Deadlines and their risk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Plan id or key of a job or job stream; empty: all unfinished jobs with a deadline.
    pub object: String,
    /// Most deadlines to return; 0 means 100, at most 2000.
    pub max_results: u32,
}

/// The risk of one deadline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadlineRisk {
    /// The job or job stream.
    pub object: GraphObject,
    /// Time by which it must have ended.
    pub deadline: DateTime<Utc>,
    /// How likely it is missed.
    pub class: RiskClass,
    /// Share of the nights in which it ends after its deadline, 0 to 1.
    pub late_probability: f64,
    /// Chance that a job on its critical path fails first, from earlier runs, 0 to 1; not part of the other.
    pub failure_probability: f64,
    /// Expected end. Unset: it does not run.
    pub end: Option<TimeRange>,
    /// From the expected end to the deadline, in seconds; negative: too late.
    pub slack_seconds: Option<f64>,
    /// Why it does not run. Unset: it does.
    pub blocked_by: Option<CauseKind>,
    /// The reason: what decides when it ends, longest steps only, or the way from what blocks it.
    pub reason: Vec<CriticalStep>,
    /// What blocks it, nearest first.
    pub causes: Vec<RootCause>,
}

/// The deadlines most in danger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Risks {
    /// Most in danger first.
    pub deadlines: Vec<DeadlineRisk>,
    /// All deadlines looked at.
    pub total: u64,
    /// What was taken for granted.
    pub assumptions: ForecastAssumptions,
    /// How much of the dependencies was known.
    pub coverage: Coverage,
    /// How fresh the plan is.
    pub freshness: Freshness,
}
