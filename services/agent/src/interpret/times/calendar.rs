//! What parts of the day and times of day mean at the engine, now.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use resync_api::agent::model::Language;

use super::{Window, at, midnight, resolve_date};
use crate::interpret::Context;
use crate::interpret::lexicon::Moment;
use crate::interpret::token::DateMark;

/// First hour of the night, and of the morning.
const NIGHT: u32 = 18;
const MORNING: u32 = 6;

/// The engine's clock, calendar and which way the question looks.
pub(super) struct Calendar {
    now: DateTime<Utc>,
    time_zone: Tz,
    day_start: DateTime<Utc>,
    future: bool,
    /// The day that is named with a time of day.
    pub(super) anchor: Option<NaiveDate>,
}

impl Calendar {
    pub(super) fn new(context: &Context<'_>, future: bool) -> Self {
        let today = context.now.with_timezone(&context.time_zone).date_naive();
        let day_start = context
            .plan_day_start
            .filter(|start| (Duration::zero()..Duration::days(1)).contains(&(context.now - *start)))
            .unwrap_or_else(|| midnight(today, context.time_zone));
        Self { now: context.now, time_zone: context.time_zone, day_start, future, anchor: None }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub(super) fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.time_zone).date_naive()
    }

    pub(super) fn date(&self, mark: DateMark, language: Language) -> Option<NaiveDate> {
        resolve_date(mark, self.today(), language)
    }

    /// A whole calendar day.
    pub(super) fn day(&self, date: NaiveDate) -> Window {
        Window {
            from: Some(midnight(date, self.time_zone)),
            to: date.succ_opt().map(|next| midnight(next, self.time_zone)),
        }
    }

    /// The instant a time of day stands for.
    pub(super) fn start(&self, hour: u32, minute: u32) -> DateTime<Utc> {
        if let Some(date) = self.anchor {
            return self.on(date, hour, minute);
        }
        let today = self.on(self.today(), hour, minute);
        match self.future {
            true if today < self.now => self.on(self.tomorrow(), hour, minute),
            false if today > self.now => self.on(self.yesterday(), hour, minute),
            _ => today,
        }
    }

    /// From one time of day to another, past midnight when the second is earlier.
    pub(super) fn range(&self, from: (u32, u32), to: (u32, u32)) -> Window {
        let length = |start: DateTime<Utc>| {
            let minutes = i64::from(to.0 * 60 + to.1) - i64::from(from.0 * 60 + from.1);
            start + Duration::minutes(if minutes <= 0 { minutes + 24 * 60 } else { minutes })
        };
        let mut start = self.start(from.0, from.1);
        if self.future && self.anchor.is_none() {
            // A stretch that is running now is not over yet.
            let earlier = start - Duration::days(1);
            if length(earlier) > self.now {
                start = earlier;
            }
        }
        Window { from: Some(start), to: Some(length(start)) }
    }

    /// The hour that begins at a time of day.
    pub(super) fn around(&self, hour: u32, minute: u32) -> Window {
        let start = self.start(hour, minute);
        Window { from: Some(start), to: Some(start + Duration::hours(1)) }
    }

    /// The stretch a part of the day stands for; none for "now".
    pub(super) fn window(&self, moment: Moment) -> Option<Window> {
        let (today, yesterday, tomorrow) = (self.today(), self.yesterday(), self.tomorrow());
        let night_after = |date: NaiveDate, next: NaiveDate| self.between((date, NIGHT), (next, MORNING));
        let hour = self.now.with_timezone(&self.time_zone).time();
        let before_evening = NaiveTime::from_hms_opt(NIGHT, 0, 0).is_some_and(|evening| hour < evening);
        let before_morning = NaiveTime::from_hms_opt(MORNING, 0, 0).is_some_and(|morning| hour < morning);
        Some(match moment {
            Moment::Today if self.future => {
                Window { from: Some(self.day_start), to: Some(self.day_start + Duration::days(1)) }
            }
            Moment::Today => Window { from: Some(self.day_start), to: None },
            Moment::Yesterday => {
                Window { from: Some(self.day_start - Duration::days(1)), to: Some(self.day_start) }
            }
            Moment::Tomorrow => Window {
                from: Some(self.day_start + Duration::days(1)),
                to: Some(self.day_start + Duration::days(2)),
            },
            Moment::LastNight => night_after(yesterday, today),
            Moment::Tonight if before_morning => night_after(yesterday, today),
            Moment::Tonight if before_evening && !self.future => night_after(yesterday, today),
            Moment::Tonight | Moment::Evening => night_after(today, tomorrow),
            Moment::SmallHours => self.between((today, 0), (today, MORNING)),
            Moment::YesterdaySmallHours => self.between((yesterday, 0), (yesterday, MORNING)),
            Moment::Morning => self.between((today, MORNING), (today, 12)),
            Moment::YesterdayMorning => self.between((yesterday, MORNING), (yesterday, 12)),
            Moment::Afternoon => self.between((today, 12), (today, NIGHT)),
            Moment::YesterdayAfternoon => self.between((yesterday, 12), (yesterday, NIGHT)),
            Moment::Midnight => Window { from: Some(self.start(0, 0)), to: None },
            Moment::Noon => Window { from: Some(self.start(12, 0)), to: None },
            Moment::Now => return None,
        })
    }

    fn between(&self, from: (NaiveDate, u32), to: (NaiveDate, u32)) -> Window {
        Window { from: Some(self.on(from.0, from.1, 0)), to: Some(self.on(to.0, to.1, 0)) }
    }

    fn on(&self, date: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
        at(date, NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default(), self.time_zone)
    }

    fn yesterday(&self) -> NaiveDate {
        self.today().pred_opt().unwrap_or_else(|| self.today())
    }

    fn tomorrow(&self) -> NaiveDate {
        self.today().succ_opt().unwrap_or_else(|| self.today())
    }
}
