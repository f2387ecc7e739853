//! The cache as everybody in its process uses it: a cheap handle over memory, store, invalidations and health.

mod entries;
mod protection;

use std::sync::Arc;
use std::time::Duration;

use futures::stream::BoxStream;
use resync_api::cache::model::{CacheHealth, CacheStats, Position, WatchEvent};
use resync_service_kit::shutdown::Drain;
use resync_service_kit::vitals::{Registration, Vitals};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::config::{Config, SettingNames, StoreConfig};
use crate::error::Error;
use crate::feed::Feed;
use crate::guard::Guard;
use crate::health::Health;
use crate::history::Bounds;
use crate::memory::Memory;
use crate::store::redis::RedisStore;
use crate::store::sqlite::SqliteStore;
use crate::store::{Store, StoreError};
use crate::usage::Usage;
use crate::{telemetry, vitals};

/// Between two rounds of upkeep.
const UPKEEP: Duration = Duration::from_secs(60);
/// Between two updates of the gauges.
const GAUGES: Duration = Duration::from_secs(5);

/// The cache. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Cache(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    guard: Guard,
    feed: Arc<Feed>,
    memory: Memory,
    usage: Usage,
    health: Health,
    started: Instant,
    names: SettingNames,
}

impl Cache {
    /// Opens the store and makes sure that it can be used. [`Cache::run`] keeps it in order afterwards.
    ///
    /// # Errors
    /// When the store cannot be used; the process must not go on without it.
    pub async fn open(config: Config) -> Result<Self, StoreError> {
        telemetry::describe();
        let store: Arc<dyn Store> = match config.store {
            StoreConfig::Sqlite(sqlite) => Arc::new(SqliteStore::open(sqlite).await?),
            StoreConfig::Redis(redis) => Arc::new(RedisStore::open(&redis).await?),
        };
        let guard = Guard::new(store);
        let opened = async {
            let condition = guard.store().probe().await?;
            Ok((condition, Feed::open(&guard, Bounds::default()).await?))
        };
        let (condition, feed) = match opened.await {
            Ok(opened) => opened,
            Err(error) => {
                guard.store().close().await;
                return Err(error);
            }
        };
        Ok(Self(Arc::new(Inner {
            guard,
            feed: Arc::new(feed),
            memory: Memory::new(config.memory),
            usage: Usage::default(),
            health: Health::new(condition),
            started: Instant::now(),
            names: config.names,
        })))
    }

    /// Follows invalidations, watches over the store and keeps order until the drain begins; then closes everything.
    pub async fn run(self, drain: Drain) {
        let Inner { guard, feed, memory, health, .. } = &*self.0;
        let upkeep = async {
            let mut rounds = 0_u64;
            while drain.sleep(GAUGES).await {
                memory.upkeep();
                telemetry::memory(memory.items(), memory.bytes(), memory.evictions());
                rounds += 1;
                if rounds.is_multiple_of(UPKEEP.as_secs() / GAUGES.as_secs())
                    && let Some(Err(error)) = drain.unless_begun(guard.store().sweep()).await
                {
                    tracing::warn!(cause = error.cause.reason(), "upkeep of the store: {error}");
                }
            }
        };
        let stop = async {
            drain.begun().await;
            // Watchers leave first: they would keep the server's streams open.
            feed.close();
        };
        futures::join!(feed.run(guard, memory, &drain), health.run(guard, &drain), upkeep, stop);
        guard.store().close().await;
    }

    /// What happens to entries from `after` on.
    pub fn watch(&self, after: Option<Position>) -> BoxStream<'static, Result<WatchEvent, Error>> {
        self.0.feed.watch(after)
    }

    /// What the caches of this role did since it started.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        let Inner { guard, feed, memory, usage, started, .. } = &*self.0;
        let bounds = memory.bounds();
        CacheStats {
            caches: usage.read(),
            memory_items: memory.items(),
            memory_bytes: memory.bytes(),
            memory_max_items: bounds.max_items,
            memory_max_bytes: bounds.max_bytes,
            memory_evictions: memory.evictions(),
            store: guard.kind(),
            position: feed.head().get(),
            invalidations: feed.seen(),
            watchers: feed.watchers(),
            history_losses: feed.losses(),
            uptime: started.elapsed(),
        }
    }

    /// Whether the store works, and whether idempotency is safe in it.
    #[must_use]
    pub fn health(&self) -> CacheHealth {
        self.0.health.report(self.0.guard.kind())
    }

    /// Whether the store works, and every change of that: for the health that others watch.
    #[must_use]
    pub fn serving(&self) -> watch::Receiver<bool> {
        self.0.health.serving()
    }

    /// Reports the cache and its pool among the vitals of the process, as long as the registrations are held.
    #[must_use]
    pub fn report_to(&self, vitals: &Vitals) -> Vec<Registration> {
        let (cache, pool) = (self.clone(), self.clone());
        let mut held = vec![vitals.register_cache(move || {
            let Inner { memory, usage, feed, names, .. } = &*cache.0;
            vitals::cache(memory, usage, feed, names)
        })];
        if self.0.guard.store().pool().is_some() {
            held.push(vitals.register_pool(move || vitals::pool(pool.0.guard.store().pool(), &pool.0.names)));
        }
        held
    }
}
