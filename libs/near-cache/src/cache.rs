//! One cache, and the way of a read through it.

mod sharing;

use crate::caches::{Caches, Shared};
use crate::entry::{Entry, Span, Usable, json_length, life};
use crate::meters::count;
use crate::table::Table;
use crate::value::{Cached, Loaded, Source};
use crate::window::Birth;
use futures::FutureExt as _;
use resync_fault::FaultBody;
use resync_resilience::SingleFlight;
use resync_service_kit::vitals::Registration;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::time::Instant;

/// A cache of one type of value, loaded by work that may fail with `E`. Clones are the same cache.
pub struct NearCache<V, E: Clone = FaultBody>(Arc<Inner<V, E>>);

struct Inner<V, E: Clone> {
    shared: Arc<Shared>,
    table: Arc<Table<V>>,
    flights: SingleFlight<Flight, Result<Arc<Entry<V>>, E>>,
    levels: Levels,
    _reported: Option<Registration>,
}

/// Where the values of a cache stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Levels {
    Both,
    /// In this process alone.
    First,
    /// In the shared cache alone.
    Second,
}

/// What two reads must have in common to share a load. A read that comes after an invalidation must not join a load from
/// before it, nor one that wants a younger value a load that may find an older one in the second level.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Flight {
    key: Box<str>,
    seq: u64,
    most_age: Option<Duration>,
}

impl<V, E: Clone> Clone for NearCache<V, E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V, E: Clone> fmt::Debug for NearCache<V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NearCache").field("table", &self.0.table.name).finish_non_exhaustive()
    }
}

impl Caches {
    /// A cache of its own name. The name is the first part of its keys in the second level, so it says what is stored and
    /// in which form: two forms of one thing need two names. A value must not be written as JSON's `null`.
    #[must_use]
    pub fn cache<V, E>(&self, name: &'static str) -> NearCache<V, E>
    where
        V: Serialize + DeserializeOwned + Send + Sync + 'static,
        E: Clone + Send + Sync + 'static,
    {
        self.build(name, Levels::Both)
    }

    /// A cache of this process alone, for values whose keys mean nothing elsewhere.
    #[must_use]
    pub fn local<V, E>(&self, name: &'static str) -> NearCache<V, E>
    where
        V: Serialize + DeserializeOwned + Send + Sync + 'static,
        E: Clone + Send + Sync + 'static,
    {
        self.build(name, Levels::First)
    }

    /// A cache whose values stay in the second level alone, for owners who hold what they read themselves. Without a
    /// second level every read loads.
    #[must_use]
    pub fn shared_only<V, E>(&self, name: &'static str) -> NearCache<V, E>
    where
        V: Serialize + DeserializeOwned + Send + Sync + 'static,
        E: Clone + Send + Sync + 'static,
    {
        self.build(name, Levels::Second)
    }

    fn build<V, E>(&self, name: &'static str, levels: Levels) -> NearCache<V, E>
    where
        V: Serialize + DeserializeOwned + Send + Sync + 'static,
        E: Clone + Send + Sync + 'static,
    {
        let shared = self.shared();
        let table = Arc::new(Table::new(name, Arc::clone(&shared.settings)));
        // An empty first level would look like one that never hits.
        let reported = (levels != Levels::Second).then(|| shared.adopt(&table));
        NearCache(Arc::new(Inner {
            shared,
            table,
            flights: SingleFlight::default(),
            levels,
            _reported: reported,
        }))
    }
}

impl<V, E> NearCache<V, E>
where
    V: Serialize + DeserializeOwned + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    /// The value of a key, loaded if need be. Errors of the loader reach everybody who waited for it and are not kept. The
    /// loader may run for several callers or in the background, so it must not depend on who called.
    ///
    /// # Errors
    /// What the loader failed with.
    pub async fn read<F>(&self, key: &str, load: impl FnOnce() -> F + Send + 'static) -> Result<Cached<V>, E>
    where
        F: Future<Output = Result<Loaded<V>, E>> + Send + 'static,
    {
        self.read_at_most(None, key, load).await
    }

    /// The same for a reader who takes only a value younger than `most_age`, wherever it comes from; zero: always loads.
    ///
    /// # Errors
    /// What the loader failed with.
    pub async fn read_younger<F>(
        &self,
        most_age: Duration,
        key: &str,
        load: impl FnOnce() -> F + Send + 'static,
    ) -> Result<Cached<V>, E>
    where
        F: Future<Output = Result<Loaded<V>, E>> + Send + 'static,
    {
        self.read_at_most(Some(most_age), key, load).await
    }

    async fn read_at_most<F>(
        &self,
        most_age: Option<Duration>,
        key: &str,
        load: impl FnOnce() -> F + Send + 'static,
    ) -> Result<Cached<V>, E>
    where
        F: Future<Output = Result<Loaded<V>, E>> + Send + 'static,
    {
        let (inner, now) = (&self.0, Instant::now());
        if let Some(entry) = inner.usable(key, most_age, now) {
            let stale = entry.usable(now) == Usable::Stale;
            if stale && entry.claim_renewal() && !inner.renew_later(key, load) {
                entry.give_up_renewal();
            }
            if inner.table.meters.hit(entry.value.is_none(), stale) {
                inner.table.meters.accessed_in(now.elapsed());
            }
            return Ok(entry.cached(now, Source::FirstLevel, stale));
        }
        count(&inner.table.meters.misses);
        let entry = inner.fly(key, most_age, load).await?;
        Ok(entry.cached(Instant::now(), entry.source, false))
    }
}

impl<V, E> Inner<V, E>
where
    V: Serialize + DeserializeOwned + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    /// The entry in the first level, if a read may have it.
    fn usable(&self, key: &str, most_age: Option<Duration>, now: Instant) -> Option<Arc<Entry<V>>> {
        let entry = self.table.get(key)?;
        if !self.is_alive(key, &entry) {
            self.table.bury(key);
            return None;
        }
        let usable = entry.usable(now) != Usable::Over && entry.is_younger_than(most_age, now);
        usable.then_some(entry)
    }

    fn is_alive(&self, key: &str, entry: &Entry<V>) -> bool {
        let seq = self.shared.window.seq();
        if entry.cleared.load(Relaxed) == seq {
            return true;
        }
        let alive = self.shared.window.is_alive(self.table.name, key, &entry.tags, entry.birth);
        if alive {
            entry.cleared.store(seq, Relaxed);
        }
        alive
    }

    /// Has the value loaded in the background; false: too much waits there already.
    fn renew_later<F>(self: &Arc<Self>, key: &str, load: impl FnOnce() -> F + Send + 'static) -> bool
    where
        F: Future<Output = Result<Loaded<V>, E>> + Send + 'static,
    {
        let (inner, key) = (Arc::clone(self), Box::<str>::from(key));
        let work = async move {
            if inner.fly(&key, None, load).await.is_err()
                && let Some(entry) = inner.table.get(&key)
            {
                entry.give_up_renewal();
            }
        };
        self.shared.renew_later(work.boxed())
    }

    /// Loads a value, or joins a load that is under way.
    async fn fly<F>(
        self: &Arc<Self>,
        key: &str,
        most_age: Option<Duration>,
        load: impl FnOnce() -> F + Send + 'static,
    ) -> Result<Arc<Entry<V>>, E>
    where
        F: Future<Output = Result<Loaded<V>, E>> + Send + 'static,
    {
        let flight = Flight { key: key.into(), seq: self.shared.window.seq(), most_age };
        let mut leads = false;
        let outcome = self
            .flights
            .run(flight.clone(), || {
                leads = true;
                let inner = Arc::clone(self);
                async move { inner.obtain(flight, load).await }
            })
            .await;
        if !leads {
            count(&self.table.meters.coalesced);
        }
        outcome
    }

    /// The value from the second level, or else from the origin.
    async fn obtain<F>(
        self: Arc<Self>,
        flight: Flight,
        load: impl FnOnce() -> F + Send + 'static,
    ) -> Result<Arc<Entry<V>>, E>
    where
        F: Future<Output = Result<Loaded<V>, E>> + Send + 'static,
    {
        let (found, position) = self.ask_second_level(&flight).await;
        if let Some(entry) = found {
            return Ok(self.keep(flight.key, entry));
        }
        let began = Instant::now();
        let outcome = load().await;
        self.table.meters.loaded_in(began.elapsed(), outcome.is_err());
        let loaded = outcome?;
        let birth = Birth { seq: flight.seq, position };
        let life = life(&loaded, &self.shared.settings);
        let now = Instant::now();
        let Loaded { value, tags, age, .. } = loaded;
        let loaded_at = began.checked_sub(age).unwrap_or(began);
        let mut bytes = None;
        if let Some(stamp) = position
            && !life.ttl.is_zero()
        {
            bytes = self
                .tell_second_level(&flight.key, value.as_ref(), &tags, life, stamp, now - loaded_at)
                .await;
        }
        let bytes = bytes.unwrap_or_else(|| json_length(value.as_ref())) + flight.key.len();
        let span = Span { loaded_at, received_at: now, life };
        let entry = Entry::new(value.map(Arc::new), tags, birth, Source::Origin, span, bytes);
        Ok(self.keep(flight.key, entry))
    }

    /// Puts an entry into the first level, unless there is no use in it.
    fn keep(&self, key: Box<str>, entry: Entry<V>) -> Arc<Entry<V>> {
        let entry = Arc::new(entry);
        let useful = self.levels != Levels::Second && entry.usable(Instant::now()) != Usable::Over;
        if useful && self.is_alive(&key, &entry) {
            self.table.put(key, Arc::clone(&entry));
        }
        entry
    }
}
