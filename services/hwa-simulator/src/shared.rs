//! What the listeners, the clock's task and the control handle share.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::config::SpecVariant;
use crate::engine::Engine;
use crate::faults::FaultBox;
use crate::incidents::Planted;

/// How the REST layer behaves, changeable while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switches {
    /// Which specification is served.
    pub variant: SpecVariant,
    /// Shape of error bodies.
    pub error_bodies: ErrorBodies,
    /// Fill `dependencies` in lists, as some engines do.
    pub dependencies_in_lists: bool,
}

/// Shape of error bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorBodies {
    /// `{"messages": […]}`.
    Json,
    /// The message alone.
    Text,
    /// An HTML page around the message.
    Html,
}

/// One changing call, as it arrived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Position in the log, from 1.
    pub number: u64,
    /// The engine's clock.
    pub at: chrono::DateTime<chrono::Utc>,
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The request's body.
    pub body: String,
    /// `Justification-*` headers.
    pub justification: BTreeMap<String, String>,
    /// Status of the answer.
    pub status: u16,
}

/// The newest effects; older ones fall out, which `number` shows.
const EFFECTS_KEPT: usize = 10_000;
/// Distinct request paths counted; identifiers are folded, so real clients stay far below.
const PATHS_COUNTED: usize = 1_000;

#[derive(Debug)]
pub(crate) struct Shared {
    engine: RwLock<Engine>,
    pub(crate) planted: Vec<Planted>,
    pub(crate) clock: Clock,
    pub(crate) faults: FaultBox,
    pub(crate) credentials: Credentials,
    pub(crate) tls: bool,
    switches: RwLock<Switches>,
    effects: Mutex<(u64, std::collections::VecDeque<Effect>)>,
    requests: Mutex<BTreeMap<String, u64>>,
}

/// Who may call the REST API.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: SecretString,
    pub(crate) tokens: Vec<SecretString>,
}

impl Shared {
    pub(crate) fn new(
        engine: Engine,
        planted: Vec<Planted>,
        clock: Clock,
        credentials: Credentials,
        tls: bool,
        variant: SpecVariant,
    ) -> Self {
        Self {
            engine: RwLock::new(engine),
            planted,
            clock,
            faults: FaultBox::default(),
            credentials,
            tls,
            switches: RwLock::new(Switches {
                variant,
                error_bodies: ErrorBodies::Json,
                dependencies_in_lists: false,
            }),
            effects: Mutex::new((0, std::collections::VecDeque::new())),
            requests: Mutex::new(BTreeMap::new()),
        }
    }

    pub(crate) fn engine(&self) -> RwLockReadGuard<'_, Engine> {
        self.engine.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn engine_mut(&self) -> RwLockWriteGuard<'_, Engine> {
        self.engine.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the engine live up to its clock.
    pub(crate) fn catch_up(&self) {
        let now = self.clock.now();
        if self.engine().now < now {
            self.engine_mut().advance(now);
        }
    }

    pub(crate) fn step(&self, by: Duration) {
        self.clock.step(by);
        self.catch_up();
    }

    pub(crate) fn switches(&self) -> Switches {
        *self.switches.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_switches(&self, switches: Switches) {
        *self.switches.write().unwrap_or_else(PoisonError::into_inner) = switches;
    }

    pub(crate) fn record(&self, mut effect: Effect) {
        let mut effects = self.effects.lock().unwrap_or_else(PoisonError::into_inner);
        effects.0 += 1;
        effect.number = effects.0;
        if effects.1.len() == EFFECTS_KEPT {
            effects.1.pop_front();
        }
        effects.1.push_back(effect);
    }

    pub(crate) fn effects(&self) -> Vec<Effect> {
        self.effects.lock().unwrap_or_else(PoisonError::into_inner).1.iter().cloned().collect()
    }

    pub(crate) fn count_request(&self, method: &str, path: &str) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let key = format!("{method} {path}");
        if requests.len() < PATHS_COUNTED || requests.contains_key(&key) {
            *requests.entry(key).or_default() += 1;
        }
    }

    pub(crate) fn requests(&self) -> BTreeMap<String, u64> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
