//! Failures on their way from the export of a plan to whoever notes them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

use super::failure::Failure;
use crate::figures;

/// Failures that wait; further ones are counted and dropped. They are seen again when the plan is next received whole.
const WAITING: usize = 20_000;

/// A failure that was reported.
#[derive(Clone, Debug)]
pub(super) struct Reported {
    pub(super) failure: Failure,
    /// When; it stays so when it is given back.
    pub(super) since: Instant,
}

/// A bounded queue. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Inbox(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<VecDeque<Reported>>,
    news: Notify,
}

impl Inbox {
    fn waiting(&self) -> MutexGuard<'_, VecDeque<Reported>> {
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
        let since = Instant::now();
        waiting.extend(failures.into_iter().take(room).map(|failure| Reported { failure, since }));
        drop(waiting);
        if dropped > 0 {
            metrics::counter!(figures::FAILURES_DROPPED, "reason" => "queue").increment(dropped as u64);
            tracing::warn!(dropped, "failures wait to be noted as incidents, and more were dropped");
        }
        self.0.news.notify_one();
    }

    /// Gives back failures that could not be noted, before all others.
    pub(super) fn put_back(&self, failures: Vec<Reported>) {
        let mut waiting = self.waiting();
        for failure in failures.into_iter().rev() {
            waiting.push_front(failure);
        }
        waiting.truncate(WAITING);
    }

    /// The next failures of one engine, at most so many; empty when none waits.
    pub(super) fn take(&self, most: usize) -> Vec<Reported> {
        let mut waiting = self.waiting();
        let Some(engine) = waiting.front().map(|first| first.failure.engine.clone()) else {
            return Vec::new();
        };
        let of_engine = waiting.iter().take(most).take_while(|one| one.failure.engine == engine).count();
        waiting.drain(..of_engine).collect()
    }

    /// Waits until something is reported.
    pub(super) async fn news(&self) {
        if self.waiting().is_empty() {
            self.0.news.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::failure::tests::failure;

    #[test]
    fn what_is_given_back_comes_first_and_has_waited_since_it_was_reported() {
        let inbox = Inbox::default();
        inbox.put(vec![failure("A", 1), failure("B", 2)]);
        let other = Failure { engine: "other".to_owned(), ..failure("C", 3) };
        inbox.put(vec![failure("D", 4), other]);
        let jobs = |some: &[Reported]| some.iter().map(|one| one.failure.job_number).collect::<Vec<_>>();
        let first = inbox.take(10);
        assert_eq!(jobs(&first), [1, 2, 4], "those of one engine");
        let since: Vec<_> = first.iter().map(|one| one.since).collect();
        inbox.put_back(first[1..].to_vec());
        let again = inbox.take(10);
        assert_eq!(jobs(&again), [2, 4]);
        assert_eq!(again.iter().map(|one| one.since).collect::<Vec<_>>(), since[1..]);
        assert_eq!(jobs(&inbox.take(10)), [3]);
        assert!(inbox.take(10).is_empty());
    }
}
