//! A cache role that can go away and come back, and processes that use it.

use arc_swap::ArcSwapOption;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use resync_api::cache::client::CacheClient;
use resync_api::cache::model::{InvalidationScope, Lookup, NewEntry, Position};
use resync_api::channel::Channel;
use resync_cache::{Cache, Config, SqliteConfig, StoreConfig};
use resync_fault::{ErrorKind, FaultBody};
use resync_near_cache::{Cached, Caches, Loaded, NearCache, SecondLevel, Settings, Watch};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::vitals::Vitals;
use resync_testkit::eventually;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

pub(crate) const BOUND: Duration = Duration::from_secs(20);

/// The way to the role; unplugged, every call fails as it does when the role is gone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wire(Arc<ArcSwapOption<CacheClient>>);

impl Wire {
    pub(crate) fn plug(&self, role: &Role) {
        self.0.store(Some(Arc::new(role.client.clone())));
    }

    pub(crate) fn unplug(&self) {
        self.0.store(None);
    }

    async fn client(&self) -> Result<Arc<CacheClient>, FaultBody> {
        let gone = || FaultBody::new(ErrorKind::Unavailable, "PEER_UNREACHABLE", "the role is gone");
        self.0.load_full().ok_or_else(gone)
    }
}

impl SecondLevel for Wire {
    fn get(&self, key: String) -> BoxFuture<'_, Result<Lookup, FaultBody>> {
        async move { self.client().await?.get(key).await }.boxed()
    }

    fn set(&self, entry: NewEntry) -> BoxFuture<'_, Result<bool, FaultBody>> {
        async move { self.client().await?.set(entry).await }.boxed()
    }

    fn invalidate(&self, scope: InvalidationScope) -> BoxFuture<'_, Result<Position, FaultBody>> {
        async move { self.client().await?.invalidate(scope).await }.boxed()
    }

    fn watch(&self, after: Option<Position>) -> BoxFuture<'_, Result<Watch, FaultBody>> {
        async move { self.client().await?.watch(after).await }.boxed()
    }
}

/// A running cache role.
pub(crate) struct Role {
    client: CacheClient,
    shutdown: Shutdown,
    running: JoinHandle<()>,
}

impl Role {
    pub(crate) async fn open(folder: &Path) -> Self {
        let store = StoreConfig::Sqlite(SqliteConfig::new(folder.join("cache.sqlite")));
        let cache = Cache::open(Config::new(store)).await.unwrap();
        let shutdown = Shutdown::new();
        let running = tokio::spawn(cache.clone().run(shutdown.drain()));
        let client = CacheClient::new(Channel::new(resync_cache::grpc::service(cache)));
        Self { client, shutdown, running }
    }

    pub(crate) async fn stop(self) {
        self.shutdown.begin();
        self.running.await.unwrap();
    }
}

/// One process: a cache of numbers, and a counter of how often it loaded.
pub(crate) struct Process {
    pub(crate) caches: Caches,
    pub(crate) numbers: NearCache<u32>,
    pub(crate) loads: Arc<AtomicU32>,
    pub(crate) vitals: Vitals,
    shutdown: Shutdown,
    running: JoinHandle<()>,
}

impl Process {
    pub(crate) fn start(wire: &Wire) -> Self {
        let vitals = Vitals::new();
        let settings = Settings { jitter: 0.0, ttl: Duration::from_secs(600), ..Settings::default() };
        let caches = Caches::new(settings, Some(Arc::new(wire.clone())), &vitals);
        let shutdown = Shutdown::new();
        let running = tokio::spawn(caches.clone().run(shutdown.drain()));
        let numbers = caches.cache("numbers");
        Self { caches, numbers, loads: Arc::default(), vitals, shutdown, running }
    }

    /// Reads a key whose origin says `value` now; `None`: that there is no such thing.
    pub(crate) async fn read(&self, key: &str, value: impl Into<Option<u32>>) -> Cached<u32> {
        let (loads, value) = (Arc::clone(&self.loads), value.into());
        let load = move || async move {
            loads.fetch_add(1, Ordering::Relaxed);
            Ok(value.map_or_else(Loaded::absent, Loaded::found).tagged("origin"))
        };
        self.numbers.read(key, load).await.unwrap()
    }

    /// Waits until this process hears of invalidations: one by another reaches it.
    pub(crate) async fn hears(&self, other: &Self) {
        let probe = "heard";
        eventually("the stream of invalidations", BOUND, || async {
            self.read(probe, 1).await;
            let before = self.dead();
            other.caches.invalidate(InvalidationScope::key("numbers/heard")).await.ok()?;
            eventually("an invalidation", Duration::from_millis(500), || async {
                (self.dead() > before).then_some(())
            })
            .await
            .ok()
        })
        .await
        .unwrap();
    }

    /// Entries that invalidations removed here.
    pub(crate) fn dead(&self) -> u64 {
        self.vitals.snapshot().caches[0].invalidations
    }

    pub(crate) async fn stop(self) {
        self.shutdown.begin();
        self.running.await.unwrap();
    }
}
