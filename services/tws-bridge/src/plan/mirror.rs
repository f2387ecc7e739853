//! The one writer of a plan: applies batches to its own copy and publishes the result to readers.
//!
//! Applying copies only the chunks that change; readers keep the version they took for as long as they need it.

mod apply;
mod clockwork;
mod differences;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use resync_api::tws::model::{ChangeKind, PlanChange};

use super::change_log::ChangeLog;
use super::edges::{DetailIndex, Node};
use super::packed::Stamps;
use super::snapshot::Snapshot;
use super::update::{EngineState, PlanIdentity, Update};

/// The writer's copy of a plan with what only a writer needs.
#[derive(Debug)]
struct Draft {
    plan: Snapshot,
    details: DetailIndex,
    /// Owners of edges to plan ids that have no row yet.
    waiting_for: HashMap<String, Vec<Node>>,
}

impl Draft {
    fn new(engine: &Arc<str>, stamps: Stamps) -> Self {
        Self {
            plan: Snapshot::empty(Arc::clone(engine), stamps),
            details: DetailIndex::default(),
            waiting_for: HashMap::new(),
        }
    }
}

/// The single writer of one engine's mirror.
pub struct Mirror {
    current: Draft,
    /// The plan that will follow, while it is being read.
    next: Option<Draft>,
    version: u64,
    late: HashSet<u32>,
    long_running: HashSet<u32>,
    shared: Reader,
    notify: Box<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mirror")
            .field("engine", &self.current.plan.engine)
            .field("version", &self.version)
            .field("jobs", &self.current.plan.job_count())
            .finish_non_exhaustive()
    }
}

/// What applying a batch did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Version that readers see now.
    pub version: u64,
    /// Changes reported to subscribers.
    pub changes: usize,
}

impl Mirror {
    /// An empty mirror. `notify` is called after each publication and must not block.
    #[must_use]
    pub fn new(engine: EngineState, now: DateTime<Utc>, notify: impl Fn() + Send + Sync + 'static) -> Self {
        let name: Arc<str> = engine.engine.as_str().into();
        let current = Draft::new(&name, Stamps::since(now));
        let shared = Reader {
            snapshot: Arc::new(ArcSwap::from_pointee(current.plan.clone())),
            engine: Arc::new(ArcSwap::from_pointee(engine)),
            changes: Arc::new(Mutex::new(ChangeLog::new(now))),
        };
        Self {
            current,
            next: None,
            version: 0,
            late: HashSet::new(),
            long_running: HashSet::new(),
            shared,
            notify: Box::new(notify),
        }
    }

    /// The readers' side.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.shared.clone()
    }

    /// What readers see now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.snapshot()
    }

    /// Applies a batch and publishes the result.
    pub fn apply(&mut self, update: Update) -> Applied {
        if let Some(identity) = &update.begins_plan {
            let mut draft = Draft::new(&self.current.plan.engine, self.current.plan.stamps);
            draft.plan.identity = identity.clone();
            self.next = Some(draft);
        }
        let (completes, engine_time) = (update.completes_plan, update.engine_time);
        if let Some(next) = &mut self.next {
            // Nobody sees this plan yet: rows that appear in it are no changes.
            next.apply(update, &mut Vec::new());
            return if completes { self.adopt(engine_time) } else { self.unchanged() };
        }
        let mut found = Vec::new();
        let changed = self.current.apply(update, &mut found);
        if completes && !self.current.plan.complete {
            return self.adopt(engine_time);
        }
        if changed {
            self.version += 1;
        }
        if !self.current.plan.complete {
            found.clear();
        }
        self.publish(found)
    }

    /// The plan that was read takes the place of the current one.
    fn adopt(&mut self, engine_time: DateTime<Utc>) -> Applied {
        let replaced = self.current.plan.complete;
        let before = self.current.plan.identity.clone();
        let generation = self.current.plan.generation + 1;
        if let Some(next) = self.next.take() {
            self.current = next;
        }
        self.current.plan.generation = generation;
        self.current.plan.complete = true;
        self.version += 1;
        self.remember_clockwork(engine_time);
        self.log().begin(engine_time);
        let change = PlanChange {
            kind: ChangeKind::PlanReplaced,
            plan_version: self.version,
            time: engine_time,
            object: format!("engines/{}", self.current.plan.engine),
            key: self.current.plan.engine.to_string(),
            before: plan_word(&before),
            after: plan_word(&self.current.plan.identity),
        };
        self.publish(if replaced { vec![change] } else { Vec::new() })
    }

    /// Tells readers how the engine does.
    pub fn set_engine(&mut self, state: EngineState) {
        let before = self.shared.engine();
        let kind = match (before.unreachable_since, state.unreachable_since) {
            (None, Some(_)) => Some(ChangeKind::EngineUnreachable),
            (Some(_), None) => Some(ChangeKind::EngineRecovered),
            _ => None,
        };
        let word = |state: &EngineState| if state.reachable { "reachable" } else { "unreachable" }.to_owned();
        let change = kind.map(|kind| PlanChange {
            kind,
            plan_version: self.version,
            time: state.unreachable_since.or(before.unreachable_since).unwrap_or_default() + state.clock_skew,
            object: format!("engines/{}", state.engine),
            key: state.engine.clone(),
            before: word(&before),
            after: word(&state),
        });
        self.shared.engine.store(Arc::new(state));
        if let Some(change) = change {
            self.log().push(change);
            (self.notify)();
        }
    }

    fn publish(&mut self, mut found: Vec<PlanChange>) -> Applied {
        self.current.plan.version = self.version;
        for change in &mut found {
            change.plan_version = self.version;
        }
        let changes = found.len();
        // The snapshot first: whoever reads of a change finds it in the plan.
        self.shared.snapshot.store(Arc::new(self.current.plan.clone()));
        let mut log = self.log();
        found.into_iter().for_each(|change| log.push(change));
        drop(log);
        (self.notify)();
        Applied { version: self.version, changes }
    }

    fn unchanged(&self) -> Applied {
        Applied { version: self.version, changes: 0 }
    }

    fn log(&self) -> MutexGuard<'_, ChangeLog> {
        self.shared.changes()
    }
}

fn plan_word(identity: &PlanIdentity) -> String {
    if identity.run_number > 0 {
        format!("run number {}", identity.run_number)
    } else {
        identity.plan_id.clone()
    }
}

/// The readers' side of a mirror: cheap to clone, never waits for the writer.
#[derive(Clone, Debug)]
pub struct Reader {
    snapshot: Arc<ArcSwap<Snapshot>>,
    engine: Arc<ArcSwap<EngineState>>,
    changes: Arc<Mutex<ChangeLog>>,
}

impl Reader {
    /// The latest version of the plan.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// What is known of the engine.
    #[must_use]
    pub fn engine(&self) -> Arc<EngineState> {
        self.engine.load_full()
    }

    /// The memory of changes; hold it briefly.
    pub fn changes(&self) -> MutexGuard<'_, ChangeLog> {
        // A panic elsewhere cannot leave the log half written: each push is complete in itself.
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
