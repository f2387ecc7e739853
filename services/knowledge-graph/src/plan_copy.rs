//! The copy of the live plan in the store, for people's own queries. Nothing of this product reads it.
//!
//! The first copy is made in bounded batches with pauses between them; later ones write what differs. A marker for each
//! engine says which version of the plan the copy stands at and who writes it: every batch renews it, so that two
//! processes never write the same copy at the same time, and one that was overtaken notices with its next batch.

mod records;
mod known;
mod round;
mod copy;

pub use copy::PlanCopy;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use resync_service_kit::shutdown::Drain;

use crate::figures;
use crate::graphs::Graphs;
use crate::store::Store;

/// A round waits at least so many times as long as the last one took.
const ROUND_SHARE: u32 = 3;
/// After a failure.
const RETRY: Duration = Duration::from_secs(10);
/// For telling others that this process writes no more.
const GOODBYE: Duration = Duration::from_secs(2);

/// How the plan is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanCopyConfig {
    /// Between two looks at what differs.
    pub interval: Duration,
}

/// Copies the plans of all engines.
#[derive(Debug)]
pub struct PlanCopier {
    graphs: Graphs,
    store: Arc<dyn Store>,
    writer: String,
    config: PlanCopyConfig,
    copies: BTreeMap<String, Followed>,
}

#[derive(Debug)]
struct Followed {
    copy: PlanCopy,
    /// When the version came that was copied last.
    copied: Option<Instant>,
}

impl PlanCopier {
    /// Copies `graphs` into `store`; `writer` tells this process apart from others that do the same.
    #[must_use]
    pub fn new(graphs: Graphs, store: Arc<dyn Store>, writer: String, config: PlanCopyConfig) -> Self {
        figures::describe();
        Self { graphs, store, writer, config, copies: BTreeMap::new() }
    }

    /// Copies until the drain begins.
    pub async fn run(mut self, drain: Drain) {
        drain.unless_begun(self.follow()).await;
        let release = async {
            for followed in self.copies.values_mut() {
                followed.copy.release().await;
            }
        };
        if tokio::time::timeout(GOODBYE, release).await.is_err() {
            tracing::debug!("the store was not told that this process copies no more");
        }
    }

    async fn follow(&mut self) {
        loop {
            let started = Instant::now();
            let sound = self.copy_all().await;
            let pause = if sound { self.config.interval } else { RETRY.max(self.config.interval) };
            tokio::time::sleep(pause.max(started.elapsed() * ROUND_SHARE)).await;
        }
    }

    /// Whether nothing failed.
    async fn copy_all(&mut self) -> bool {
        let mut sound = true;
        let versions = self.graphs.versions();
        let left = |engine: &&String| !versions.iter().any(|(known, ..)| known == *engine);
        for engine in self.copies.keys().filter(left).cloned().collect::<Vec<_>>() {
            if let Some(mut gone) = self.copies.remove(&engine) {
                gone.copy.release().await;
            }
        }
        for (engine, graph, at) in versions {
            let followed = self.copies.entry(engine.clone()).or_insert_with(|| Followed {
                copy: PlanCopy::new(Arc::clone(&self.store), engine.clone(), self.writer.clone()),
                copied: None,
            });
            let outcome = if followed.copied == Some(at) {
                followed.copy.renew().await
            } else {
                followed.copy.bring_up_to(&graph).await
            };
            match outcome {
                Ok(true) => followed.copied = Some(at),
                Ok(false) => followed.copied = None,
                Err(error) => {
                    followed.copied = None;
                    sound = false;
                    tracing::warn!(engine, %error, "the copy of the plan in the store is not up to date");
                }
            }
        }
        sound
    }
}
