//! Named background tasks. No task is detached: its error, its panic and its end at drain are all somebody's business.

use crate::shutdown::{Drain, Shutdown};
use crate::vitals::{Kind, Resources, Scope};
use futures::FutureExt as _;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::AbortHandle;
use tokio_util::task::TaskTracker;

/// What the end of a task by error or panic means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// It is logged; the process goes on.
    Report,
    /// The process cannot do its work without it: drain.
    Shutdown,
}

/// What happens to a task when the drain begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDrain {
    /// It is dropped at once: nothing is lost.
    Abort,
    /// It watches the drain itself and is given time to finish.
    Finish,
}

/// All background tasks of a process. Clones are the same group.
#[derive(Debug, Clone)]
pub struct Tasks {
    shutdown: Shutdown,
    tracker: TaskTracker,
    running: Arc<Mutex<BTreeMap<u64, (&'static str, AbortHandle)>>>,
    next_id: Arc<std::sync::atomic::AtomicU64>,
    resources: Resources,
}

impl Tasks {
    /// No tasks yet.
    #[must_use]
    pub fn new(shutdown: Shutdown) -> Self {
        Self {
            shutdown,
            tracker: TaskTracker::new(),
            running: Arc::default(),
            next_id: Arc::default(),
            resources: Resources::default(),
        }
    }

    /// The same group, whose tasks begun from now on are counted among the resources of the process.
    #[must_use]
    pub fn counted_in(self, resources: &Resources) -> Self {
        Self { resources: resources.clone(), ..self }
    }

    /// The signal that tasks watch.
    #[must_use]
    pub fn drain(&self) -> Drain {
        self.shutdown.drain()
    }

    /// Starts a task.
    pub fn spawn<F, E>(&self, name: &'static str, on_error: OnError, on_drain: OnDrain, work: F)
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display + Send + 'static,
    {
        let (shutdown, drain, running) = (self.shutdown.clone(), self.drain(), Arc::clone(&self.running));
        let id = self.next_id.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let entry = Entry { id, running, _held: self.resources.acquire(Kind::TASK, name) };
        let task = async move {
            let _entry = entry;
            let guarded = AssertUnwindSafe(work).catch_unwind();
            let outcome = match on_drain {
                OnDrain::Finish => guarded.await,
                OnDrain::Abort => match drain.unless_begun(guarded).await {
                    Some(outcome) => outcome,
                    None => return,
                },
            };
            let failed = match outcome {
                Ok(Ok(())) => false,
                Ok(Err(error)) => {
                    tracing::error!(task = name, %error, "background task failed");
                    true
                }
                Err(_panic) => {
                    tracing::error!(task = name, "background task panicked");
                    true
                }
            };
            if failed && on_error == OnError::Shutdown {
                shutdown.begin();
            }
        };
        // Held while spawning: a task that ends at once must find its entry to remove.
        let mut names = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let handle = self.tracker.spawn(task);
        names.insert(id, (name, handle.abort_handle()));
    }

    /// Names of the tasks that run now.
    #[must_use]
    pub fn running(&self) -> Vec<&'static str> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).values().map(|(name, _)| *name).collect()
    }

    /// Waits for all tasks to end, at most `grace` long; then aborts the rest and names them.
    pub async fn finish(&self, grace: Duration) -> Vec<&'static str> {
        self.tracker.close();
        if tokio::time::timeout(grace, self.tracker.wait()).await.is_ok() {
            return Vec::new();
        }
        let late: Vec<_> = {
            let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.values().cloned().collect()
        };
        for (name, handle) in &late {
            tracing::warn!(task = name, "background task did not end in time; aborting it");
            handle.abort();
        }
        self.tracker.wait().await;
        late.into_iter().map(|(name, _)| name).collect()
    }
}

/// Removes a task from the list however it ends.
struct Entry {
    id: u64,
    running: Arc<Mutex<BTreeMap<u64, (&'static str, AbortHandle)>>>,
    _held: Scope,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vitals::Vitals;
    use std::convert::Infallible;
    use std::future::pending;

    const GRACE: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn no_task_outlives_the_drain() {
        let shutdown = Shutdown::new();
        let vitals = Vitals::new();
        let tasks = Tasks::new(shutdown.clone()).counted_in(vitals.resources());
        let counted = || vitals.snapshot().tasks.into_iter().map(|task| task.name).collect::<Vec<_>>();
        let drain = tasks.drain();
        tasks.spawn("idle", OnError::Report, OnDrain::Abort, pending::<Result<(), Infallible>>());
        tasks.spawn("polite", OnError::Report, OnDrain::Finish, async move {
            drain.begun().await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok::<_, Infallible>(())
        });
        tasks.spawn("stubborn", OnError::Report, OnDrain::Finish, pending::<Result<(), Infallible>>());
        assert_eq!(tasks.running(), ["idle", "polite", "stubborn"]);
        assert_eq!(counted(), tasks.running());
        shutdown.begin();
        assert_eq!(tasks.finish(GRACE).await, ["stubborn"]);
        assert!(tasks.running().is_empty());
        assert!(counted().is_empty());
    }

    #[tokio::test]
    async fn an_essential_task_that_fails_or_panics_drains_the_process() {
        for panics in [false, true] {
            let shutdown = Shutdown::new();
            let tasks = Tasks::new(shutdown.clone());
            tasks.spawn("essential", OnError::Shutdown, OnDrain::Finish, async move {
                assert!(!panics, "a defect");
                Err("lost")
            });
            tasks.spawn("optional", OnError::Report, OnDrain::Abort, async { Err::<(), _>("no matter") });
            shutdown.drain().begun().await;
            assert!(tasks.finish(GRACE).await.is_empty());
        }
    }
}
