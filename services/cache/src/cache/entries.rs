//! Reading, storing and invalidating entries.
//!
//! Reads never fail: what cannot be found out is a miss, and the caller goes to the origin. A stamp says where in the
//! history of invalidations a load begins; without one, what is loaded is not stored.

use std::slice;

use bytes::Bytes;
use resync_api::cache::model::{
    ClearScope, Entry, InvalidationScope, Lookup, Lookups, Miss, NewEntry, Position, limits,
};

use super::{Cache, Inner};
use crate::clock::now_ms;
use crate::entry::Stored;
use crate::error::Error;
use crate::history::Verdict;
use crate::usage::Outcome;

/// What the store had under a key.
enum Found {
    Alive(Entry),
    Dead,
    Nothing,
}

impl Cache {
    /// One entry, or the stamp with which to load it.
    pub async fn get(&self, key: String) -> Lookup {
        let inner = &*self.0;
        if let Some(entry) = inner.remembered(&key) {
            return Lookup::Hit(entry);
        }
        let mut found = match inner.ask(slice::from_ref(&key)).await {
            Ok(found) => found.into_iter(),
            Err(miss) => {
                inner.usage.of(&key).looked_up(Outcome::Miss);
                return Lookup::Miss(miss);
            }
        };
        match inner.judged(key, found.next().flatten()) {
            Some(entry) => Lookup::Hit(entry),
            None => Lookup::Miss(inner.miss()),
        }
    }

    /// Many entries. Those that would make the answer too large are left out as if they were missing.
    pub async fn get_many(&self, keys: Vec<String>) -> Lookups {
        let inner = &*self.0;
        let mut entries: Vec<Option<Entry>> = keys.iter().map(|key| inner.remembered(key)).collect();
        let (places, missing): (Vec<_>, Vec<_>) =
            keys.into_iter().enumerate().filter(|(place, _)| entries[*place].is_none()).unzip();
        let miss = match inner.ask(&missing).await {
            Ok(found) => {
                for ((place, key), bytes) in places.into_iter().zip(missing).zip(found) {
                    entries[place] = inner.judged(key, bytes);
                }
                inner.miss()
            }
            Err(miss) => {
                missing.iter().for_each(|key| inner.usage.of(key).looked_up(Outcome::Miss));
                miss
            }
        };
        let mut left = limits::LOOKUP_BYTES;
        let mut fits = |entry: &Entry| {
            let size = entry.key.len() + entry.value.len();
            let fits = size <= left;
            left = left.saturating_sub(size);
            fits
        };
        Lookups { entries: entries.into_iter().flatten().filter(|entry| fits(entry)).collect(), miss }
    }

    /// Stores an entry; false: it was invalidated since its stamp, and was not stored.
    ///
    /// # Errors
    /// When the store did not take it.
    pub async fn set(&self, entry: NewEntry) -> Result<bool, Error> {
        let inner = &*self.0;
        let (verdict, _) = inner.feed.verdict(&entry.key, &entry.tags, entry.stamp);
        if verdict == Verdict::Dead {
            return Ok(false);
        }
        let (key, ttl) = (entry.key.clone(), entry.ttl);
        let stored = Stored::new(entry, now_ms());
        let bytes = stored.encode();
        inner.guard.run("put", |store| store.put(&key, bytes, ttl)).await.map_err(Error::Entries)?;
        inner.usage.of(&key).set();
        // With its own stamp: what was invalidated while it was on its way is noticed at the next read.
        let stamp = stored.stamp;
        inner.memory.insert(key, stored, stamp);
        Ok(true)
    }

    /// Makes entries dead everywhere; gives the position of the invalidation.
    ///
    /// # Errors
    /// When the store did not take it. Then nothing is invalidated anywhere.
    pub async fn invalidate(&self, scope: InvalidationScope) -> Result<Position, Error> {
        let inner = &*self.0;
        let position =
            inner.guard.run("append", |store| store.append(&scope)).await.map_err(Error::Entries)?;
        inner.feed.note(position, &scope);
        for key in &scope.keys {
            inner.memory.remove(key);
        }
        if scope.all {
            inner.memory.clear();
        }
        if !scope.keys.is_empty() {
            // They are dead already; this only frees their place.
            let _ = inner.guard.run("remove", |store| store.remove(&scope.keys)).await;
        }
        Ok(position)
    }

    /// What a person clears.
    ///
    /// # Errors
    /// When the store did not take it.
    pub async fn clear(&self, scope: ClearScope) -> Result<Position, Error> {
        let position = self.invalidate(scope.clone().into()).await?;
        tracing::info!(?scope, position = position.get(), "cache cleared");
        Ok(position)
    }
}

impl Inner {
    /// The entry in memory, if it is alive.
    fn remembered(&self, key: &str) -> Option<Entry> {
        let kept = self.memory.get(key)?;
        if !self.feed.is_alive(key, &kept) {
            self.memory.remove(key);
            return None;
        }
        let entry = kept.at(key, now_ms())?;
        self.usage.of(key).looked_up(Outcome::MemoryHit);
        Some(entry)
    }

    /// What the store has under each key; a miss for all when it cannot be asked, or when it is not known what was
    /// invalidated since.
    async fn ask(&self, keys: &[String]) -> Result<Vec<Option<Bytes>>, Miss> {
        let unavailable = Miss { stamp: None, store_unavailable: true };
        if !self.feed.is_live() {
            return Err(unavailable);
        }
        self.guard.run("get", |store| store.get(keys)).await.map_err(|_| unavailable)
    }

    fn miss(&self) -> Miss {
        Miss { stamp: Some(self.feed.stamp()), store_unavailable: false }
    }

    /// Judges what the store had, counts it, and keeps it in memory when it is alive.
    fn judged(&self, key: String, bytes: Option<Bytes>) -> Option<Entry> {
        let usage = self.usage.of(&key);
        match self.found(key, bytes) {
            Found::Alive(entry) => {
                usage.looked_up(Outcome::StoreHit);
                Some(entry)
            }
            Found::Dead => {
                usage.looked_up(Outcome::Dead);
                None
            }
            Found::Nothing => {
                usage.looked_up(Outcome::Miss);
                None
            }
        }
    }

    fn found(&self, key: String, bytes: Option<Bytes>) -> Found {
        let Some(stored) = bytes.and_then(Stored::decode) else { return Found::Nothing };
        let Some(entry) = stored.at(&key, now_ms()) else { return Found::Nothing };
        match self.feed.verdict(&key, &stored.tags, stored.stamp) {
            (Verdict::Alive, head) => {
                let checked = head.max(stored.stamp);
                self.memory.insert(key, stored, checked);
                Found::Alive(entry)
            }
            (Verdict::Dead, _) => Found::Dead,
            (Verdict::Unknown, _) => Found::Nothing,
        }
    }
}
