//! What stands before the store: while it is known to be out, operations fail at once with the reason.
//!
//! One operation that fails is only a suspicion; whether the store is out is said by whoever probes it.

use std::sync::Arc;

use resync_api::cache::model::StoreKind;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::store::{Answer, Cause, Store, StoreError};
use crate::telemetry;

/// The store, and whether it may be asked.
#[derive(Debug)]
pub(crate) struct Guard {
    store: Arc<dyn Store>,
    out: watch::Sender<Option<StoreError>>,
    suspicion: Notify,
}

impl Guard {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, out: watch::Sender::new(None), suspicion: Notify::new() }
    }

    /// The store itself, for those who watch over it.
    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    pub(crate) fn kind(&self) -> StoreKind {
        self.store.kind()
    }

    /// Runs one operation, unless the store is out or is found to be so meanwhile.
    pub(crate) async fn run<'a, T>(
        &'a self,
        operation: &'static str,
        ask: impl FnOnce(&'a dyn Store) -> Answer<'a, T>,
    ) -> Result<T, StoreError> {
        let started = Instant::now();
        let mut out = self.out.subscribe();
        let outcome = tokio::select! {
            biased;
            because = went_out(&mut out) => Err(because),
            outcome = ask(&*self.store) => {
                if outcome.as_ref().is_err_and(|error| error.cause != Cause::Busy) {
                    self.suspect();
                }
                outcome
            }
        };
        telemetry::operation(operation, started.elapsed(), outcome.as_ref().err().map(|error| error.cause));
        outcome
    }

    /// Waits until somebody has reason to think that the store is out.
    pub(crate) async fn suspected(&self) {
        self.suspicion.notified().await;
    }

    /// Reason to think so.
    pub(crate) fn suspect(&self) {
        self.suspicion.notify_one();
    }

    /// Makes operations fail with this from now on, or lets them through again.
    pub(crate) fn set_out(&self, because: Option<StoreError>) {
        self.out.send_if_modified(|out| {
            let changed = *out != because;
            *out = because;
            changed
        });
    }
}

/// Waits until the store is out.
async fn went_out(out: &mut watch::Receiver<Option<StoreError>>) -> StoreError {
    match out.wait_for(Option::is_some).await.map(|because| because.clone()) {
        Ok(Some(because)) => because,
        // The sender lives as long as the guard that awaits this.
        _ => std::future::pending().await,
    }
}
