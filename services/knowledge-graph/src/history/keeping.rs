//! The run history put together: the queue, the store, and the work in the background.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use resync_service_kit::shutdown::Drain;

use super::queue::RunQueue;
use super::retention::Retention;
use super::runs::{BATCH, RunStore};
use super::telemetry;
use crate::graphs::{Graphs, RunKeeper};
use crate::store::{Store, StoreError};

/// Runs that wait for the store: some hundred bytes each.
const WAITING: usize = 100_000;
/// Between two tries while the store is out, and between two looks for engines whose runs were not read yet.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two removals of runs that are kept no longer.
const PRUNING: Duration = Duration::from_secs(6 * 3_600);
/// A start is no time for it.
const FIRST_PRUNING: Duration = Duration::from_secs(60);
/// What the last runs may take to be written when the process ends.
const LAST_WRITE: Duration = Duration::from_secs(5);

/// Kept runs and their keeping. Clones are the same.
#[derive(Clone, Debug)]
pub struct History {
    runs: RunStore,
    queue: Arc<RunQueue>,
    retention: Retention,
}

impl History {
    /// Keeps runs in `store`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, retention: Retention) -> Self {
        telemetry::describe();
        Self { runs: RunStore::new(store), queue: Arc::new(RunQueue::new(WAITING)), retention }
    }

    /// What takes finished runs in.
    #[must_use]
    pub fn keeper(&self) -> Arc<dyn RunKeeper> {
        Arc::<RunQueue>::clone(&self.queue)
    }

    /// Kept runs.
    #[must_use]
    pub fn runs(&self) -> &RunStore {
        &self.runs
    }

    /// The work in the background, until the drain begins: writes runs, reads those of earlier days into `graphs`, removes
    /// what is kept no longer. What waits is written before it returns, if the store takes it soon.
    pub async fn run(self, graphs: Graphs, drain: Drain) {
        let work = async { tokio::join!(self.write(), self.recall(&graphs), self.prune()) };
        drain.unless_begun(work).await;
        match tokio::time::timeout(LAST_WRITE, self.write_all()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last finished runs were not kept"),
            Err(_) => tracing::warn!("the last finished runs were not kept in time"),
        }
    }

    async fn write(&self) {
        let mut out = false;
        loop {
            match self.write_all().await {
                Ok(()) => {
                    out = false;
                    self.queue.added().await;
                }
                Err(error) => {
                    if !std::mem::replace(&mut out, true) {
                        tracing::warn!(%error, "finished runs wait for the store");
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Writes until nothing waits.
    async fn write_all(&self) -> Result<(), StoreError> {
        while let Some(head) = self.queue.head(BATCH) {
            match self.runs.keep(&head.engine, head.zone, &head.runs).await {
                Ok(kept) => telemetry::kept(&head.engine, kept.new as u64),
                Err(error @ StoreError::Defect { .. }) => {
                    // It would be refused for ever, and everything behind it with it.
                    tracing::error!(%error, runs = head.runs.len(), "finished runs cannot be kept");
                    telemetry::dropped(&head.engine, head.runs.len() as u64);
                }
                Err(error) => return Err(error),
            }
            self.queue.done(&head);
        }
        Ok(())
    }

    async fn recall(&self, graphs: &Graphs) {
        loop {
            for (engine, zone) in graphs.forgetful() {
                match self.runs.recall(&engine, zone).await {
                    Ok(history) => {
                        tracing::info!(
                            engine,
                            jobs = history.job_count(),
                            "the runs of earlier days were read"
                        );
                        graphs.remember(&engine, history);
                    }
                    Err(error) => tracing::debug!(%error, engine, "the runs of earlier days are read later"),
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn prune(&self) {
        tokio::time::sleep(FIRST_PRUNING).await;
        loop {
            match self.runs.prune(self.retention, Utc::now()).await {
                Ok(0) => {}
                Ok(removed) => {
                    telemetry::pruned(removed);
                    tracing::info!(removed, "runs that are kept no longer were removed");
                }
                Err(error) => tracing::debug!(%error, "old runs are removed later"),
            }
            tokio::time::sleep(PRUNING).await;
        }
    }
}
