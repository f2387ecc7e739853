//! How long runs are kept, and the removal of those kept no longer, in bounded batches.

use chrono::{DateTime, TimeDelta, Utc};

use super::runs::{BATCH, RunStore};
use crate::store::schema::RUN;
use crate::store::{Batch, Condition, MAX_PAGE, Order, Query, StoreError, Value, Write, time_text};

/// How long runs are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Days since the end.
    pub days: u32,
    /// Runs of each job, the latest.
    pub runs_per_job: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { days: 200, runs_per_job: 1_000 }
    }
}

impl RunStore {
    /// Removes runs that are kept no longer; says how many. Of jobs with too many runs at most some ten thousand are looked
    /// at, those with the most; the next time goes on.
    ///
    /// # Errors
    /// When the store cannot be used; what was removed stays removed.
    pub async fn prune(&self, retention: Retention, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let before = now - TimeDelta::days(i64::from(retention.days));
        let old = Query::of(RUN).and(Condition::Below("ended_at", time_text(before).into()));
        let mut removed = self.remove(old, u64::MAX).await?;
        let most = u64::from(retention.runs_per_job);
        let counts = self.store.count(Query::of(RUN).limit(MAX_PAGE), &["engine", "job"]).await?;
        for count in counts.into_iter().take_while(|count| count.records > most) {
            let [Some(Value::Text(engine)), Some(Value::Text(job))] = &count.values[..] else { continue };
            let runs = Query::of(RUN).is("engine", engine.as_str()).is("job", job.as_str());
            removed += self.remove(runs, count.records - most).await?;
        }
        Ok(removed)
    }

    /// Removes the runs of a search, oldest end first, at most so many.
    async fn remove(&self, query: Query, most: u64) -> Result<u64, StoreError> {
        let mut removed = 0;
        while removed < most {
            let size = u32::try_from(most - removed).unwrap_or(u32::MAX).min(BATCH as u32);
            let runs = self.store.find(query.clone().order(Order::Up("ended_at")).limit(size)).await?;
            if runs.is_empty() {
                break;
            }
            removed += runs.len() as u64;
            let writes = runs.into_iter().map(|record| Write::Delete(RUN, record.key));
            self.store.commit(Batch(writes.collect())).await?;
        }
        Ok(removed)
    }
}
