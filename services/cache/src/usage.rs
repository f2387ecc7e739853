//! How each cache is used, by the name its keys begin with.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use metrics::Counter;
use resync_api::cache::model::CacheUse;

use crate::telemetry;

/// Names counted apart; those that come later are summed up.
const MAX_NAMES: usize = 100;
const OTHER: &str = "other";

/// The counters of all caches.
#[derive(Debug)]
pub(crate) struct Usage {
    by_name: RwLock<HashMap<String, Arc<Counts>>>,
    other: Arc<Counts>,
}

/// What a lookup ended as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    MemoryHit,
    StoreHit,
    Miss,
    Dead,
}

/// The counters of one cache: for its statistics, and for the process's metrics.
pub(crate) struct Counts {
    memory_hits: Both,
    store_hits: Both,
    misses: Both,
    dead: Both,
    sets: Both,
}

struct Both {
    count: AtomicU64,
    metric: Counter,
}

impl Both {
    fn new(metric: Counter) -> Self {
        Self { count: AtomicU64::new(0), metric }
    }

    fn add(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.metric.increment(1);
    }

    fn read(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

impl Counts {
    fn new(name: &str) -> Self {
        let lookups = |result| Both::new(telemetry::lookups(name, result));
        Self {
            memory_hits: lookups("memory_hit"),
            store_hits: lookups("store_hit"),
            misses: lookups("miss"),
            dead: lookups("dead"),
            sets: Both::new(telemetry::sets(name)),
        }
    }

    pub(crate) fn looked_up(&self, outcome: Outcome) {
        match outcome {
            Outcome::MemoryHit => self.memory_hits.add(),
            Outcome::StoreHit => self.store_hits.add(),
            Outcome::Miss => self.misses.add(),
            Outcome::Dead => self.dead.add(),
        }
    }

    pub(crate) fn set(&self) {
        self.sets.add();
    }

    fn read(&self, cache: &str) -> CacheUse {
        CacheUse {
            cache: cache.to_owned(),
            memory_hits: self.memory_hits.read(),
            store_hits: self.store_hits.read(),
            misses: self.misses.read() + self.dead.read(),
            sets: self.sets.read(),
            dead: self.dead.read(),
        }
    }
}

impl std::fmt::Debug for Counts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.read("").fmt(formatter)
    }
}

impl Default for Usage {
    fn default() -> Self {
        Self { by_name: RwLock::default(), other: Arc::new(Counts::new(OTHER)) }
    }
}

impl Usage {
    /// The counters of the cache that a key belongs to.
    pub(crate) fn of(&self, key: &str) -> Arc<Counts> {
        let name = key.split_once('/').map_or(key, |(name, _)| name);
        if let Some(counts) = self.by_name.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Arc::clone(counts);
        }
        let mut by_name = self.by_name.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(counts) = by_name.get(name) {
            return Arc::clone(counts);
        }
        if by_name.len() >= MAX_NAMES {
            return Arc::clone(&self.other);
        }
        let counts = Arc::new(Counts::new(name));
        by_name.insert(name.to_owned(), Arc::clone(&counts));
        counts
    }

    /// All counters, by name.
    pub(crate) fn read(&self) -> Vec<CacheUse> {
        let by_name = self.by_name.read().unwrap_or_else(PoisonError::into_inner);
        let mut uses: Vec<_> = by_name.iter().map(|(name, counts)| counts.read(name)).collect();
        uses.sort_by(|a, b| a.cache.cmp(&b.cache));
        let other = self.other.read(OTHER);
        if other != (CacheUse { cache: OTHER.to_owned(), ..CacheUse::default() }) {
            uses.push(other);
        }
        uses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_are_counted_by_name_and_their_number_is_bounded() {
        let usage = Usage::default();
        usage.of("logs/1").looked_up(Outcome::MemoryHit);
        usage.of("logs/2").looked_up(Outcome::Dead);
        usage.of("bare").set();
        for number in 0..2 * MAX_NAMES {
            usage.of(&format!("c{number}/k")).looked_up(Outcome::Miss);
        }
        let uses = usage.read();
        assert_eq!(uses.len(), MAX_NAMES + 1);
        let of = |name: &str| uses.iter().find(|read| read.cache == name).expect("counted");
        assert_eq!((of("logs").memory_hits, of("logs").misses, of("logs").dead), (1, 1, 1));
        assert_eq!(of("bare").sets, 1);
        let named: u64 = uses.iter().map(|read| read.misses).sum();
        assert_eq!(named, 2 * MAX_NAMES as u64 + 1);
    }
}
