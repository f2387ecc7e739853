//! What a process holds and must let go of: streams, tasks, files, and what else its parts name.
//!
//! Acquiring returns a scope whose drop releases, so a return, a panic and a cancelled task all do. A kind may say after
//! which age one that is still held counts as leaked. The registry only observes: it never takes anything away, and a
//! resource that finds it full is held all the same, counted but not listed.

mod batch;
mod registry;

pub use batch::Batch;

use super::shapes::TaskVitals;
use registry::Registry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// Resources listed one by one; further ones are only counted.
const MAX_TRACKED: usize = 10_000;
/// Kinds told apart; resources of further ones are held but not seen.
const MAX_KINDS: usize = 64;
/// Resources a reading lists.
const MAX_LISTED: usize = 200;

/// A kind of resource. Compared by name; the first use decides the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// One word.
    pub name: &'static str,
    /// Held longer than this it counts as leaked; `None` for what may live as long as the process.
    pub leak_after: Option<Duration>,
    /// The bound that its owner keeps, if it has one.
    pub limit: Option<u64>,
}

impl Kind {
    /// Answers that stream. A watcher may stay for days, and one that is gone is noticed by keepalive: age proves nothing.
    pub const STREAM: Self = Self::long_lived("stream");
    /// Background tasks.
    pub const TASK: Self = Self::long_lived("task");
    /// Files held open, such as the lock of the data folder.
    pub const FILE: Self = Self::long_lived("file");

    /// A kind whose age says nothing.
    #[must_use]
    pub const fn long_lived(name: &'static str) -> Self {
        Self { name, leak_after: None, limit: None }
    }

    /// A kind that is a leak when held for longer than `age`.
    #[must_use]
    pub const fn leaking_after(name: &'static str, age: Duration) -> Self {
        Self { name, leak_after: Some(age), limit: None }
    }

    /// The same kind with the bound its owner keeps.
    #[must_use]
    pub const fn limited(self, limit: u64) -> Self {
        Self { limit: Some(limit), ..self }
    }
}

/// All resources of a process. Clones are the same registry.
#[derive(Debug, Clone, Default)]
pub struct Resources(Arc<Mutex<Registry>>);

/// A held resource. Dropping it releases.
#[derive(Debug)]
#[must_use = "a resource is held only while its scope is"]
pub struct Scope {
    registry: Arc<Mutex<Registry>>,
    id: u64,
    kind: &'static str,
}

/// A resource that is held now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedResource {
    /// Unique in the process.
    pub id: u64,
    /// Its kind.
    pub kind: &'static str,
    /// Who holds it.
    pub owner: Arc<str>,
    /// For how long.
    pub age: Duration,
    /// Since when.
    pub acquired_at: SystemTime,
}

/// The resources of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindVitals {
    /// The kind.
    pub kind: &'static str,
    /// Held now.
    pub active: u64,
    /// Acquired since the start.
    pub acquired: u64,
    /// Released since the start.
    pub released: u64,
    /// Held now, but not listed because the registry was full.
    pub untracked: u64,
    /// Held now for longer than the kind allows.
    pub leaked: u64,
    /// The bound that its owner keeps.
    pub limit: Option<u64>,
    /// Age of a leak.
    pub leak_after: Option<Duration>,
    /// Age of the oldest one listed.
    pub oldest_age: Option<Duration>,
}

/// A reading of all resources.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourceVitals {
    /// By name.
    pub kinds: Vec<KindVitals>,
    /// At most 200, oldest first. When there are more, leaks come before what may live long.
    pub oldest: Vec<TrackedResource>,
}

impl Resources {
    /// Makes a kind appear in the readings before its first use.
    pub fn declare(&self, kind: Kind) {
        self.lock().declare(kind);
    }

    /// Takes note of a resource until the scope is dropped.
    pub fn acquire(&self, kind: Kind, owner: impl Into<Arc<str>>) -> Scope {
        let id = self.lock().acquire(kind, owner.into());
        Scope { registry: Arc::clone(&self.0), id, kind: kind.name }
    }

    /// Everything as it is now.
    #[must_use]
    pub fn read(&self) -> ResourceVitals {
        self.lock().read()
    }

    /// All that are held for longer than their kind allows, oldest first.
    #[must_use]
    pub fn leaks(&self) -> Vec<TrackedResource> {
        self.lock().leaks()
    }

    /// Running background tasks by name.
    pub(super) fn tasks(&self) -> Vec<TaskVitals> {
        let owners = self.lock().owners(Kind::TASK.name);
        owners.into_iter().map(|(name, running)| TaskVitals { name: name.to_string(), running }).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner).release(self.id, self.kind);
    }
}

#[cfg(test)]
mod tests;
