//! Domain types of the run history. They are the JSON of the REST API too.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::graph::model::GraphObject;
use crate::tws::model::{Freshness, Status};

/// A run of a job that was seen to end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FinishedRun {
    /// The same whenever and wherever the run is seen.
    pub run_id: String,
    /// Name in the settings.
    pub engine: String,
    /// `WORKSTATION#/FOLDER/STREAM.JOB`, the same every day.
    pub job: String,
    /// Plan id of the instance.
    pub job_id: String,
    /// The engine's number of the run. 0: unknown.
    pub job_number: i64,
    /// How often the instance had run then, this run included. 0: unknown.
    pub run_count: i32,
    /// Without folder; empty when unknown.
    pub workstation: String,
    /// Scheduled time of the instance. Unset: unknown.
    pub scheduled_time: Option<DateTime<Utc>>,
    /// Day of the plan in the engine's time zone.
    pub plan_day: NaiveDate,
    /// Real start.
    pub start_time: DateTime<Utc>,
    /// Real end.
    pub end_time: DateTime<Utc>,
    /// From start to end.
    pub duration_seconds: f64,
    /// Successful or error.
    pub status: Status,
    /// Engine's internal status such as `ABEND`; empty when unknown.
    pub internal_status: String,
    /// Unset: it has none.
    pub return_code: Option<i32>,
}

/// Which runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunSearch {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Key of a job, or plan id of an instance in the present plan; empty: every job.
    pub job: String,
    /// Ended at this time or later; unset: from the first on.
    pub from: Option<DateTime<Utc>>,
    /// Ended before; unset: to the last.
    pub until: Option<DateTime<Utc>>,
    /// Successful or error; unset: however it ended.
    pub status: Option<Status>,
    /// 0 means 100; more than 1000 is taken as 1000.
    pub page_size: u32,
    /// From the page before; empty: the first page.
    pub page_token: String,
}

/// A page of runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunPage {
    /// Latest end first.
    pub runs: Vec<FinishedRun>,
    /// Empty at the end.
    pub next_page_token: String,
}

/// What so large a share of the runs does not exceed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DurationQuantile {
    /// 0 to 1.
    pub probability: f64,
    /// How long they took at most.
    pub seconds: f64,
}

/// How long the successful runs of a set took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DurationFigures {
    /// Successful runs; all figures rest on them.
    pub runs: u32,
    /// Mean.
    pub mean_seconds: f64,
    /// Standard deviation. 0 for one run.
    pub deviation_seconds: f64,
    /// The quickest.
    pub shortest_seconds: f64,
    /// The slowest.
    pub longest_seconds: f64,
    /// Ascending.
    pub quantiles: Vec<DurationQuantile>,
}

/// Days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "their names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Parts of the month, by the day of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MonthPart {
    /// The first two days.
    Begin,
    /// The days in between.
    Middle,
    /// The last two days.
    End,
}

/// How long runs of one day of the week took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeekdayDurations {
    /// Of the plan.
    pub weekday: Weekday,
    /// How long.
    pub durations: DurationFigures,
}

/// How long runs of one part of the month took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonthPartDurations {
    /// By the day of the plan.
    pub month_part: MonthPart,
    /// How long.
    pub durations: DurationFigures,
}

/// When instances scheduled for one time of the day usually start. Reruns do not count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StartFigures {
    /// Time of the day in the engine's time zone that the instances were scheduled for, such as `18:00:00`; empty: the
    /// engine gave none, and delays count from the start of the day of the plan.
    pub scheduled_at: String,
    /// Instances; all figures rest on them.
    pub runs: u32,
    /// Time of the day in the engine's time zone at which half of them had started.
    pub usual_start: String,
    /// One of ten had started by then.
    pub early_start: String,
    /// Nine of ten had started by then.
    pub late_start: String,
    /// From the scheduled time to the start in half of them; negative: before it.
    pub usual_delay_seconds: f64,
    /// The same for one of ten.
    pub early_delay_seconds: f64,
    /// The same for nine of ten.
    pub late_delay_seconds: f64,
}

/// Statistics of which job, over which time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatisticsRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Key of a job, or plan id of an instance in the present plan.
    pub job: String,
    /// Ended at this time or later; unset: from the first on.
    pub from: Option<DateTime<Utc>>,
    /// Ended before; unset: to the last.
    pub until: Option<DateTime<Utc>>,
}

/// How long a job takes, how often it fails, and when it usually starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStatistics {
    /// Name in the settings.
    pub engine: String,
    /// Key of the job.
    pub job: String,
    /// Runs looked at, failed ones included. 0: none is kept, and there are no figures.
    pub runs: u32,
    /// Of these, failed.
    pub failed_runs: u32,
    /// Share of the runs that failed. Unset: no run.
    pub failure_rate: Option<f64>,
    /// End of the first run looked at. Unset: no run.
    pub first_end: Option<DateTime<Utc>>,
    /// End of the last run looked at. Unset: no run.
    pub last_end: Option<DateTime<Utc>>,
    /// More runs are kept than were looked at; these are the latest.
    pub truncated: bool,
    /// How long it takes. Unset: no run ended well.
    pub durations: Option<DurationFigures>,
    /// The same by the day of the week, of those with enough runs.
    pub weekdays: Vec<WeekdayDurations>,
    /// The same by part of the month, of those with enough runs.
    pub month_parts: Vec<MonthPartDurations>,
    /// When it starts, by the time of the day it is scheduled for; those with the most runs first, at most 24, of those
    /// with enough runs.
    pub starts: Vec<StartFigures>,
    /// Fewest runs for figures of a part of the runs.
    pub runs_needed: u32,
    /// IANA name of the engine's time zone.
    pub time_zone: String,
}

/// Which job may be out of the ordinary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnusualRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Plan id or key of a job of the present plan.
    pub job: String,
}

/// What a figure of a run is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ComparedWith {
    /// All kept runs of the job.
    AllRuns,
    /// Those of the same day of the week.
    SameWeekday,
    /// Those of the same part of the month.
    SameMonthPart,
    /// Instances scheduled for the same time of the day.
    SameSchedule,
}

/// Whether a figure is out of the ordinary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UnusualVerdict {
    /// It is within what earlier runs showed; of a run that goes on: until now.
    Usual,
    /// It is beyond what earlier runs showed.
    Unusual,
    /// Too few runs are kept to tell.
    NotEnoughRuns,
    /// There is nothing to compare: it has not run, or will not.
    NotApplicable,
}

/// One figure of a run beside those of earlier runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnusualCheck {
    /// What comes of it.
    pub verdict: UnusualVerdict,
    /// What was found: seconds it took or takes, or seconds from the scheduled time to its start or until now. Unset:
    /// not applicable.
    pub seconds: Option<f64>,
    /// It goes on: the figure still grows.
    pub growing: bool,
    /// Start of the run the figure is of. Unset: it has not started.
    pub start_time: Option<DateTime<Utc>>,
    /// The run is not of the present plan's instance, which has not run, but the latest one kept.
    pub earlier_run: bool,
    /// Earlier runs it is compared with.
    pub runs: u32,
    /// Fewest runs for a verdict.
    pub runs_needed: u32,
    /// Which runs these are. Unset: no verdict.
    pub compared_with: Option<ComparedWith>,
    /// Half of them are not above this. Unset: no verdict.
    pub usual_seconds: Option<f64>,
    /// Above this it is unusual. Unset: no verdict.
    pub limit_seconds: Option<f64>,
    /// Share of them that are not above the figure, 0 to 1. Unset: no verdict.
    pub quantile: Option<f64>,
}

/// Whether a job of the present plan takes unusually long or starts unusually late.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unusual {
    /// The job.
    pub job: GraphObject,
    /// Scheduled time of the instance. Unset: unknown.
    pub scheduled_time: Option<DateTime<Utc>>,
    /// Real start of the instance's present or last run. Unset: it has not started.
    pub start_time: Option<DateTime<Utc>>,
    /// Real end of the instance's last run. Unset: it has not ended.
    pub end_time: Option<DateTime<Utc>>,
    /// Whether it takes or took unusually long.
    pub duration: UnusualCheck,
    /// Whether it started, or is, unusually late.
    pub start: UnusualCheck,
    /// How fresh the plan is.
    pub freshness: Freshness,
}
