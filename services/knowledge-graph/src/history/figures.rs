//! Statistics of a job's runs. Every figure says how many runs it rests on; parts of the runs that are too few have none.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use resync_api::history::model::{
    DurationFigures, DurationQuantile, FinishedRun, MonthPart, MonthPartDurations, RunStatistics,
    StartFigures, Weekday, WeekdayDurations,
};

use super::runs::JobRuns;
use super::samples::{FirstStart, Sample, clock, first_starts, month_part, succeeded, weekday};

/// Fewest runs for figures of a part of the runs.
const NEEDED: usize = 5;
/// Times of the day that starts are told for.
const STARTS: usize = 24;
const PROBABILITIES: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

/// What the runs of a job say.
#[must_use]
pub fn statistics(engine: &str, job: &str, found: &JobRuns) -> RunStatistics {
    let JobRuns { runs, truncated, zone } = found;
    let failed = runs.iter().filter(|run| !succeeded(run)).count();
    let good: Vec<&FinishedRun> = runs.iter().filter(|run| succeeded(run)).collect();
    let by_weekday = parts(&good, |run| weekday(run.plan_day));
    let by_month_part = parts(&good, |run| month_part(run.plan_day));
    RunStatistics {
        engine: engine.to_owned(),
        job: job.to_owned(),
        runs: runs.len() as u32,
        failed_runs: failed as u32,
        failure_rate: (!runs.is_empty()).then(|| failed as f64 / runs.len() as f64),
        first_end: runs.iter().map(|run| run.end_time).min(),
        last_end: runs.iter().map(|run| run.end_time).max(),
        truncated: *truncated,
        durations: figures(&durations(&good)),
        weekdays: by_weekday
            .into_iter()
            .map(|(weekday, durations): (Weekday, _)| WeekdayDurations { weekday, durations })
            .collect(),
        month_parts: by_month_part
            .into_iter()
            .map(|(month_part, durations): (MonthPart, _)| MonthPartDurations { month_part, durations })
            .collect(),
        starts: starts(runs, *zone),
        runs_needed: NEEDED as u32,
        time_zone: zone.name().to_owned(),
    }
}

fn durations(runs: &[&FinishedRun]) -> Sample {
    Sample::of(runs.iter().map(|run| run.duration_seconds))
}

/// Figures of each part with enough runs.
fn parts<P: Ord>(runs: &[&FinishedRun], part: impl Fn(&FinishedRun) -> P) -> Vec<(P, DurationFigures)> {
    let mut parts: BTreeMap<P, Vec<&FinishedRun>> = BTreeMap::new();
    for run in runs {
        parts.entry(part(run)).or_default().push(run);
    }
    let enough = parts.into_iter().filter(|(_, runs)| runs.len() >= NEEDED);
    enough.filter_map(|(part, runs)| Some((part, figures(&durations(&runs))?))).collect()
}

fn figures(sample: &Sample) -> Option<DurationFigures> {
    let (shortest, longest) = (*sample.values().first()?, *sample.values().last()?);
    let count = sample.len() as f64;
    let mean = sample.values().iter().sum::<f64>() / count;
    let squares: f64 = sample.values().iter().map(|value| (value - mean).powi(2)).sum();
    let quantile =
        |probability| sample.quantile(probability).map(|seconds| DurationQuantile { probability, seconds });
    Some(DurationFigures {
        runs: sample.len() as u32,
        mean_seconds: mean,
        deviation_seconds: (squares / (count - 1.0).max(1.0)).sqrt(),
        shortest_seconds: shortest,
        longest_seconds: longest,
        quantiles: PROBABILITIES.into_iter().filter_map(quantile).collect(),
    })
}

fn starts(runs: &[FinishedRun], zone: Tz) -> Vec<StartFigures> {
    let mut schedules: BTreeMap<Option<u32>, Vec<FirstStart>> = BTreeMap::new();
    for start in first_starts(runs, zone) {
        schedules.entry(start.scheduled_at).or_default().push(start);
    }
    let mut starts: Vec<StartFigures> = schedules
        .into_iter()
        .filter(|(_, starts)| starts.len() >= NEEDED)
        .filter_map(|(scheduled_at, starts)| {
            let delays = Sample::of(starts.iter().map(|start| start.delay_seconds));
            let due = f64::from(starts.first()?.due_at);
            let (early, usual, late) = (delays.quantile(0.1)?, delays.quantile(0.5)?, delays.quantile(0.9)?);
            Some(StartFigures {
                scheduled_at: scheduled_at.map(|at| clock(f64::from(at))).unwrap_or_default(),
                runs: starts.len() as u32,
                usual_start: clock(due + usual),
                early_start: clock(due + early),
                late_start: clock(due + late),
                usual_delay_seconds: usual,
                early_delay_seconds: early,
                late_delay_seconds: late,
            })
        })
        .collect();
    starts.sort_by_key(|start| std::cmp::Reverse(start.runs));
    starts.truncate(STARTS);
    starts
}
