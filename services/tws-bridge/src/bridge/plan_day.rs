//! Where the plan day begins, in the engine's time zone.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The latest start of a plan day at or before `engine_time`. In a gap of the clock the day begins behind the gap.
pub(super) fn plan_day_start(
    engine_time: DateTime<Utc>,
    zone: Tz,
    start: NaiveTime,
) -> Option<DateTime<Utc>> {
    let today = engine_time.with_timezone(&zone).date_naive();
    let begins = |date: chrono::NaiveDate| {
        let local = date.and_time(start);
        let hour = TimeDelta::hours(1);
        let found = zone.from_local_datetime(&local).earliest();
        found.or_else(|| zone.from_local_datetime(&(local + hour)).earliest()).map(|time| time.to_utc())
    };
    [today.checked_add_days(Days::new(1)), Some(today), today.checked_sub_days(Days::new(1))]
        .into_iter()
        .flatten()
        .filter_map(begins)
        .find(|start| *start <= engine_time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_day_is_that_of_the_zone() {
        let zone: Tz = "America/Sao_Paulo".parse().expect("a zone");
        for (now, start) in [
            ("2026-03-02T08:59:00Z", "2026-03-01T09:00:00Z"),
            ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z"),
            ("2026-03-02T02:00:00Z", "2026-03-01T09:00:00Z"),
        ] {
            let six = NaiveTime::from_hms_opt(6, 0, 0).expect("a time");
            let found = plan_day_start(now.parse().expect("a time"), zone, six);
            assert_eq!(found, Some(start.parse().expect("a time")), "{now}");
        }
    }

    #[test]
    fn a_start_inside_a_gap_moves_behind_it() {
        let zone: Tz = "Europe/Berlin".parse().expect("a zone");
        let half_past_two = NaiveTime::from_hms_opt(2, 30, 0).expect("a time");
        let found = plan_day_start("2026-03-29T12:00:00Z".parse().expect("a time"), zone, half_past_two);
        assert_eq!(found, Some("2026-03-29T01:30:00Z".parse().expect("a time")));
    }
}
