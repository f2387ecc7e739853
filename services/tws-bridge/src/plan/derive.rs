//! Values derived from facts and the engine's clock: late, at risk, long-running, healthy.
//!
//! - **late**: the deadline has passed and the job did not end well, or the engine itself says late. A cancelled or
//!   suppressed job is not expected to end, so the clock alone does not make it late.
//! - **at risk**: not late, not ended, and one of: the critical start has passed and it has not started; it runs and its
//!   expected end lies behind the deadline; it has not started and even a start now would end behind the deadline.
//! - **long-running**: it runs for more than one and a half times its estimate and at least five minutes beyond it.
//!   Without an estimate nothing is called long.

use resync_api::tws::model::Status;

use super::update::WorkstationFacts;

/// Beyond the estimate by less than this, nothing is called long; short jobs vary.
const LONG_RUNNING_SLACK_MS: i64 = 5 * 60 * 1000;

/// Facts that lateness depends on. Times in milliseconds since 1970, 0: unset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    pub(crate) status: Status,
    pub(crate) late_by_engine: bool,
    pub(crate) deadline: i64,
    pub(crate) critical_start: i64,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) estimate: Option<i64>,
}

impl Timing {
    /// Its deadline has passed and it has not ended well, or the engine says late.
    pub(crate) fn late(self, now: i64) -> bool {
        self.late_by_engine || (self.deadline != 0 && self.deadline < now && !self.is_settled())
    }

    /// Not late yet, but it will be.
    pub(crate) fn at_risk(self, now: i64) -> bool {
        if self.is_settled() || self.status == Status::Error || self.late(now) {
            return false;
        }
        if self.status == Status::Running {
            let expected_end = self.estimate.map(|estimate| self.start + estimate);
            return self.deadline != 0 && expected_end.is_some_and(|end| end > self.deadline);
        }
        let start_missed = self.critical_start != 0 && self.critical_start < now;
        let too_long = self.deadline != 0 && now + self.estimate.unwrap_or(0) > self.deadline;
        start_missed || too_long
    }

    /// Running clearly longer than estimated.
    pub(crate) fn long_running(self, now: i64) -> bool {
        match (self.status, self.elapsed(now), self.estimate) {
            (Status::Running, Some(elapsed), Some(estimate)) => {
                elapsed > estimate + estimate / 2 && elapsed > estimate + LONG_RUNNING_SLACK_MS
            }
            _ => false,
        }
    }

    /// Time of the last run, until now while it runs, in milliseconds.
    pub(crate) fn elapsed(self, now: i64) -> Option<i64> {
        let until = match (self.end, self.status) {
            (0, Status::Running) => now,
            (0, _) => return None,
            (end, _) => end,
        };
        (self.start != 0).then(|| (until - self.start).max(0))
    }

    fn is_settled(self) -> bool {
        matches!(self.status, Status::Successful | Status::Canceled | Status::Suppressed)
    }
}

/// Able to run jobs now.
pub(crate) fn healthy(facts: &WorkstationFacts) -> bool {
    facts.linked && facts.jobman_up && facts.initialized && facts.limit != Some(0) && !facts.ignored
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const NOW: i64 = 1_000 * MINUTE;

    fn timing(status: Status) -> Timing {
        Timing {
            status,
            late_by_engine: false,
            deadline: 0,
            critical_start: 0,
            start: 0,
            end: 0,
            estimate: None,
        }
    }

    #[test]
    fn lateness_follows_deadline_status_and_engine() {
        for (status, late) in [
            (Status::Waiting, true),
            (Status::Running, true),
            (Status::Error, true),
            (Status::Successful, false),
            (Status::Canceled, false),
        ] {
            let passed = Timing { deadline: NOW - 1, ..timing(status) };
            assert_eq!(passed.late(NOW), late, "{status:?}");
            let ahead = Timing { deadline: NOW + 1, ..timing(status) };
            assert!(!ahead.late(NOW), "{status:?}");
            assert!(Timing { late_by_engine: true, ..ahead }.late(NOW));
        }
    }

    #[test]
    fn risk_is_seen_before_it_is_too_late() {
        let waiting = timing(Status::Waiting);
        let running =
            Timing { start: NOW - 10 * MINUTE, estimate: Some(30 * MINUTE), ..timing(Status::Running) };
        for (case, at_risk) in [
            (Timing { critical_start: NOW - 1, ..waiting }, true),
            (Timing { critical_start: NOW + 1, ..waiting }, false),
            (Timing { critical_start: NOW - 1, ..running }, false),
            (Timing { deadline: NOW + 5, estimate: Some(6), ..waiting }, true),
            (Timing { deadline: NOW + 5, estimate: Some(5), ..waiting }, false),
            (Timing { deadline: NOW + 19 * MINUTE, ..running }, true),
            (Timing { deadline: NOW + 20 * MINUTE, ..running }, false),
            (Timing { deadline: NOW - 1, ..running }, false),
            (Timing { critical_start: NOW - 1, ..timing(Status::Canceled) }, false),
        ] {
            assert_eq!(case.at_risk(NOW), at_risk, "{case:?}");
        }
    }

    #[test]
    fn long_means_long_in_proportion_and_in_minutes() {
        let ran = |minutes: i64, estimate: i64| {
            let run = Timing {
                start: NOW - minutes * MINUTE,
                estimate: Some(estimate * MINUTE),
                ..timing(Status::Running)
            };
            run.long_running(NOW)
        };
        assert!(!ran(5, 1) && ran(7, 1) && !ran(30, 20) && ran(31, 20));
        assert!(!Timing { end: NOW, ..timing(Status::Successful) }.long_running(NOW));
    }
}
