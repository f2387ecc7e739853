//! The first level: one bounded concurrent table.

use crate::entry::{Entry, Usable};
use crate::meters::{Meters, count};
use crate::settings::{Eviction, Settings};
use crate::window::Window;
use moka::Expiry;
use moka::notification::RemovalCause;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use resync_service_kit::vitals::CacheVitals;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// Entries by their key within the cache. The library bounds and evicts; whether an entry may still be used is decided
/// here, at each read.
pub(crate) struct Table<V> {
    pub(crate) name: &'static str,
    pub(crate) meters: Arc<Meters>,
    entries: Cache<Box<str>, Arc<Entry<V>>>,
    settings: Arc<Settings>,
}

impl<V> fmt::Debug for Table<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("name", &self.name)
            .field("meters", &self.meters)
            .finish_non_exhaustive()
    }
}

impl<V: Send + Sync + 'static> Table<V> {
    pub(crate) fn new(name: &'static str, settings: Arc<Settings>) -> Self {
        let meters = Arc::new(Meters::default());
        let least = u32::try_from(settings.least_weight()).unwrap_or(u32::MAX);
        let policy = match settings.eviction {
            Eviction::TinyLfu => EvictionPolicy::tiny_lfu(),
            Eviction::Lru => EvictionPolicy::lru(),
        };
        let leaving = Arc::clone(&meters);
        let entries = Cache::<Box<str>, Arc<Entry<V>>>::builder()
            .name(name)
            .max_capacity(settings.max_bytes)
            .weigher(move |_, entry| entry.bytes().max(least))
            .eviction_policy(policy)
            .expire_after(End)
            .eviction_listener(move |_, entry: Arc<Entry<V>>, cause| left(&leaving, &entry, cause))
            .build();
        Self { name, meters, entries, settings }
    }

    pub(crate) fn get(&self, key: &str) -> Option<Arc<Entry<V>>> {
        self.entries.get(key)
    }

    /// Takes an entry in. One that is larger than the whole table is not: it would push out everything else first.
    pub(crate) fn put(&self, key: Box<str>, entry: Arc<Entry<V>>) {
        if u64::from(entry.bytes()) > self.settings.max_bytes {
            return;
        }
        count(&self.meters.sets);
        count(&self.meters.items);
        self.meters.bytes.fetch_add(u64::from(entry.bytes()), Relaxed);
        self.entries.insert(key, entry);
    }

    /// Removes an entry that an invalidation killed.
    pub(crate) fn bury(&self, key: &str) {
        self.entries.invalidate(key);
    }

    /// Lets go of what is over and of what more than fills the bounds.
    pub(crate) fn clean(&self) {
        self.entries.run_pending_tasks();
    }

    /// Removes everything that an invalidation killed.
    pub(crate) fn sweep(&self, window: &Window) {
        for (key, entry) in &self.entries {
            if !window.is_alive(self.name, &key, &entry.tags, entry.birth) {
                self.bury(&key);
            }
        }
        self.clean();
    }

    pub(crate) fn vitals(&self) -> CacheVitals {
        CacheVitals {
            name: self.name.into(),
            max_items: self.settings.max_items,
            max_bytes: self.settings.max_bytes,
            default_ttl: self.settings.ttl,
            settings: self.settings.names.clone(),
            ..self.meters.read()
        }
    }
}

/// Counts an entry that left the table.
fn left<V>(meters: &Meters, entry: &Entry<V>, cause: RemovalCause) {
    meters.items.fetch_sub(1, Relaxed);
    meters.bytes.fetch_sub(u64::from(entry.bytes()), Relaxed);
    match cause {
        RemovalCause::Size => count(&meters.evictions),
        RemovalCause::Expired => count(&meters.expirations),
        RemovalCause::Explicit => count(&meters.invalidations),
        RemovalCause::Replaced if entry.usable(tokio::time::Instant::now()) != Usable::Fresh => {
            count(&meters.expirations);
        }
        RemovalCause::Replaced => {}
    }
}

/// When the library may let go of an entry: never later for having been read.
struct End;

impl<V> Expiry<Box<str>, Arc<Entry<V>>> for End {
    fn expire_after_create(&self, _: &Box<str>, entry: &Arc<Entry<V>>, _: Instant) -> Option<Duration> {
        Some(entry.remaining(tokio::time::Instant::now()))
    }

    fn expire_after_update(
        &self,
        _: &Box<str>,
        entry: &Arc<Entry<V>>,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.remaining(tokio::time::Instant::now()))
    }
}
