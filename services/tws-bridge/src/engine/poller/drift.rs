//! Grouped counts as a checksum: when the engine counts other than what was read, something was missed.
//!
//! The plan moves between two requests, so one difference proves nothing. The answer escalates: look at what is in
//! motion; read the statuses that differ; sweep. A difference that a whole sweep does not remove is the engine's way
//! of counting: it becomes the new zero.

use std::collections::BTreeMap;

use resync_api::tws::model::Status;
use resync_hwa::Grouping;
use resync_hwa::oql::Condition;
use resync_hwa::wire::enums::CommonStatus;
use tokio::time::Instant;

use super::timetable::Task;
use super::{Halt, Poller};
use crate::engine::facts;

/// Engine's count minus ours, by status, where they differ.
type Difference = BTreeMap<Status, i64>;

/// What the comparisons have shown.
#[derive(Debug, Default)]
pub(super) struct Drift {
    step: Step,
    /// Differences that a sweep did not remove.
    accepted: Difference,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Step {
    #[default]
    Quiet,
    /// One difference was seen.
    Suspected,
    /// The statuses that differ were read.
    Repaired,
    /// A sweep was begun at this round.
    Swept(u64),
}

impl Poller {
    pub(super) async fn compare_counts(&mut self) -> Result<(), Halt> {
        self.timetable.postpone(Task::Counts, self.pace.counts);
        // News first, so that what just happened does not look like drift.
        Self::unless_refused(self.read_changes().await)?;
        let counted =
            self.calls.call(|client| async move { client.job_count(&[Grouping::Status]).await }).await?;
        let Some(groups) = counted.grouped_count.as_ref().and_then(by_status) else { return Ok(()) };
        let difference = difference(&groups, &self.roster.counts());
        if difference == self.drift.accepted {
            self.drift.step = Step::Quiet;
            return Ok(());
        }
        self.escalate(difference).await
    }

    async fn escalate(&mut self, difference: Difference) -> Result<(), Halt> {
        let soon = Instant::now() + self.pace.changes;
        self.drift.step = match self.drift.step {
            Step::Quiet => {
                self.read_active().await?;
                self.timetable.at(Task::Counts, Some(soon));
                Step::Suspected
            }
            Step::Suspected => {
                tracing::debug!(
                    ?difference,
                    "counts differ from what was read; reading those statuses again"
                );
                let words = difference.keys().map(|status| word(*status));
                let differing = Condition::one_of("jobruns.commonStatus", words)?;
                Self::unless_refused(self.read_jobs(differing.into()).await)?;
                self.follow_up();
                self.timetable.at(Task::Counts, Some(soon));
                Step::Repaired
            }
            Step::Repaired => {
                tracing::info!(
                    ?difference,
                    "counts still differ from what was read; reading everything again"
                );
                self.sweep_at_once();
                Step::Swept(self.sweep.rounds)
            }
            Step::Swept(round) if self.sweep.rounds == round => Step::Swept(round),
            Step::Swept(_) => {
                tracing::warn!(
                    ?difference,
                    "the engine counts other than it lists; this difference is ignored from now on"
                );
                self.drift.accepted = difference;
                Step::Quiet
            }
        };
        Ok(())
    }
}

/// Counts by the status to show. Group names may carry a prefix (`status=ERROR`); a name that is no status makes the
/// whole answer useless as a checksum.
fn by_status(groups: &BTreeMap<String, i64>) -> Option<BTreeMap<Status, u64>> {
    let mut counts = BTreeMap::new();
    for (name, count) in groups {
        let word = name.rsplit(['=', ':', ',', ' ']).next().unwrap_or(name);
        let status = facts::common_status(&CommonStatus::from(word))?;
        *counts.entry(status).or_default() += u64::try_from(*count).ok()?;
    }
    Some(counts)
}

fn difference(engine: &BTreeMap<Status, u64>, ours: &BTreeMap<Status, u64>) -> Difference {
    let signed = |counts: &BTreeMap<Status, u64>, status| {
        counts.get(status).map_or(0, |count| i64::try_from(*count).unwrap_or(i64::MAX))
    };
    engine
        .keys()
        .chain(ours.keys())
        .map(|status| (*status, signed(engine, status) - signed(ours, status)))
        .filter(|(_, difference)| *difference != 0)
        .collect()
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Waiting => "WAITING",
        Status::Ready => "READY",
        Status::Running => "RUNNING",
        Status::Successful => "SUCCESSFUL",
        Status::Error => "ERROR",
        Status::Canceled => "CANCELED",
        Status::Held => "HELD",
        Status::Undecided => "UNDECIDED",
        Status::Blocked => "BLOCKED",
        Status::Suppressed => "SUPPRESS",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_compared_by_status_whatever_the_groups_are_called() {
        let groups =
            |pairs: &[(&str, i64)]| pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        let engine =
            by_status(&groups(&[("status=ERROR", 4), ("WAITING", 30), ("WAITING_FOR_TRIGGER", 2)])).unwrap();
        let ours = BTreeMap::from([(Status::Error, 3), (Status::Waiting, 32), (Status::Running, 1)]);
        assert_eq!(difference(&engine, &ours), BTreeMap::from([(Status::Error, 1), (Status::Running, -1)]));
        assert!(by_status(&groups(&[("/AGT1", 4)])).is_none());
    }
}
