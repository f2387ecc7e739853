//! The newest graph of every engine, with what its earlier runs say, for everybody who asks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use chrono::{TimeDelta, Utc};
use chrono_tz::Tz;
use tokio::sync::Semaphore;

use crate::error::Error;
use crate::topology::{DurationHistory, FinishedRun, Graph, RunHistory};

/// The engine that plain settings without a name stand for.
const DEFAULT_ENGINE: &str = "default";
/// Latest runs remembered of each job, enough for two ends of a month.
pub const RUNS_REMEMBERED: usize = 45;
/// Runs seen to end while those of earlier days are still read from the store; beyond it the oldest are dropped, which
/// makes forecasts poorer and loses nothing that is kept.
const RECENT_RUNS: usize = 100_000;
/// Questions computed at once; others wait for their turn.
const AT_ONCE: usize = 4;

/// Where finished runs are kept beyond this process.
pub trait RunKeeper: Send + Sync + std::fmt::Debug {
    /// Keeps runs that were seen to end, in the order of their ends, by the days of `zone`. Called off the runtime's
    /// threads. Runs may be among them that were given to another process before.
    fn keep(&self, engine: &str, zone: Tz, runs: &[FinishedRun]);
}

/// The newest graph of every engine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Graphs {
    engines: Arc<Mutex<BTreeMap<String, Engine>>>,
    turns: Arc<Semaphore>,
    keeper: Option<Arc<dyn RunKeeper>>,
}

#[derive(Debug, Default)]
struct Engine {
    graph: Option<Received>,
    history: Option<Arc<RwLock<RunHistory>>>,
    /// Of its days.
    zone: Option<Tz>,
    /// Runs of earlier days were taken in.
    remembered: bool,
    /// Runs that ended before that.
    recent: Vec<FinishedRun>,
    cause: String,
}

/// A version of the graph, and when it came.
#[derive(Clone, Debug)]
struct Received {
    graph: Graph,
    at: Instant,
}

impl Default for Graphs {
    fn default() -> Self {
        Self { engines: Arc::default(), turns: Arc::new(Semaphore::new(AT_ONCE)), keeper: None }
    }
}

impl Graphs {
    /// None yet; finished runs are also given to `keeper`.
    #[must_use]
    pub fn keeping(keeper: Arc<dyn RunKeeper>) -> Self {
        Self { keeper: Some(keeper), ..Self::default() }
    }

    fn engines(&self) -> MutexGuard<'_, BTreeMap<String, Engine>> {
        // Every change under the lock leaves it whole, so that a panic elsewhere does not matter.
        self.engines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Engines whose kept runs of earlier days were not taken in yet, with the time zone of their days.
    #[must_use]
    pub fn forgetful(&self) -> Vec<(String, Tz)> {
        let engines = self.engines();
        let waiting = engines.iter().filter(|(_, engine)| !engine.remembered);
        waiting.filter_map(|(name, engine)| Some((name.clone(), engine.zone?))).collect()
    }

    /// Takes in the runs of earlier days, such as a store has kept them; those that ended since are added to them.
    pub fn remember(&self, engine: &str, mut history: RunHistory) {
        let mut engines = self.engines();
        let Some(known) = engines.get_mut(engine) else { return };
        for run in std::mem::take(&mut known.recent) {
            history.take(&run);
        }
        known.history = Some(Arc::new(RwLock::new(history)));
        known.remembered = true;
    }

    /// Publishes a version of an engine's graph, and the runs it showed to have ended, which need not be new.
    pub(crate) fn publish(&self, engine: &str, graph: Graph, mut finished: Vec<FinishedRun>) {
        let zone = graph.freshness().time_zone.parse().unwrap_or(Tz::UTC);
        finished.sort_by_key(|run| run.ended);
        let mut engines = self.engines();
        let known = engines.entry(engine.to_owned()).or_default();
        let history = known
            .history
            .get_or_insert_with(|| Arc::new(RwLock::new(RunHistory::new(zone, RUNS_REMEMBERED))));
        let history = Arc::clone(history);
        known.zone = Some(zone);
        known.graph = Some(Received { graph, at: Instant::now() });
        known.cause.clear();
        if self.keeper.is_some() && !known.remembered {
            known.recent.extend_from_slice(&finished);
            let surplus = known.recent.len().saturating_sub(RECENT_RUNS);
            known.recent.drain(..surplus);
        }
        drop(engines);
        if finished.is_empty() {
            return;
        }
        let mut history = history.write().unwrap_or_else(PoisonError::into_inner);
        finished.retain(|run| history.take(run));
        drop(history);
        if let Some(keeper) = &self.keeper {
            keeper.keep(engine, zone, &finished);
        }
    }

    /// The bridge does not answer for this engine: what is known grows old.
    pub(crate) fn lost(&self, engine: &str, cause: &str) {
        let mut engines = self.engines();
        let known = engines.entry(engine.to_owned()).or_default();
        cause.clone_into(&mut known.cause);
    }

    /// The engine is not configured any more.
    pub(crate) fn keep_only(&self, engines: &[String]) {
        self.engines().retain(|name, _| engines.contains(name));
    }

    /// The engine that `name` stands for: itself, or when empty the only one or `default`.
    ///
    /// # Errors
    /// When the name is empty and it is not clear which is meant.
    pub fn engine(&self, name: &str, may_see: impl Fn(&str) -> bool) -> Result<String, Error> {
        if !name.is_empty() {
            return Ok(name.to_owned());
        }
        let engines = self.engines();
        let only = engines.len() == 1;
        let meant = engines.keys().find(|name| (only || *name == DEFAULT_ENGINE) && may_see(name));
        meant.cloned().ok_or_else(|| Error::EngineNotNamed {
            known: engines.keys().filter(|name| may_see(name)).cloned().collect(),
        })
    }

    /// The newest graph of every engine, and when it came.
    pub(crate) fn versions(&self) -> Vec<(String, Graph, Instant)> {
        let engines = self.engines();
        let received = |(name, known): (&String, &Engine)| {
            let received = known.graph.as_ref()?;
            Some((name.clone(), received.graph.clone(), received.at))
        };
        engines.iter().filter_map(received).collect()
    }

    /// The newest graph of an engine, by its clock now, and its history.
    fn newest(&self, engine: &str) -> Result<(Graph, Arc<RwLock<RunHistory>>), Error> {
        let engines = self.engines();
        let not_received =
            |cause: &str| Error::NotReceived { engine: engine.to_owned(), cause: cause.to_owned() };
        let known = engines.get(engine).ok_or_else(|| not_received(""))?;
        let (Some(received), Some(history)) = (&known.graph, &known.history) else {
            return Err(not_received(&known.cause));
        };
        let passed = TimeDelta::from_std(received.at.elapsed()).unwrap_or_default();
        let mut freshness = received.graph.freshness().clone();
        freshness.engine_time += passed;
        if !known.cause.is_empty() && freshness.stale_since.is_none() {
            freshness.stale_since = Some(Utc::now() - passed);
            freshness.stale_reason.clone_from(&known.cause);
        }
        Ok((received.graph.with_freshness(freshness), Arc::clone(history)))
    }

    /// Computes over the newest graph of an engine, away from the runtime's threads.
    ///
    /// # Errors
    /// When the graph was not received yet, or what the computation says.
    pub async fn ask<T, F>(&self, engine: &str, compute: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Graph, &dyn DurationHistory) -> Result<T, Error> + Send + 'static,
    {
        let (graph, history) = self.newest(engine)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Error::Stopping)?;
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let history = history.read().unwrap_or_else(PoisonError::into_inner);
            compute(&graph, &*history)
        });
        work.await.map_err(|_| Error::Stopping)?
    }
}
