//! Failures on their way from the export of a plan to whoever notes them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::failure::Failure;
use crate::figures;

/// Failures that wait; further ones are counted and dropped. They are seen again when the plan is next received whole.
const WAITING: usize = 20_000;

/// A bounded queue. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Inbox(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<VecDeque<Failure>>,
    news: Notify,
}

impl Inbox {
    fn waiting(&self) -> MutexGuard<'_, VecDeque<Failure>> {
        // Every change under the lock leaves it whole.
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reports failures.
    pub fn put(&self, failures: Vec<Failure>) {
        if failures.is_empty() {
            return;
        }
        let mut waiting = self.waiting();
        let room = WAITING.saturating_sub(waiting.len());
        let dropped = failures.len().saturating_sub(room);
        waiting.extend(failures.into_iter().take(room));
        drop(waiting);
        if dropped > 0 {
            metrics::counter!(figures::FAILURES_DROPPED, "reason" => "queue").increment(dropped as u64);
            tracing::warn!(dropped, "failures wait to be noted as incidents, and more were dropped");
        }
        self.0.news.notify_one();
    }

    /// Gives back failures that could not be noted, before all others.
    pub(super) fn put_back(&self, failures: Vec<Failure>) {
        let mut waiting = self.waiting();
        for failure in failures.into_iter().rev() {
            waiting.push_front(failure);
        }
        waiting.truncate(WAITING);
    }

    /// The next failures of one engine, at most so many; empty when none waits.
    pub(super) fn take(&self, most: usize) -> Vec<Failure> {
        let mut waiting = self.waiting();
        let Some(engine) = waiting.front().map(|failure| failure.engine.clone()) else { return Vec::new() };
        let of_engine = waiting.iter().take(most).take_while(|failure| failure.engine == engine).count();
        waiting.drain(..of_engine).collect()
    }

    /// Waits until something is reported.
    pub(super) async fn news(&self) {
        if self.waiting().is_empty() {
            self.0.news.notified().await;
        }
    }
}
