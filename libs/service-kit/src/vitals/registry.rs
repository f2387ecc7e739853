//! Who reports: closures by registration, gone when the registration is dropped.

use super::MAX_REGISTRATIONS;
use super::shapes::{CacheVitals, PoolVitals, QueueVitals};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Read<T> = Arc<dyn Fn() -> T + Send + Sync>;

/// All reporters of one sort.
pub(super) struct Registry<T> {
    reporters: Mutex<BTreeMap<u64, Read<T>>>,
    next: AtomicU64,
    unreported: AtomicU64,
}

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self { reporters: Mutex::default(), next: AtomicU64::new(0), unreported: AtomicU64::new(0) }
    }
}

impl<T> fmt::Debug for Registry<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("reporters", &self.lock().len()).finish_non_exhaustive()
    }
}

/// What a snapshot is ordered by.
pub(super) trait Named {
    fn name(&self) -> &str;
}

impl Named for CacheVitals {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for PoolVitals {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for QueueVitals {
    fn name(&self) -> &str {
        &self.name
    }
}

impl<T: Named + 'static> Registry<T> {
    pub(super) fn add(registry: &Arc<Self>, read: Box<dyn Fn() -> T + Send + Sync>) -> Registration {
        let id = registry.next.fetch_add(1, Ordering::Relaxed);
        let mut reporters = registry.lock();
        let reported = reporters.len() < MAX_REGISTRATIONS;
        if reported {
            reporters.insert(id, read.into());
        } else {
            registry.unreported.fetch_add(1, Ordering::Relaxed);
        }
        drop(reporters);
        let registry = Arc::downgrade(registry);
        Registration(Some(Box::new(move || {
            let Some(registry) = registry.upgrade() else { return };
            if reported {
                let gone = registry.lock().remove(&id);
                // Dropped after the lock: the closure may own a part with registrations of its own.
                drop(gone);
            } else {
                registry.unreported.fetch_sub(1, Ordering::Relaxed);
            }
        })))
    }

    /// One reading of each, by name. The closures run outside the lock: they may take locks of their owners.
    pub(super) fn read(&self) -> Vec<T> {
        let reporters: Vec<_> = self.lock().values().cloned().collect();
        let mut readings: Vec<_> = reporters.iter().map(|read| read()).collect();
        readings.sort_by(|a, b| a.name().cmp(b.name()));
        readings
    }
}

impl<T> Registry<T> {
    pub(super) fn unreported(&self) -> u64 {
        self.unreported.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Read<T>>> {
        self.reporters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a part in the reports; dropping it takes the part out.
#[must_use = "a part is reported only while its registration is held"]
pub struct Registration(Option<Box<dyn FnOnce() + Send + Sync>>);

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registration")
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Some(remove) = self.0.take() {
            remove();
        }
    }
}
