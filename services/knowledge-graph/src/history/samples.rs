//! Samples of runs and what is read off them: quantiles, days, delays.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta, Timelike as _, Utc};
use chrono_tz::Tz;
use resync_api::history::model::{FinishedRun, MonthPart, Weekday};
use resync_api::tws::model::Status;

/// Seconds in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sample(Vec<f64>);

impl Sample {
    pub(super) fn of(seconds: impl Iterator<Item = f64>) -> Self {
        let mut seconds: Vec<f64> = seconds.filter(|value| value.is_finite()).collect();
        seconds.sort_unstable_by(f64::total_cmp);
        Self(seconds)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.0
    }

    /// What so large a share does not exceed, between the values next to it; unset: there is no value.
    pub(super) fn quantile(&self, probability: f64) -> Option<f64> {
        let (last, count) = (self.0.len().checked_sub(1)?, self.0.len() as f64);
        let at = (probability * (count + 1.0) - 1.0).clamp(0.0, last as f64);
        let low = at as usize;
        let (one, next) = (self.0[low], self.0[(low + 1).min(last)]);
        Some(one + (next - one) * at.fract())
    }

    /// The share that is not above this.
    pub(super) fn share_up_to(&self, seconds: f64) -> f64 {
        self.0.partition_point(|value| *value <= seconds) as f64 / self.0.len().max(1) as f64
    }
}

/// Whether it ended well.
pub(super) fn succeeded(run: &FinishedRun) -> bool {
    run.status == Status::Successful
}

pub(super) fn weekday(day: NaiveDate) -> Weekday {
    match day.weekday() {
        chrono::Weekday::Mon => Weekday::Monday,
        chrono::Weekday::Tue => Weekday::Tuesday,
        chrono::Weekday::Wed => Weekday::Wednesday,
        chrono::Weekday::Thu => Weekday::Thursday,
        chrono::Weekday::Fri => Weekday::Friday,
        chrono::Weekday::Sat => Weekday::Saturday,
        chrono::Weekday::Sun => Weekday::Sunday,
    }
}

pub(super) fn month_part(day: NaiveDate) -> MonthPart {
    let in_two_days = day.checked_add_days(Days::new(2)).unwrap_or(day);
    if day.day() <= 2 {
        MonthPart::Begin
    } else if in_two_days.month() != day.month() {
        MonthPart::End
    } else {
        MonthPart::Middle
    }
}

/// What delays count from: the scheduled time, or the start of the day of the plan.
pub(super) fn due(scheduled: Option<DateTime<Utc>>, day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    scheduled.unwrap_or_else(|| {
        let midnight = day.and_time(NaiveTime::MIN);
        let local = midnight.and_local_timezone(zone);
        // Where clocks go forward at midnight, the day begins an hour later.
        let later = || (midnight + TimeDelta::hours(1)).and_local_timezone(zone).earliest();
        let begin = local.earliest().or_else(later);
        begin.map_or_else(|| midnight.and_utc(), |begin| begin.with_timezone(&Utc))
    })
}

/// The local time of the day, in seconds.
pub(super) fn second_of_day(time: DateTime<Utc>, zone: Tz) -> u32 {
    time.with_timezone(&zone).num_seconds_from_midnight()
}

/// `18:00:00`, of seconds from a midnight, also one before or after.
pub(super) fn clock(seconds: f64) -> String {
    let seconds = (seconds.round() as i64).rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// The first start of an instance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct FirstStart {
    /// Local time of the day it was scheduled for; unset: the engine gave none.
    pub(super) scheduled_at: Option<u32>,
    /// Local time of the day that the delay counts from.
    pub(super) due_at: u32,
    /// From then to its start.
    pub(super) delay_seconds: f64,
    /// The start.
    pub(super) start: DateTime<Utc>,
}

/// The first start of each instance: reruns and repetitions start whenever they do. Where clocks change between the
/// scheduled time and the start, the delay is what passed.
pub(super) fn first_starts(runs: &[FinishedRun], zone: Tz) -> Vec<FirstStart> {
    let mut instances: BTreeMap<(Option<DateTime<Utc>>, &str), &FinishedRun> = BTreeMap::new();
    for run in runs {
        // An instance that is carried into another plan has another id there.
        let id = if run.scheduled_time.is_some() { "" } else { run.job_id.as_str() };
        let first = instances.entry((run.scheduled_time, id)).or_insert(run);
        if run.start_time < first.start_time {
            *first = run;
        }
    }
    // An instance whose first run is not kept any more, or was not seen, says nothing of when it started.
    let seen = instances.into_values().filter(|run| run.run_count <= 1);
    seen.map(|run| {
        let due = due(run.scheduled_time, run.plan_day, zone);
        FirstStart {
            scheduled_at: run.scheduled_time.map(|time| second_of_day(time, zone)),
            due_at: second_of_day(due, zone),
            delay_seconds: seconds(run.start_time - due),
            start: run.start_time,
        }
    })
    .collect()
}

pub(super) fn seconds(time: TimeDelta) -> f64 {
    time.num_milliseconds() as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_the_values() {
        let sample = Sample::of([3.0, 1.0, 2.0, f64::NAN].into_iter());
        assert_eq!((sample.len(), sample.quantile(0.5), sample.quantile(0.0)), (3, Some(2.0), Some(1.0)));
        assert_eq!((sample.quantile(0.625), sample.quantile(1.0)), (Some(2.5), Some(3.0)));
        assert_eq!((sample.share_up_to(2.0), sample.share_up_to(0.5)), (2.0 / 3.0, 0.0));
        assert_eq!(Sample::default().quantile(0.5), None);
    }

    #[test]
    fn the_ends_of_a_month_are_its_first_and_last_two_days() {
        let part = |month, day| month_part(NaiveDate::from_ymd_opt(2026, month, day).expect("a day"));
        assert_eq!(
            [part(2, 1), part(2, 2), part(2, 3)],
            [MonthPart::Begin, MonthPart::Begin, MonthPart::Middle]
        );
        assert_eq!(
            [part(2, 26), part(2, 27), part(12, 31)],
            [MonthPart::Middle, MonthPart::End, MonthPart::End]
        );
    }

    #[test]
    fn a_day_without_midnight_begins_when_its_clocks_begin() {
        let day = NaiveDate::from_ymd_opt(2026, 9, 6).expect("a day");
        let begin = due(None, day, Tz::America__Santiago);
        assert_eq!(begin.to_rfc3339(), "2026-09-06T04:00:00+00:00", "clocks went from 0:00 to 1:00");
        assert_eq!(clock(-60.0), "23:59:00");
        assert_eq!(clock(86_461.0), "00:01:01");
    }
}
