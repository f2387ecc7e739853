//! Finished runs in the store: written once each, listed, and read by job.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use resync_api::history::model::{FinishedRun, RunPage, RunSearch};

use super::HistoryError;
use super::rows::{self, Row};
use crate::page_token;
use crate::store::schema::RUN;
use crate::store::{Batch, Condition, Order, Query, Store, StoreError, Write, time_text};
use crate::topology;

/// Runs of one write.
pub(super) const BATCH: usize = 500;
/// Runs of a job that figures are made of, the latest.
const LOOKED_AT: u32 = 2_000;
const DEFAULT_PAGE: u32 = 100;
const MAX_PAGE: u32 = 1_000;

/// Kept runs. Clones are the same.
#[derive(Clone, Debug)]
pub struct RunStore {
    pub(super) store: Arc<dyn Store>,
}

/// What came of keeping runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Were not in the store.
    pub new: usize,
    /// Were there already.
    pub known: usize,
}

/// The latest runs of one job.
#[derive(Clone, Debug, PartialEq)]
pub struct JobRuns {
    /// Latest end first.
    pub runs: Vec<FinishedRun>,
    /// More are kept.
    pub truncated: bool,
    /// Of the engine, when the latest was seen; UTC when there is none.
    pub zone: Tz,
}

impl RunStore {
    /// Runs in `store`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Keeps runs of one engine, each once however often it is given. When it answers, they are durable.
    ///
    /// # Errors
    /// When the store cannot be used; some of the runs may be kept then.
    pub async fn keep(
        &self,
        engine: &str,
        zone: Tz,
        runs: &[topology::FinishedRun],
    ) -> Result<Kept, StoreError> {
        let mut kept = Kept::default();
        for runs in runs.chunks(BATCH) {
            let rows: BTreeMap<String, Row> = runs
                .iter()
                .map(|run| rows::seen(engine, zone, run))
                .map(|row| (row.run.run_id.clone(), row))
                .collect();
            let keys = rows.keys().map(|key| key.as_str().into()).collect();
            let there = self.store.find(Query::of(RUN).and(Condition::OneOf("key", keys))).await?;
            let there: BTreeSet<String> = there.into_iter().map(|record| record.key).collect();
            let new = rows.values().filter(|row| !there.contains(&row.run.run_id));
            // Another process may keep the same run at the same time.
            let writes = new.map(|row| Ok(Write::Put(rows::write(row)?)));
            let batch = Batch(writes.collect::<Result<Vec<_>, StoreError>>()?);
            kept.new += batch.0.len();
            kept.known += runs.len() - batch.0.len();
            if !batch.0.is_empty() {
                self.store.commit(batch).await?;
            }
        }
        Ok(kept)
    }

    /// A page of runs of one engine, the latest end first.
    ///
    /// # Errors
    /// When the token is not one of this list, or the store cannot be used.
    pub async fn list(&self, search: &RunSearch) -> Result<RunPage, HistoryError> {
        let RunSearch { engine, job, from, until, status, page_size, page_token } = search;
        let size = if *page_size == 0 { DEFAULT_PAGE } else { (*page_size).min(MAX_PAGE) };
        let after = page_token::parse(page_token).ok_or(HistoryError::PageToken)?;
        let mut query = ended_within(Query::of(RUN).is("engine", engine.as_str()), *from, *until);
        if !job.is_empty() {
            query = query.is("job", job.as_str());
        }
        if let Some(status) = status {
            query = query.is("status", rows::word(*status));
        }
        let query = query.order(Order::Down("ended_at")).limit(size).after(after);
        let records = self.store.find(query.clone()).await?;
        let full = records.len() == size as usize;
        let next = records.last().filter(|_| full).map(|last| page_token::write(&query.cursor(last)));
        let runs = records.iter().map(|record| Ok(rows::read(record)?.run));
        Ok(RunPage {
            runs: runs.collect::<Result<_, StoreError>>()?,
            next_page_token: next.unwrap_or_default(),
        })
    }

    /// The latest runs of a job, at most 2000.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn of_job(
        &self,
        engine: &str,
        job: &str,
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
    ) -> Result<JobRuns, StoreError> {
        let query = ended_within(Query::of(RUN).is("engine", engine).is("job", job), from, until);
        let mut records = self.store.find(query.order(Order::Down("ended_at")).limit(LOOKED_AT + 1)).await?;
        let truncated = records.len() > LOOKED_AT as usize;
        records.truncate(LOOKED_AT as usize);
        let rows = records.iter().map(rows::read).collect::<Result<Vec<_>, _>>()?;
        let zone = rows.first().map_or(Tz::UTC, Row::zone);
        Ok(JobRuns { runs: rows.into_iter().map(|row| row.run).collect(), truncated, zone })
    }
}

fn ended_within(query: Query, from: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>) -> Query {
    let from = from.map(|from| Condition::AtLeast("ended_at", time_text(from).into()));
    let until = until.map(|until| Condition::Below("ended_at", time_text(until).into()));
    from.into_iter().chain(until).fold(query, Query::and)
}
