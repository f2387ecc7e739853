//! What earlier runs say of how long a job takes, and how often it fails.
//!
//! Durations are looked at as logarithms. A job has a base, a part for the day of the week, a part for the time of the
//! month (its first two days, its last two, the others) and what is left over. Each part counts as far as its runs
//! support it: a job's own weekday gives way to what the weekday does to all jobs, and a job with few runs to the plan's
//! own estimate and to the spread jobs usually have. What is not known well makes the range wider.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;

use super::ledger::FinishedRun;

/// Probabilities at which [`Durations`] states quantiles.
pub const PROBABILITIES: [f32; 9] = [0.02, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.98];

/// How long a run is going to take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Durations {
    /// Seconds that the run takes at most with each of [`PROBABILITIES`], ascending.
    pub quantiles: [f32; 9],
    /// Earlier runs it rests on; 0: none, so that it is the plan's estimate or a guess.
    pub runs: u32,
}

impl Durations {
    /// Around one value, as wide as durations usually are.
    #[must_use]
    pub fn around(seconds: f32) -> Self {
        Self { quantiles: spread(seconds.max(0.5).ln(), PRIOR_SIGMA), runs: 0 }
    }

    /// The usual duration in seconds.
    #[must_use]
    pub fn median(&self) -> f32 {
        self.quantiles[4]
    }

    /// Half the distance between the tenth and the ninetieth percentile, as standard deviation of the logarithm.
    pub(super) fn sigma(&self) -> f32 {
        ((self.quantiles[7] / self.quantiles[1]).ln() / (2.0 * Z90)).max(0.01)
    }
}

/// How often a job failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// Runs, failed ones included.
    pub runs: u32,
    /// Of these, failed.
    pub failed: u32,
}

/// Where forecasts get what earlier runs say.
pub trait DurationHistory: Send + Sync {
    /// How long a run of the job takes on that day of the plan. Unset: it never ran.
    fn durations(&self, job: &str, day: NaiveDate, plan_estimate: Option<f32>) -> Option<Durations>;

    /// How often the job failed.
    fn failures(&self, job: &str) -> Failures;

    /// How often jobs fail altogether.
    fn all_failures(&self) -> Failures;

    /// How much whole nights differ, as standard deviation of the logarithm of their durations.
    fn night_sigma(&self) -> f32;

    /// Another number whenever another answer may be had. Unset: what rests on it is never kept.
    fn generation(&self) -> Option<u64> {
        None
    }
}

/// Standard deviation assumed of the logarithm of a job's durations until its runs show another.
const PRIOR_SIGMA: f32 = 0.35;
/// Runs that the assumption about the spread is worth.
const PRIOR_SIGMA_RUNS: f32 = 4.0;
/// Runs that the plan's own estimate is worth.
const ESTIMATE_RUNS: f32 = 1.0;
/// Runs of a stratum that the absence of any effect is worth, and how large an effect may hide behind none.
const WEEKDAY_RUNS: f32 = 3.0;
const WEEKDAY_HIDDEN: f32 = 0.13;
const MONTH_RUNS: f32 = 1.5;
const MONTH_HIDDEN: f32 = 0.25;
/// Observations that the absence of an effect on all jobs is worth.
const POOL_RUNS: f32 = 60.0;
/// Standard deviation assumed between nights until enough of them were seen.
const PRIOR_NIGHT_SIGMA: f32 = 0.05;
/// Nights remembered for [`DurationHistory::night_sigma`].
const NIGHTS: usize = 60;
const Z90: f32 = 1.2816;
/// Standard normal quantiles at [`PROBABILITIES`].
const NORMAL: [f32; 9] = [-2.0537, -Z90, -0.6745, -0.2533, 0.0, 0.2533, 0.6745, Z90, 2.0537];

fn spread(center: f32, sigma: f32) -> [f32; 9] {
    NORMAL.map(|z| (center + sigma * z).exp())
}

/// Part of the month.
fn month_part(day: NaiveDate) -> usize {
    let next_month =
        day.checked_add_days(chrono::Days::new(2)).is_some_and(|later| later.month() != day.month());
    match day.day() {
        1 | 2 => 0,
        _ if next_month => 2,
        _ => 1,
    }
}

fn weekday(day: NaiveDate) -> usize {
    day.weekday().num_days_from_monday() as usize
}

#[derive(Clone, Copy, Debug)]
struct Run {
    day: NaiveDate,
    /// Logarithm of seconds.
    log: f32,
}

#[derive(Debug, Default)]
struct JobRuns {
    runs: VecDeque<Run>,
    /// Marks of the latest runs, failed ones included.
    marks: VecDeque<u32>,
    failures: Failures,
    /// Running mean of logarithms without the effects common to all jobs.
    level: f32,
    seen: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    sum: f32,
    count: f32,
}

impl Mean {
    fn add(&mut self, value: f32) {
        self.sum += value;
        self.count += 1.0;
    }

    /// Shrunk towards zero by so many observations.
    fn shrunk(self, prior: f32) -> f32 {
        self.sum / (self.count + prior)
    }
}

/// What tells a run from others of its job, nearly always.
fn mark(run: &FinishedRun) -> u32 {
    let mut mixed = run.started.timestamp_millis() as u64;
    for part in [run.scheduled_time.map_or(0, |time| time.timestamp_millis()), run.job_number] {
        mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9).wrapping_add(part as u64);
    }
    ((mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 32) as u32
}

/// The latest runs of every job, in memory.
#[derive(Debug)]
pub struct RunHistory {
    zone: Tz,
    kept: usize,
    jobs: HashMap<Box<str>, JobRuns>,
    weekdays: [Mean; 7],
    months: [Mean; 3],
    nights: VecDeque<(NaiveDate, Mean)>,
    failures: Failures,
}

impl RunHistory {
    /// Nothing yet; days are those of `zone`, and of each job at most `kept` runs are remembered, the latest.
    #[must_use]
    pub fn new(zone: Tz, kept: usize) -> Self {
        Self {
            zone,
            kept: kept.max(1),
            jobs: HashMap::new(),
            weekdays: [Mean::default(); 7],
            months: [Mean::default(); 3],
            nights: VecDeque::new(),
            failures: Failures::default(),
        }
    }

    /// Adds a finished run unless it is one of the latest already known of its job; says whether it was new. Runs come in
    /// the order of their ends.
    pub fn take(&mut self, run: &FinishedRun) -> bool {
        let mark = mark(run);
        let known = self.jobs.get(run.job.as_str());
        if known.is_some_and(|known| known.marks.contains(&mark)) {
            return false;
        }
        let seconds = (run.ended - run.started).num_milliseconds() as f32 / 1000.0;
        self.record(&run.job, run.scheduled_time.unwrap_or(run.started), seconds, run.succeeded);
        if let Some(known) = self.jobs.get_mut(run.job.as_str()) {
            if known.marks.len() >= self.kept {
                known.marks.pop_front();
            }
            known.marks.push_back(mark);
        }
        true
    }

    /// Adds a finished run; runs come in the order of their ends. `at` is the plan day it belongs to, or its start.
    pub fn record(&mut self, job: &str, at: DateTime<Utc>, seconds: f32, succeeded: bool) {
        let day = at.with_timezone(&self.zone).date_naive();
        let common = self.common(day);
        let known = match self.jobs.get_mut(job) {
            Some(known) => known,
            None => self.jobs.entry(job.into()).or_default(),
        };
        for failures in [&mut known.failures, &mut self.failures] {
            failures.runs = failures.runs.saturating_add(1);
            failures.failed += u32::from(!succeeded);
        }
        // How long a failed run took says nothing of how long a good one takes.
        if !succeeded || !seconds.is_finite() {
            return;
        }
        let log = seconds.max(0.5).ln();
        if known.runs.len() >= self.kept {
            known.runs.pop_front();
        }
        known.runs.push_back(Run { day, log });
        let above = log - common - known.level;
        if known.seen >= 3 {
            self.weekdays[weekday(day)]
                .add(log - known.level - common + self.weekdays[weekday(day)].shrunk(POOL_RUNS));
            self.months[month_part(day)]
                .add(log - known.level - common + self.months[month_part(day)].shrunk(POOL_RUNS));
            if self.nights.back().is_none_or(|(latest, _)| *latest < day) {
                self.nights.push_back((day, Mean::default()));
            }
            if self.nights.len() > NIGHTS {
                self.nights.pop_front();
            }
            if let Some((_, night)) = self.nights.iter_mut().rev().find(|(night, _)| *night == day) {
                night.add(above.clamp(-1.0, 1.0));
            }
        }
        known.seen = known.seen.saturating_add(1);
        known.level += above / known.seen.min(20) as f32;
    }

    /// Effects of the day on all jobs.
    fn common(&self, day: NaiveDate) -> f32 {
        self.weekdays[weekday(day)].shrunk(POOL_RUNS) + self.months[month_part(day)].shrunk(POOL_RUNS)
    }

    /// Jobs with runs.
    #[must_use]
    pub fn job_count(&self) -> usize {
        self.jobs.len()
    }
}

/// The job's own effects, beyond those common to all.
struct Effects {
    base: f32,
    weekdays: [Mean; 7],
    months: [Mean; 3],
}

impl Effects {
    fn at(&self, day: NaiveDate) -> f32 {
        self.weekdays[weekday(day)].shrunk(WEEKDAY_RUNS) + self.months[month_part(day)].shrunk(MONTH_RUNS)
    }
}

impl DurationHistory for RunHistory {
    fn durations(&self, job: &str, day: NaiveDate, plan_estimate: Option<f32>) -> Option<Durations> {
        let runs = &self.jobs.get(job)?.runs;
        if runs.is_empty() {
            return None;
        }
        let count = runs.len() as f32;
        let mut logs: Vec<f32> = runs.iter().map(|run| run.log - self.common(run.day)).collect();
        logs.sort_by(f32::total_cmp);
        let median = quantile(&logs, 0.5);
        let estimate = plan_estimate.filter(|seconds| *seconds > 0.0).map(|seconds| seconds.ln());
        let base = match estimate {
            Some(estimate) => (median * count + estimate * ESTIMATE_RUNS) / (count + ESTIMATE_RUNS),
            None => median,
        };
        let mut effects = Effects { base, weekdays: [Mean::default(); 7], months: [Mean::default(); 3] };
        for run in runs {
            effects.weekdays[weekday(run.day)].add(run.log - self.common(run.day) - base);
        }
        for run in runs {
            let rest = run.log
                - self.common(run.day)
                - base
                - effects.weekdays[weekday(run.day)].shrunk(WEEKDAY_RUNS);
            effects.months[month_part(run.day)].add(rest);
        }
        let mut rest: Vec<f32> = runs
            .iter()
            .map(|run| run.log - self.common(run.day) - effects.base - effects.at(run.day))
            .collect();
        rest.sort_by(f32::total_cmp);
        // Outliers belong to the tails, not to the width of the middle.
        let squares: f32 = rest.iter().map(|value| value.clamp(-0.7, 0.7).powi(2)).sum();
        let freedom = (count - 2.0).max(0.0) + PRIOR_SIGMA_RUNS;
        let variance = (PRIOR_SIGMA_RUNS * (PRIOR_SIGMA / 2.0).powi(2) + squares) / freedom;
        let hidden = |mean: Mean, prior: f32, size: f32| size.powi(2) * prior / (mean.count + prior);
        let weekday_hidden = hidden(effects.weekdays[weekday(day)], WEEKDAY_RUNS, WEEKDAY_HIDDEN);
        let month_hidden = match month_part(day) {
            1 => 0.0,
            part => hidden(effects.months[part], MONTH_RUNS, MONTH_HIDDEN),
        };
        let center = base + self.common(day) + effects.at(day);
        let sigma = variance.sqrt();
        // The level, the parts of the day and the spread itself are all estimates.
        let widening =
            (1.0 + 1.0 / count + 2.5 / freedom + (weekday_hidden + month_hidden) / variance).sqrt();
        let seen = count / (count + 15.0);
        let mut quantiles = [0.0; 9];
        for ((slot, probability), z) in quantiles.iter_mut().zip(PROBABILITIES).zip(NORMAL) {
            let shape = seen * quantile(&rest, probability) + (1.0 - seen) * sigma * z;
            *slot = (center + shape * widening).exp();
        }
        Some(Durations { quantiles, runs: runs.len() as u32 })
    }

    fn failures(&self, job: &str) -> Failures {
        self.jobs.get(job).map(|known| known.failures).unwrap_or_default()
    }

    fn all_failures(&self) -> Failures {
        self.failures
    }

    fn night_sigma(&self) -> f32 {
        let nights: Vec<f32> = self
            .nights
            .iter()
            .filter(|(_, night)| night.count >= 5.0)
            .map(|(_, night)| night.sum / night.count)
            .collect();
        let count = nights.len() as f32;
        let squares: f32 = nights.iter().map(|night| night.powi(2)).sum();
        ((squares + 5.0 * PRIOR_NIGHT_SIGMA.powi(2)) / (count + 5.0)).sqrt()
    }

    fn generation(&self) -> Option<u64> {
        Some(self.failures.runs.into())
    }
}

/// Between the sorted values, at `probability` of the way.
fn quantile(sorted: &[f32], probability: f32) -> f32 {
    let at = (probability * (sorted.len() as f32 + 1.0) - 1.0).clamp(0.0, sorted.len() as f32 - 1.0);
    let (low, part) = (at.floor() as usize, at.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (sorted[high] - sorted[low]) * part
}

/// A history of no runs: every forecast rests on the plan's own estimates.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHistory;

impl DurationHistory for NoHistory {
    fn durations(&self, _: &str, _: NaiveDate, _: Option<f32>) -> Option<Durations> {
        None
    }

    fn failures(&self, _: &str) -> Failures {
        Failures::default()
    }

    fn all_failures(&self) -> Failures {
        Failures::default()
    }

    fn night_sigma(&self) -> f32 {
        PRIOR_NIGHT_SIGMA
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn monday() -> DateTime<Utc> {
        DateTime::from_timestamp(1_771_840_800, 0).expect("2026-02-23 10:00, a Monday")
    }

    #[test]
    fn few_runs_lean_on_the_estimate_and_many_do_not() {
        let mut history = RunHistory::new(Tz::UTC, 60);
        assert!(history.durations("J", monday().date_naive(), Some(60.0)).is_none());
        history.record("J", monday(), 120.0, true);
        let one = history.durations("J", monday().date_naive(), Some(60.0)).expect("it ran");
        assert!(one.median() > 60.0 && one.median() < 120.0);
        for day in 1..40 {
            history.record("J", monday() + TimeDelta::days(day), 120.0, true);
        }
        let many = history.durations("J", monday().date_naive(), Some(60.0)).expect("it ran");
        assert!((many.median() - 120.0).abs() < 8.0);
        assert!(many.sigma() < one.sigma(), "and the range narrows");
    }

    #[test]
    fn a_job_that_is_slow_on_sundays_is_expected_to_be_slow_on_a_sunday() {
        let mut history = RunHistory::new(Tz::UTC, 60);
        for day in 0..42 {
            let at = monday() + TimeDelta::days(day);
            history.record("J", at, if day % 7 == 6 { 300.0 } else { 100.0 }, true);
        }
        let median = |days: i64| {
            let day = (monday() + TimeDelta::days(days)).date_naive();
            history.durations("J", day, None).expect("it ran").median()
        };
        assert!(median(48) > 1.5 * median(44), "{} and {}", median(48), median(44));
    }

    #[test]
    fn failed_runs_count_as_failures_and_not_as_durations() {
        let mut history = RunHistory::new(Tz::UTC, 60);
        history.record("J", monday(), 5.0, false);
        assert!(history.durations("J", monday().date_naive(), None).is_none());
        assert_eq!(history.failures("J"), Failures { runs: 1, failed: 1 });
        assert_eq!(history.all_failures(), Failures { runs: 1, failed: 1 });
    }

    #[test]
    fn a_run_that_is_seen_again_counts_once() {
        let run = |day: i64, succeeded| FinishedRun {
            job: "J".to_owned(),
            job_id: format!("id-{day}"),
            job_number: 7,
            run_count: 1,
            workstation: "WS".to_owned(),
            scheduled_time: Some(monday() + TimeDelta::days(day)),
            started: monday() + TimeDelta::days(day),
            ended: monday() + TimeDelta::days(day) + TimeDelta::seconds(90),
            succeeded,
            internal_status: String::new(),
            return_code: None,
        };
        let mut history = RunHistory::new(Tz::UTC, 10);
        assert!((0..8).all(|day| history.take(&run(day, day != 3))));
        assert!(!(0..8).any(|day| history.take(&run(day, true))), "with other plan ids, after a restart");
        assert_eq!(history.failures("J"), Failures { runs: 8, failed: 1 });
    }

    #[test]
    fn quantiles_ascend() {
        let mut history = RunHistory::new(Tz::UTC, 60);
        for day in 0..9 {
            history.record("J", monday() + TimeDelta::days(day), 50.0 + (day * day) as f32, true);
        }
        let found = history.durations("J", monday().date_naive(), None).expect("it ran");
        assert!(found.quantiles.is_sorted(), "{found:?}");
        assert!(Durations::around(30.0).quantiles.is_sorted());
    }
}
