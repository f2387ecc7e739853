//! Entries in memory, in front of the store: bounded in number and in bytes, never living longer than they may.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::notification::RemovalCause;
use moka::sync::Cache;
use resync_api::cache::model::{Entry, Position};

use crate::clock::now_ms;
use crate::config::MemoryConfig;
use crate::entry::Stored;

/// An entry beyond this share of all bytes is not kept.
const LARGEST_SHARE: u64 = 8;

/// The entries.
#[derive(Debug)]
pub(crate) struct Memory {
    entries: Cache<String, Arc<Kept>>,
    config: MemoryConfig,
    counts: Arc<Counts>,
}

/// What happened to entries without anybody's asking.
#[derive(Debug, Default)]
struct Counts {
    evictions: AtomicU64,
    expirations: AtomicU64,
}

/// An entry, and up to where it is known to be alive.
#[derive(Debug)]
pub(crate) struct Kept {
    entry: Stored,
    weight: u32,
    checked: AtomicU64,
}

impl Kept {
    /// The last position up to which nothing named it.
    pub(crate) fn checked(&self) -> u64 {
        self.checked.load(Ordering::Acquire)
    }

    /// Nothing named it up to `position` either.
    pub(crate) fn alive_at(&self, position: Position) {
        self.checked.fetch_max(position.get(), Ordering::AcqRel);
    }

    pub(crate) fn tags(&self) -> &[String] {
        &self.entry.tags
    }

    pub(crate) fn at(&self, key: &str, now_ms: u64) -> Option<Entry> {
        self.entry.at(key, now_ms)
    }
}

struct Lives;

impl Expiry<String, Arc<Kept>> for Lives {
    fn expire_after_create(&self, _: &String, kept: &Arc<Kept>, _: Instant) -> Option<Duration> {
        Some(Duration::from_millis(kept.entry.expires_ms.saturating_sub(now_ms())))
    }

    fn expire_after_update(
        &self,
        key: &String,
        kept: &Arc<Kept>,
        updated_at: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        self.expire_after_create(key, kept, updated_at)
    }
}

impl Memory {
    pub(crate) fn new(config: MemoryConfig) -> Self {
        let counts = Arc::<Counts>::default();
        let listener = Arc::clone(&counts);
        let entries = Cache::builder()
            .max_capacity(config.max_bytes)
            .weigher(|_, kept: &Arc<Kept>| kept.weight)
            .expire_after(Lives)
            .eviction_listener(move |_, _, cause| match cause {
                RemovalCause::Size => {
                    listener.evictions.fetch_add(1, Ordering::Relaxed);
                }
                RemovalCause::Expired => {
                    listener.expirations.fetch_add(1, Ordering::Relaxed);
                }
                RemovalCause::Explicit | RemovalCause::Replaced => {}
            })
            .build();
        Self { entries, config, counts }
    }

    pub(crate) fn get(&self, key: &str) -> Option<Arc<Kept>> {
        self.entries.get(key)
    }

    /// Keeps an entry that is alive up to `checked`.
    pub(crate) fn insert(&self, key: String, entry: Stored, checked: Position) {
        let bytes = u64::try_from(key.len() + entry.weight()).unwrap_or(u64::MAX);
        if bytes > self.config.max_bytes / LARGEST_SHARE {
            self.entries.invalidate(&key);
            return;
        }
        // Small entries weigh what the bound on their number leaves to each: so one bound holds both.
        let least = self.config.max_bytes / self.config.max_items.max(1);
        let weight = u32::try_from(bytes.max(least)).unwrap_or(u32::MAX);
        self.entries.insert(key, Arc::new(Kept { entry, weight, checked: AtomicU64::new(checked.get()) }));
    }

    pub(crate) fn remove(&self, key: &str) {
        self.entries.invalidate(key);
    }

    pub(crate) fn clear(&self) {
        self.entries.invalidate_all();
    }

    /// Lets go of what has expired; reads alone do it too, but only while there are some.
    pub(crate) fn upkeep(&self) {
        self.entries.run_pending_tasks();
    }

    pub(crate) fn items(&self) -> u64 {
        self.entries.entry_count()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.entries.weighted_size()
    }

    pub(crate) fn bounds(&self) -> MemoryConfig {
        self.config
    }

    pub(crate) fn evictions(&self) -> u64 {
        self.counts.evictions.load(Ordering::Relaxed)
    }

    pub(crate) fn expirations(&self) -> u64 {
        self.counts.expirations.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(bytes: usize, lives_ms: u64) -> Stored {
        Stored {
            stamp: at(5),
            loaded_ms: now_ms(),
            expires_ms: now_ms() + lives_ms,
            tags: Vec::new(),
            value: vec![0; bytes].into(),
        }
    }

    fn at(number: u64) -> Position {
        Position::new(number).expect("not zero")
    }

    #[test]
    fn it_is_bounded_in_number_and_in_bytes() {
        for (bytes, most) in [(1, 100), (9_000, 11)] {
            let memory = Memory::new(MemoryConfig { max_items: 100, max_bytes: 100_000 });
            for number in 0..1_000 {
                memory.insert(format!("k/{number}"), entry(bytes, 60_000), at(5));
            }
            memory.upkeep();
            assert!(memory.items() <= most, "{} of {bytes} bytes", memory.items());
            assert!(memory.bytes() <= 100_000);
            assert!(memory.evictions() > 800);
        }
    }

    #[test]
    fn what_is_too_large_is_not_kept_and_nothing_older_stays_in_its_place() {
        let memory = Memory::new(MemoryConfig { max_items: 100, max_bytes: 100_000 });
        memory.insert("k".to_owned(), entry(10, 60_000), at(5));
        assert!(memory.get("k").is_some());
        memory.insert("k".to_owned(), entry(50_000, 60_000), at(5));
        assert!(memory.get("k").is_none());
    }

    #[test]
    fn an_expired_entry_is_gone() {
        let memory = Memory::new(MemoryConfig::default());
        memory.insert("k".to_owned(), entry(10, 0), at(5));
        assert!(memory.get("k").is_none_or(|kept| kept.at("k", now_ms()).is_none()));
    }
}
