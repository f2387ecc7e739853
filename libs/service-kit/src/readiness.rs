//! Ready means: every latch that somebody holds has been let go.

use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::watch;

/// Whether a process is ready, and what it waits for. Clones look at the same process.
#[derive(Debug, Clone)]
pub struct Readiness {
    waiting: Arc<watch::Sender<BTreeSet<&'static str>>>,
}

/// Keeps the process unready until dropped.
#[derive(Debug)]
#[must_use = "dropping the latch means ready"]
pub struct Latch {
    name: &'static str,
    waiting: Arc<watch::Sender<BTreeSet<&'static str>>>,
}

impl Default for Readiness {
    fn default() -> Self {
        Self { waiting: Arc::new(watch::Sender::new(BTreeSet::new())) }
    }
}

impl Readiness {
    /// A process that waits for nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds something to wait for. One holder a name.
    pub fn latch(&self, name: &'static str) -> Latch {
        self.waiting.send_modify(|waiting| {
            waiting.insert(name);
        });
        Latch { name, waiting: Arc::clone(&self.waiting) }
    }

    /// What it still waits for; empty when ready.
    #[must_use]
    pub fn waiting_for(&self) -> Vec<&'static str> {
        self.waiting.borrow().iter().copied().collect()
    }

    /// Waits until ready.
    pub async fn ready(&self) {
        let mut waiting = self.waiting.subscribe();
        // The sender lives as long as `self`.
        let _ = waiting.wait_for(BTreeSet::is_empty).await;
    }
}

impl Drop for Latch {
    fn drop(&mut self) {
        self.waiting.send_modify(|waiting| {
            waiting.remove(self.name);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ready_when_the_last_latch_is_gone() {
        let readiness = Readiness::new();
        let (first, second) = (readiness.latch("mirror"), readiness.latch("store"));
        drop(first);
        assert_eq!(readiness.waiting_for(), ["store"]);
        drop(second);
        readiness.ready().await;
        assert!(readiness.waiting_for().is_empty());
    }
}
