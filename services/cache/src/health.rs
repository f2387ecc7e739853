//! Whether the store works: asked every few seconds, and at once when an operation has failed.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use chrono::Utc;
use resync_api::cache::model::{CacheHealth, StoreKind};
use resync_service_kit::shutdown::Drain;
use tokio::sync::watch;

use crate::guard::Guard;
use crate::store::{Condition, StoreError};
use crate::telemetry;

/// Between two looks while all is well.
const WELL: Duration = Duration::from_secs(3);
/// Between two looks while it is not.
const ILL: Duration = Duration::from_secs(1);
/// Least time between two looks: suspicions come in crowds.
const LEAST: Duration = Duration::from_millis(100);

/// What is known of the store's health.
#[derive(Debug)]
pub(crate) struct Health {
    state: RwLock<State>,
    serving: watch::Sender<bool>,
}

#[derive(Debug)]
struct State {
    condition: Condition,
    failing: Option<StoreError>,
    checked_at: chrono::DateTime<Utc>,
}

impl Health {
    /// What a store said when it was opened.
    pub(crate) fn new(condition: Condition) -> Self {
        telemetry::up(true);
        let state = State { checked_at: condition.checked_at, condition, failing: None };
        Self { state: RwLock::new(state), serving: watch::Sender::new(true) }
    }

    /// Whether the store works, and every change of that.
    pub(crate) fn serving(&self) -> watch::Receiver<bool> {
        self.serving.subscribe()
    }

    /// Watches over the store until the drain begins.
    pub(crate) async fn run(&self, guard: &Guard, drain: &Drain) {
        loop {
            let pause = if *self.serving.borrow() { WELL } else { ILL };
            if !drain.sleep(LEAST).await {
                return;
            }
            let wait = async {
                tokio::select! {
                    () = guard.suspected() => {}
                    () = tokio::time::sleep(pause.saturating_sub(LEAST)) => {}
                }
                guard.store().probe().await
            };
            let Some(outcome) = drain.unless_begun(wait).await else { return };
            self.note(guard, outcome);
        }
    }

    fn note(&self, guard: &Guard, outcome: Result<Condition, StoreError>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let before = state.failing.take();
        state.checked_at = Utc::now();
        match outcome {
            Ok(condition) => state.condition = condition,
            Err(error) => state.failing = Some(error),
        }
        let now = state.failing.clone();
        drop(state);
        match (&before, &now) {
            (None, Some(error)) => {
                tracing::error!(
                    cause = error.cause.reason(),
                    hint = error.cause.hint(),
                    "the store of the cache is out: {error}"
                );
            }
            (Some(_), None) => tracing::info!("the store of the cache works again"),
            _ => {}
        }
        telemetry::up(now.is_none());
        self.serving.send_if_modified(|serving| {
            let changed = *serving != now.is_none();
            *serving = now.is_none();
            changed
        });
        // A store that is full or refuses writes can still be read: each operation finds out for itself.
        guard.set_out(now.filter(|error| error.cause.is_outage()));
    }

    /// What people are told.
    pub(crate) fn report(&self, store: StoreKind) -> CacheHealth {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let condition = state.condition.clone();
        let (reason, message, hint) = match &state.failing {
            Some(error) => {
                (error.cause.reason().to_owned(), error.detail.clone(), error.cause.hint().to_owned())
            }
            None => Default::default(),
        };
        let serving = state.failing.is_none();
        let idempotency_warning = match &state.failing {
            Some(error) => format!("nothing can be claimed now: {error}"),
            None => condition.warning,
        };
        CacheHealth {
            serving,
            reason,
            message,
            hint,
            store,
            checked_at: state.checked_at,
            latency: condition.latency,
            version: condition.version,
            connected_clients: condition.connected_clients,
            used_memory_bytes: condition.used_bytes,
            max_memory_bytes: condition.max_bytes,
            eviction_policy: condition.eviction_policy,
            persistence: condition.persistence,
            idempotency_safe: serving && condition.keeps_records,
            idempotency_warning,
        }
    }
}
