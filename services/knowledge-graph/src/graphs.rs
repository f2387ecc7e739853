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
const RUNS_KEPT: usize = 45;
/// Runs that wait for the time zone of their engine to become known; beyond it the oldest are dropped.
const WAITING_RUNS: usize = 100_000;
/// Questions computed at once; others wait for their turn.
const AT_ONCE: usize = 4;

/// Where finished runs are kept beyond this process.
pub trait RunKeeper: Send + Sync + std::fmt::Debug {
    /// Keeps runs that were seen to end. Called off the runtime's threads; it may take its time.
    fn keep(&self, engine: &str, runs: &[FinishedRun]);
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
    waiting: Vec<FinishedRun>,
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
        // Every change under the lock is a single assignment, so that a panic elsewhere leaves it whole.
        self.engines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in runs of earlier days, in the order of their ends, such as a store has kept them.
    pub fn remember(&self, engine: &str, runs: Vec<FinishedRun>) {
        let mut engines = self.engines();
        let known = engines.entry(engine.to_owned()).or_default();
        let Some(history) = known.history.clone() else {
            known.waiting.extend(runs);
            let surplus = known.waiting.len().saturating_sub(WAITING_RUNS);
            known.waiting.drain(..surplus);
            return;
        };
        drop(engines);
        record(&history, &runs);
    }

    /// Publishes a version of an engine's graph, and the runs it showed to have ended.
    pub(crate) fn publish(&self, engine: &str, graph: Graph, finished: &[FinishedRun]) {
        let zone = graph.freshness().time_zone.parse().unwrap_or(Tz::UTC);
        let mut engines = self.engines();
        let known = engines.entry(engine.to_owned()).or_default();
        let history =
            known.history.get_or_insert_with(|| Arc::new(RwLock::new(RunHistory::new(zone, RUNS_KEPT))));
        let history = Arc::clone(history);
        let waiting = std::mem::take(&mut known.waiting);
        known.graph = Some(Received { graph, at: Instant::now() });
        known.cause.clear();
        drop(engines);
        record(&history, &waiting);
        if !finished.is_empty() {
            record(&history, finished);
            if let Some(keeper) = &self.keeper {
                keeper.keep(engine, finished);
            }
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

fn record(history: &RwLock<RunHistory>, runs: &[FinishedRun]) {
    let mut history = history.write().unwrap_or_else(PoisonError::into_inner);
    for run in runs {
        let seconds = (run.ended - run.started).num_milliseconds() as f32 / 1000.0;
        history.record(&run.job, run.scheduled_time.unwrap_or(run.started), seconds, run.succeeded);
    }
}
