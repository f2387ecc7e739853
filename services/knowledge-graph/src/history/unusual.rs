//! Whether a job of the plan takes unusually long, or starts unusually late, by its own earlier runs.
//!
//! A run is compared with those of the same part of the month where the month ends or begins, else of the same day of the
//! week, else with all, whichever are enough. It is unusually long above nineteen of twenty of them, and clearly above
//! the usual one: short jobs vary without meaning. With few runs there is no verdict.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use resync_api::history::model::{
    ComparedWith, FinishedRun, MonthPart, Unusual, UnusualCheck, UnusualVerdict,
};

use super::samples::{
    FirstStart, Sample, due, first_starts, month_part, second_of_day, seconds, succeeded, weekday,
};
use crate::topology::{Instance, Phase};

/// Fewest earlier runs for a verdict.
const NEEDED: usize = 10;
/// The share of earlier runs that an unusual one is above.
const SHARE: f64 = 0.95;
/// How much longer than usual an unusual run takes at least, as a share and in seconds.
const LONGER: f64 = 1.3;
const LONGER_SECONDS: f64 = 30.0;
/// How much later than usual an unusual start is at least.
const LATER_SECONDS: f64 = 300.0;

/// What is judged.
#[derive(Clone, Copy, Debug)]
struct Figure {
    seconds: f64,
    growing: bool,
    start: Option<DateTime<Utc>>,
    earlier_run: bool,
}

impl Figure {
    /// The figure beside those of earlier runs; unset: there are too few of them.
    fn against(
        self,
        sample: Option<(ComparedWith, Sample)>,
        known: usize,
        limit: fn(usual: f64) -> f64,
    ) -> UnusualCheck {
        let compared = sample.and_then(|(with, sample)| {
            let (usual, high) = (sample.quantile(0.5)?, sample.quantile(SHARE)?);
            Some((with, usual, high.max(limit(usual)), sample))
        });
        let check = UnusualCheck {
            verdict: UnusualVerdict::NotEnoughRuns,
            seconds: Some(self.seconds),
            growing: self.growing,
            start_time: self.start,
            earlier_run: self.earlier_run,
            runs: known as u32,
            ..nothing()
        };
        let Some((with, usual, limit, sample)) = compared else { return check };
        UnusualCheck {
            verdict: if self.seconds > limit { UnusualVerdict::Unusual } else { UnusualVerdict::Usual },
            runs: sample.len() as u32,
            compared_with: Some(with),
            usual_seconds: Some(usual),
            limit_seconds: Some(limit),
            quantile: Some(sample.share_up_to(self.seconds)),
            ..check
        }
    }
}

/// There is nothing to compare.
fn nothing() -> UnusualCheck {
    UnusualCheck {
        verdict: UnusualVerdict::NotApplicable,
        seconds: None,
        growing: false,
        start_time: None,
        earlier_run: false,
        runs: 0,
        runs_needed: NEEDED as u32,
        compared_with: None,
        usual_seconds: None,
        limit_seconds: None,
        quantile: None,
    }
}

/// Judges a job of the plan by its kept runs, of which those of the present instance may be some.
#[must_use]
pub fn check(instance: &Instance, runs: &[FinishedRun]) -> Unusual {
    let zone = instance.freshness.time_zone.parse().unwrap_or(Tz::UTC);
    Unusual {
        job: instance.job.clone(),
        scheduled_time: instance.scheduled,
        start_time: instance.started,
        end_time: instance.ended.filter(|_| instance.phase == Phase::Ended),
        duration: duration(instance, runs, zone),
        start: start(instance, runs, zone),
        freshness: instance.freshness.clone(),
    }
}

fn day_of(time: DateTime<Utc>, zone: Tz) -> NaiveDate {
    time.with_timezone(&zone).date_naive()
}

fn duration(instance: &Instance, runs: &[FinishedRun], zone: Tz) -> UnusualCheck {
    let now = instance.freshness.engine_time;
    let own = |start: DateTime<Utc>, end: DateTime<Utc>, growing| {
        let figure =
            Figure { seconds: seconds(end - start), growing, start: Some(start), earlier_run: false };
        (figure, start, day_of(instance.scheduled.unwrap_or(start), zone))
    };
    let judged = match (instance.phase, instance.started, instance.ended) {
        (Phase::Running, Some(start), _) => Some(own(start, now.max(start), true)),
        (Phase::Ended, Some(start), Some(end)) => Some(own(start, end, false)),
        _ => runs.iter().max_by_key(|run| run.end_time).map(|run| {
            let start = Some(run.start_time);
            let figure = Figure { seconds: run.duration_seconds, growing: false, start, earlier_run: true };
            (figure, run.start_time, run.plan_day)
        }),
    };
    let Some((figure, start, day)) = judged else { return nothing() };
    // The plan knows times to the millisecond.
    let before = |run: &&FinishedRun| run.start_time.timestamp_millis() < start.timestamp_millis();
    let earlier: Vec<&FinishedRun> = runs.iter().filter(|run| succeeded(run)).filter(before).collect();
    let of = |holds: &dyn Fn(&FinishedRun) -> bool| {
        Sample::of(earlier.iter().filter(|run| holds(run)).map(|run| run.duration_seconds))
    };
    let mut sets = Vec::new();
    if month_part(day) != MonthPart::Middle {
        let same = of(&|run| month_part(run.plan_day) == month_part(day));
        sets.push((ComparedWith::SameMonthPart, same));
    }
    sets.push((ComparedWith::SameWeekday, of(&|run| weekday(run.plan_day) == weekday(day))));
    sets.push((ComparedWith::AllRuns, of(&|_| true)));
    let chosen = sets.into_iter().find(|(_, sample)| sample.len() >= NEEDED);
    figure.against(chosen, earlier.len(), |usual| (usual * LONGER).max(usual + LONGER_SECONDS))
}

fn start(instance: &Instance, runs: &[FinishedRun], zone: Tz) -> UnusualCheck {
    // An instance that is carried into another plan has another id there.
    let own = |run: &&FinishedRun| match instance.scheduled {
        Some(_) => run.scheduled_time == instance.scheduled,
        None => run.job_id == instance.job.id,
    };
    let first = runs.iter().filter(own).map(|run| run.start_time).chain(instance.started).min();
    let now = instance.freshness.engine_time;
    if first.is_none() && matches!(instance.phase, Phase::Skipped | Phase::Ended) {
        return nothing();
    }
    let until = first.unwrap_or(now);
    let due_at = due(instance.scheduled, day_of(until, zone), zone);
    let figure = Figure {
        seconds: seconds(until - due_at),
        growing: first.is_none(),
        start: first,
        earlier_run: false,
    };
    let others: Vec<FinishedRun> = runs.iter().filter(|run| !own(run)).cloned().collect();
    let mut earlier = first_starts(&others, zone);
    earlier.retain(|other| other.start < until);
    let delays = |holds: &dyn Fn(&FirstStart) -> bool| {
        Sample::of(earlier.iter().filter(|start| holds(start)).map(|start| start.delay_seconds))
    };
    let scheduled_at = instance.scheduled.map(|time| second_of_day(time, zone));
    let sets = [
        (ComparedWith::SameSchedule, delays(&|start| start.scheduled_at == scheduled_at)),
        (ComparedWith::AllRuns, delays(&|start| start.scheduled_at.is_some() == scheduled_at.is_some())),
    ];
    let known = sets[1].1.len();
    let chosen = sets.into_iter().find(|(_, sample)| sample.len() >= NEEDED);
    figure.against(chosen, known, |usual| usual + LATER_SECONDS)
}
