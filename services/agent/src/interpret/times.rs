//! Time expressions: "since 22:00", "between 2 and 4 am", "nas últimas 2 horas", "ontem à noite".
//!
//! All of them mean the engine's time zone and clock. A time of day without a date is its latest
//! occurrence when the question is about the past and its next one when it is about the future.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use resync_api::agent::model::Language;

use super::Context;
use super::lexicon::{Compare, Cue, Meaning, Moment, Rank, Role, State};
use super::measures::amount_at;
use super::reading::{Reading, Unit};
use super::token::{DateMark, Shape, TimeUnit};

mod calendar;

use calendar::Calendar;

/// A stretch of time; an open end is unbounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// Not before.
    pub(super) from: Option<DateTime<Utc>>,
    /// Before.
    pub(super) to: Option<DateTime<Utc>>,
}

impl Window {
    /// Whether no instant lies in it.
    pub(super) fn is_empty(&self) -> bool {
        matches!((self.from, self.to), (Some(from), Some(to)) if from >= to)
    }

    /// Whether an instant lies in it.
    pub(super) fn contains(&self, instant: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from <= instant) && self.to.is_none_or(|to| instant < to)
    }
}

/// A time of day in a message.
#[derive(Clone, Copy)]
struct TimeOfDay {
    hour: u32,
    minute: u32,
    /// First piece after it.
    end: usize,
    /// It was said to be a time: 22:00, 10 pm, 22h.
    marked: bool,
    /// It was said to be before or after noon.
    halved: bool,
}

/// Takes the time expressions of a message; several narrow one another.
pub(super) fn take(reading: &mut Reading, context: &Context<'_>) -> Option<Window> {
    let future = looks_ahead(reading);
    take_in(reading, context, future)
}

/// The same for a question about what is to come.
pub(super) fn take_ahead(reading: &mut Reading, context: &Context<'_>) -> Option<Window> {
    take_in(reading, context, true)
}

fn take_in(reading: &mut Reading, context: &Context<'_>, future: bool) -> Option<Window> {
    let mut calendar = Calendar::new(context, future);
    calendar.anchor = take_anchor(reading, &calendar);
    let mut window: Option<Window> = None;
    let mut position = 0;
    while position < reading.pieces.len() {
        let found = stretch(reading, position, &calendar).or_else(|| clock(reading, position, &calendar));
        match found {
            Some((found, end)) => {
                (position..end).for_each(|taken| reading.take(taken));
                narrow(&mut window, found);
                position = end;
            }
            None => position += 1,
        }
    }
    if window.is_none() {
        for position in reading.positions(|meaning| matches!(meaning, Meaning::Moment(_))) {
            reading.take(position);
            if let Some(Meaning::Moment(moment)) = reading.meaning(position)
                && let Some(found) = calendar.window(moment)
            {
                let found = bounded_by_role(reading, position, found);
                narrow(&mut window, found);
            }
        }
    }
    window.or_else(|| calendar.anchor.map(|date| calendar.day(date)))
}

/// A later expression moves the ends it names.
fn narrow(window: &mut Option<Window>, found: Window) {
    let own = window.get_or_insert_default();
    own.from = found.from.or(own.from);
    own.to = found.to.or(own.to);
}

/// Whether a time of day means its next occurrence.
fn looks_ahead(reading: &Reading) -> bool {
    reading.has_state(State::Scheduled)
        || (0..reading.pieces.len()).any(|position| {
            matches!(
                reading.meaning(position),
                Some(
                    Meaning::Moment(Moment::Tomorrow)
                        | Meaning::Rank(Rank::Next)
                        | Meaning::Column(crate::query::Field::Deadline)
                )
            )
        })
}

/// A day that is named with a time of day: "yesterday between 2 and 4", "22/11 after 20:00".
fn take_anchor(reading: &mut Reading, calendar: &Calendar) -> Option<NaiveDate> {
    let has_clock = (0..reading.pieces.len()).any(|position| {
        matches!(reading.pieces[position].unit, Unit::Shape(Shape::Clock { .. } | Shape::HourMark { .. }))
            || matches!(reading.meaning(position), Some(Meaning::Role(Role::Between)))
    });
    for position in 0..reading.pieces.len() {
        if let Unit::Shape(Shape::Date(mark)) = reading.pieces[position].unit {
            reading.take(position);
            return calendar.date(mark, reading.language);
        }
    }
    if !has_clock {
        return None;
    }
    let position = *reading
        .positions(|meaning| {
            matches!(meaning, Meaning::Moment(Moment::Yesterday | Moment::Tomorrow | Moment::LastNight))
        })
        .first()?;
    let today = calendar.today();
    let date = match reading.meaning(position) {
        Some(Meaning::Moment(Moment::Yesterday)) => today.pred_opt(),
        Some(Meaning::Moment(Moment::Tomorrow)) => today.succ_opt(),
        _ => None,
    };
    reading.take(position);
    date
}

/// "the last 2 hours", "next 30 minutes", "2 hours ago".
fn stretch(reading: &Reading, position: usize, calendar: &Calendar) -> Option<(Window, usize)> {
    let now = calendar.now();
    let free = |at: usize| reading.pieces.get(at).is_some_and(|piece| !piece.used);
    if !free(position) {
        return None;
    }
    let role = reading.meaning(position);
    let past = matches!(role, Some(Meaning::Role(Role::Last)))
        || (role == Some(Meaning::Role(Role::After)) && reading.pieces[position].word == "past");
    let coming = matches!(role, Some(Meaning::Role(Role::Coming) | Meaning::Rank(Rank::Next)));
    if past || coming {
        let next = position + 1;
        let (seconds, end) = amount_at(reading, next).or_else(|| match reading.meaning(next)? {
            Meaning::Unit(unit) => Some((unit.seconds(), next + 1)),
            _ => None,
        })?;
        let length = Duration::try_seconds(seconds)?;
        let window = if past {
            Window { from: now.checked_sub_signed(length), to: None }
        } else {
            Window { from: Some(now), to: now.checked_add_signed(length) }
        };
        return Some((window, end));
    }
    // "nas 2 últimas horas"
    if let (Some(number), Some(Meaning::Role(Role::Last)), Some(Meaning::Unit(unit))) =
        (reading.number(position), reading.meaning(position + 1), reading.meaning(position + 2))
    {
        let from = now.checked_sub_signed(Duration::try_seconds(number.checked_mul(unit.seconds())?)?);
        return Some((Window { from, to: None }, position + 3));
    }
    let more = role == Some(Meaning::Compare(Compare::More));
    let start =
        if more || role == Some(Meaning::Role(Role::For)) { reading.after(position)? } else { position };
    let (seconds, end) = amount_at(reading, start)?;
    if reading.meaning(end) != Some(Meaning::Compare(Compare::Ago)) {
        return None;
    }
    let then = now.checked_sub_signed(Duration::try_seconds(seconds)?);
    let window = if more { Window { from: None, to: then } } else { Window { from: then, to: None } };
    Some((window, end + 1))
}

/// "between 2 and 4 am", "since 22:00", "antes das 6h", "at 3 am".
fn clock(reading: &Reading, position: usize, calendar: &Calendar) -> Option<(Window, usize)> {
    if reading.pieces[position].used {
        return None;
    }
    let role = match reading.meaning(position) {
        Some(Meaning::Role(role)) => role,
        _ => {
            // Without a preposition only 22:00 is sure to be a time and not a length of time.
            let sure = matches!(reading.pieces[position].unit, Unit::Shape(Shape::Clock { .. }));
            let time = time_at(reading, position).filter(|_| sure)?;
            return Some((calendar.around(time.hour, time.minute), time.end));
        }
    };
    let mut next = position + 1;
    while matches!(reading.meaning(next), Some(Meaning::Article | Meaning::Filler | Meaning::Role(Role::To)))
        || matches!(reading.pieces.get(next).map(|piece| piece.word.as_str()), Some("as" | "das" | "o"))
    {
        next += 1;
    }
    if matches!(role, Role::Between | Role::Of | Role::Since)
        && let Some(found) = range(reading, next, role, calendar)
    {
        return Some(found);
    }
    if let Some(time) = time_at(reading, next) {
        let bare_is_time = matches!(role, Role::Since | Role::Until | Role::Before | Role::After);
        let is_time = time.marked || (bare_is_time && stands_alone(reading, time.end));
        if !is_time {
            return None;
        }
        let window = match role {
            Role::Since | Role::Of | Role::After => {
                Window { from: Some(calendar.start(time.hour, time.minute)), to: None }
            }
            Role::Until | Role::Before | Role::By => {
                Window { from: None, to: Some(calendar.start(time.hour, time.minute)) }
            }
            Role::In | Role::To | Role::Between => calendar.around(time.hour, time.minute),
            Role::For | Role::With | Role::Last | Role::Coming | Role::Named => return None,
        };
        return Some((window, time.end));
    }
    None
}

/// Two times of day, and the words between them.
fn range(reading: &Reading, first: usize, role: Role, calendar: &Calendar) -> Option<(Window, usize)> {
    let mut from = time_at(reading, first)?;
    let joined = match reading.meaning(from.end)? {
        Meaning::And if role == Role::Between => true,
        Meaning::Role(Role::To | Role::Until) | Meaning::Article => true,
        _ => reading.pieces[from.end].word == "as",
    };
    if !joined {
        return None;
    }
    let mut second = from.end + 1;
    while matches!(reading.meaning(second), Some(Meaning::Article | Meaning::Role(Role::To)))
        || matches!(reading.pieces.get(second).map(|piece| piece.word.as_str()), Some("as"))
    {
        second += 1;
    }
    let to = time_at(reading, second)?;
    if role != Role::Between && !from.marked && !to.marked && !stands_alone(reading, to.end) {
        return None;
    }
    if to.halved && !from.halved && to.hour >= 12 && from.hour < 12 && from.hour + 12 < to.hour {
        from.hour += 12;
    }
    let end = to.end;
    Some((calendar.range((from.hour, from.minute), (to.hour, to.minute)), end))
}

/// A bare number is a time of day only where no noun claims it.
fn stands_alone(reading: &Reading, next: usize) -> bool {
    match reading.pieces.get(next) {
        None => true,
        Some(_) => matches!(
            reading.meaning(next),
            Some(Meaning::Moment(_) | Meaning::Role(_) | Meaning::And | Meaning::Filler | Meaning::Auxiliary)
        ),
    }
}

fn time_at(reading: &Reading, position: usize) -> Option<TimeOfDay> {
    let piece = reading.pieces.get(position).filter(|piece| !piece.used)?;
    let (mut hour, minute, mut marked) = match piece.unit {
        Unit::Shape(Shape::Clock { hour, minute }) => (hour, minute, true),
        Unit::Shape(Shape::HourMark { hour, minute }) => (hour, minute, true),
        Unit::Known(Meaning::Moment(Moment::Midnight)) => (0, 0, true),
        Unit::Known(Meaning::Moment(Moment::Noon)) => (12, 0, true),
        _ => (u32::try_from(reading.number(position)?).ok().filter(|hour| *hour <= 24)? % 24, 0, false),
    };
    let mut end = position + 1;
    let mut halved = false;
    if !marked && reading.meaning(end) == Some(Meaning::Unit(TimeUnit::Hour)) {
        (marked, end) = (true, end + 1);
    }
    let suffix = end;
    // "10 da noite" is one phrase; "2 de la madrugada" has a preposition of its own.
    let after_role = matches!(reading.meaning(end), Some(Meaning::Role(Role::Of | Role::In)));
    let word = reading.pieces.get(suffix).map_or("", |piece| piece.word.as_str());
    let half = match (word, reading.meaning(suffix), reading.meaning(suffix + 1)) {
        ("am" | "a.m", ..) => Some((false, suffix + 1)),
        ("pm" | "p.m", ..) => Some((true, suffix + 1)),
        (_, Some(Meaning::Moment(moment)), _) => half_of(moment).map(|late| (late, suffix + 1)),
        (_, _, Some(Meaning::Moment(moment))) if after_role => half_of(moment).map(|late| (late, suffix + 2)),
        _ => None,
    };
    if let Some((late, after)) = half {
        (marked, halved, end) = (true, true, after);
        hour = match (late, hour) {
            (true, 1..12) => hour + 12,
            (false, 12) => 0,
            _ => hour,
        };
    }
    Some(TimeOfDay { hour, minute, end, marked, halved })
}

/// Whether a part of the day is after noon.
fn half_of(moment: Moment) -> Option<bool> {
    match moment {
        Moment::SmallHours | Moment::Morning => Some(false),
        Moment::Afternoon | Moment::Evening | Moment::LastNight | Moment::Tonight => Some(true),
        _ => None,
    }
}

/// "since yesterday" has no end, "until yesterday" no beginning.
fn bounded_by_role(reading: &Reading, position: usize, window: Window) -> Window {
    let role = reading.before(position).and_then(|earlier| reading.meaning(earlier));
    match role {
        Some(Meaning::Role(Role::Since | Role::After)) => Window { to: None, ..window },
        Some(Meaning::Role(Role::Before)) => Window { from: None, to: window.from },
        Some(Meaning::Role(Role::Until)) => Window { from: None, to: window.to },
        Some(Meaning::Role(Role::Of)) if reading.has(Cue::Changes) => Window { to: None, ..window },
        _ => window,
    }
}

fn midnight(date: NaiveDate, time_zone: Tz) -> DateTime<Utc> {
    at(date, NaiveTime::MIN, time_zone)
}

/// A local time as an instant; in the gap of a clock change the hour after it.
fn at(date: NaiveDate, time: NaiveTime, time_zone: Tz) -> DateTime<Utc> {
    let local = date.and_time(time);
    time_zone
        .from_local_datetime(&local)
        .earliest()
        .or_else(|| time_zone.from_local_datetime(&(local + Duration::hours(1))).earliest())
        .map_or_else(|| Utc.from_utc_datetime(&local), |found| found.with_timezone(&Utc))
}

fn resolve_date(mark: DateMark, today: NaiveDate, language: Language) -> Option<NaiveDate> {
    match mark {
        DateMark::Full(date) => Some(date),
        DateMark::Pair(first, second) => {
            let in_order = |day, month| NaiveDate::from_ymd_opt(today.year(), month, day);
            let (day_first, month_first) = (in_order(first, second), in_order(second, first));
            match language {
                Language::Portuguese => day_first.or(month_first),
                Language::English => month_first.or(day_first),
            }
        }
    }
}
