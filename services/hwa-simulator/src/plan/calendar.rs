//! The calendars of the model: bank holidays and working days around the plan's date.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::Calendar;
use super::dice::{Identifiers, Kind};

/// National holidays with a fixed date.
const HOLIDAYS: &[(u32, u32)] = &[(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25)];

pub(crate) fn calendars(identifiers: Identifiers, day: NaiveDate) -> Vec<Calendar> {
    let holiday = |date: &NaiveDate| HOLIDAYS.contains(&(date.month(), date.day()));
    let year: Vec<NaiveDate> =
        (0..365).filter_map(|offset| day.checked_add_days(Days::new(offset))).collect();
    let working = |date: &NaiveDate| !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !holiday(date);
    let month_end = |date: &NaiveDate| date.succ_opt().is_some_and(|next| next.day() == 1);
    let select = |keep: &dyn Fn(&NaiveDate) -> bool| year.iter().copied().filter(|date| keep(date)).collect();
    [
        ("HOLIDAYS", "National holidays", select(&holiday)),
        ("WORKDAYS", "Banking days", select(&working)),
        ("MTHEND", "Last day of each month", select(&month_end)),
    ]
    .into_iter()
    .zip(0..)
    .map(|((name, description, dates), number)| Calendar {
        id: identifiers.make(Kind::Calendar, number),
        name,
        description,
        dates,
    })
    .collect()
}
