//! The bounded memory of observed changes, for "what changed since" and for subscribers that come back.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use resync_api::tws::model::PlanChange;

/// Changes kept; beyond it the oldest are forgotten, and whoever still needed them is told of a gap.
pub const REMEMBERED_CHANGES: usize = 10_000;

/// Changes in order, each with a number that never repeats while the mirror lives.
#[derive(Debug)]
pub struct ChangeLog {
    /// Tells the numbers of this mirror from those of an earlier process.
    origin: i64,
    /// Number of the next change.
    next: u64,
    entries: VecDeque<PlanChange>,
    /// Changes up to this time may be missing.
    complete_since: Option<DateTime<Utc>>,
}

/// Where a reader stands in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    origin: i64,
    next: u64,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:x}-{:x}", self.origin, self.next)
    }
}

impl std::str::FromStr for Position {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (origin, next) = text.split_once('-').unwrap_or((text, ""));
        Ok(Self { origin: i64::from_str_radix(origin, 16)?, next: u64::from_str_radix(next, 16)? })
    }
}

/// Changes after a position.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangesAfter {
    /// In order.
    pub changes: Vec<PlanChange>,
    /// To go on from.
    pub position: Position,
    /// Some changes after the position were forgotten; `changes` holds what is left of them.
    pub gap: bool,
}

impl ChangeLog {
    pub(crate) fn new(origin: DateTime<Utc>) -> Self {
        Self { origin: origin.timestamp_millis(), next: 0, entries: VecDeque::new(), complete_since: None }
    }

    /// From here on nothing is missed.
    pub(crate) fn begin(&mut self, time: DateTime<Utc>) {
        self.complete_since.get_or_insert(time);
    }

    pub(crate) fn push(&mut self, change: PlanChange) {
        if self.entries.len() == REMEMBERED_CHANGES
            && let Some(forgotten) = self.entries.pop_front()
        {
            self.complete_since = self.complete_since.max(Some(forgotten.time));
        }
        self.entries.push_back(change);
        self.next += 1;
    }

    /// Behind the last change.
    #[must_use]
    pub fn end(&self) -> Position {
        Position { origin: self.origin, next: self.next }
    }

    /// At most `limit` changes after a position.
    #[must_use]
    pub fn after(&self, position: Position, limit: usize) -> ChangesAfter {
        let first = self.next - self.entries.len() as u64;
        let foreign = position.origin != self.origin || position.next > self.next;
        let from = if foreign { self.next } else { position.next.max(first) };
        let skip = usize::try_from(from - first).unwrap_or(usize::MAX);
        let changes: Vec<_> = self.entries.iter().skip(skip).take(limit).cloned().collect();
        let next = from + changes.len() as u64;
        let gap = foreign || position.next < first;
        ChangesAfter { changes, position: Position { origin: self.origin, next }, gap }
    }

    /// Changes at or after a time, newest first, at most `limit`; and whether there were more.
    #[must_use]
    pub fn since(&self, time: Option<DateTime<Utc>>, limit: usize) -> (Vec<PlanChange>, bool) {
        let wanted = |change: &&PlanChange| time.is_none_or(|time| change.time >= time);
        let mut found = self.entries.iter().rev().filter(wanted);
        let changes = found.by_ref().take(limit).cloned().collect();
        (changes, found.next().is_some())
    }

    /// Changes before this may be missing; unset: nothing was observed yet.
    #[must_use]
    pub fn complete_since(&self) -> Option<DateTime<Utc>> {
        self.complete_since
    }
}

#[cfg(test)]
mod tests {
    use resync_api::tws::model::ChangeKind;

    use super::*;

    fn change(second: i64) -> PlanChange {
        PlanChange {
            kind: ChangeKind::JobChanged,
            plan_version: 1,
            time: DateTime::from_timestamp(second, 0).expect("in range"),
            object: format!("engines/e/jobs/{second}"),
            key: String::new(),
            before: String::new(),
            after: String::new(),
        }
    }

    #[test]
    fn a_reader_sees_every_change_once_or_is_told_of_a_gap() {
        let mut log = ChangeLog::new(DateTime::from_timestamp(1_000, 0).expect("in range"));
        let start = log.end();
        for second in 0..3 {
            log.push(change(second));
        }
        let first = log.after(start, 2);
        assert_eq!((first.changes.len(), first.gap), (2, false));
        let rest = log.after(first.position.to_string().parse().expect("own token"), 10);
        assert_eq!((rest.changes, rest.gap), (vec![change(2)], false));
        for second in 3..=REMEMBERED_CHANGES as i64 {
            log.push(change(second));
        }
        let late = log.after(start, 1);
        assert_eq!((late.changes, late.gap), (vec![change(1)], true));
        assert_eq!(log.complete_since(), Some(change(0).time));
        let foreign = ChangeLog::new(DateTime::UNIX_EPOCH).end();
        assert_eq!((log.after(foreign, 5).changes.len(), log.after(foreign, 5).gap), (0, true));
        for text in ["", "x", "1-", "-", "1-g"] {
            assert!(text.parse::<Position>().is_err(), "{text}");
        }
    }

    #[test]
    fn since_counts_from_the_newest() {
        let mut log = ChangeLog::new(DateTime::UNIX_EPOCH);
        (0..5).for_each(|second| log.push(change(second)));
        let (changes, more) = log.since(Some(change(2).time), 2);
        assert_eq!((changes, more), (vec![change(4), change(3)], true));
        assert_eq!(log.since(None, 10).0.len(), 5);
    }
}
