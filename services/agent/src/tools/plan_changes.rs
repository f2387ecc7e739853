//! What changed in the plan since a time.

use chrono::{DateTime, Utc};
use resync_api::tws::model::{ChangeKind, Freshness, ListChangesRequest, PlanChange};
use serde::{Deserialize, Serialize};

use super::{PlanReader, Tool};
use crate::error::Error;

/// Changes read.
const MAX_CHANGES: u32 = 2_000;
/// Changes in the result.
const MAX_SHOWN: usize = 40;

/// Read changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReadPlanChanges {
    /// Since when; unset: as far back as is remembered.
    pub(crate) since: Option<DateTime<Utc>>,
    /// Key of one object; empty: all.
    pub(crate) key: String,
}

/// The changes.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChangesReport {
    /// Since when: as asked, but never earlier than what is remembered.
    pub(crate) since: Option<DateTime<Utc>>,
    /// What was asked reaches further back than what is remembered.
    pub(crate) forgotten: bool,
    pub(crate) key: String,
    /// Newest first.
    pub(crate) changes: Vec<PlanChange>,
    pub(crate) total: usize,
    /// By kind, most first.
    pub(crate) by_kind: Vec<KindCount>,
    /// There were more than are read: the counts are what there is at least.
    pub(crate) at_least: bool,
    /// Not all are shown, or there were more than are read.
    pub(crate) truncated: bool,
    pub(crate) freshness: Freshness,
}

/// Changes of a kind.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct KindCount {
    pub(crate) kind: ChangeKind,
    pub(crate) count: usize,
}

impl Tool for ReadPlanChanges {
    const NAME: &'static str = "plan_changes";
    const DESCRIPTION: &'static str = "What changed in the plan since a time, newest first, by kind.";
    type Output = ChangesReport;

    async fn run(&self, plan: &PlanReader) -> Result<ChangesReport, Error> {
        let request = ListChangesRequest { engine: String::new(), since: self.since, limit: MAX_CHANGES };
        let found = plan.changes(request).await?;
        let mut changes: Vec<_> =
            found.changes.into_iter().filter(|change| concerns(change, &self.key)).collect();
        let total = changes.len();
        let by_kind = by_kind(&changes);
        changes.truncate(MAX_SHOWN);
        let since = self.since.max(found.remembered_since);
        Ok(ChangesReport {
            forgotten: self.since.is_some() && since != self.since,
            since,
            key: self.key.clone(),
            at_least: found.truncated,
            truncated: found.truncated || total > changes.len(),
            changes,
            total,
            by_kind,
            freshness: found.freshness,
        })
    }

    fn summary(report: &ChangesReport) -> String {
        format!("{} changes", report.total)
    }
}

/// A change of the object, or of a job of the job stream.
fn concerns(change: &PlanChange, key: &str) -> bool {
    let rest = change.key.strip_prefix(key);
    key.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn by_kind(changes: &[PlanChange]) -> Vec<KindCount> {
    let mut counts: Vec<KindCount> = Vec::new();
    for change in changes {
        match counts.iter_mut().find(|count| count.kind == change.kind) {
            Some(count) => count.count += 1,
            None => counts.push(KindCount { kind: change.kind, count: 1 }),
        }
    }
    counts.sort_by_key(|count| std::cmp::Reverse(count.count));
    counts
}
