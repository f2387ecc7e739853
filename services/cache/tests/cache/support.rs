//! A cache role in the test's process, over either store.

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use resync_api::cache::client::CacheClient;
use resync_api::cache::model::{
    ClaimRequest, Entry, IdempotencyKey, Lookup, NewEntry, Position, StoredResponse, WatchEvent,
};
use resync_api::channel::Channel;
use resync_cache::{Cache, Config, RedisConfig, SqliteConfig, StoreConfig, StoreError};
use resync_fault::FaultBody;
use resync_service_kit::shutdown::Shutdown;
use resync_testkit::{RedisServer, eventually};
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// Longest wait for anything that must happen.
pub(crate) const BOUND: Duration = Duration::from_secs(30);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);

/// Rules of the ACL user, as the README tells them.
pub(crate) const NEEDED: &str = "+ping +info +config|get +time +get +set +mget +del +unlink +hset +hmget \
                                 +pexpire +xadd +xread +xrange +evalsha +script|load";

/// What a store is kept in: opened and opened again, it is the same store.
pub(crate) enum Place {
    File(TempDir),
    Redis(Box<RedisServer>),
}

impl Place {
    pub(crate) fn file() -> Self {
        Self::File(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) async fn redis() -> Self {
        let persistent = ["--appendonly", "yes", "--appendfsync", "always"];
        Self::Redis(Box::new(RedisServer::start(&persistent).await.expect("Redis runs")))
    }

    pub(crate) fn config(&self) -> Config {
        Config::new(match self {
            Self::File(folder) => StoreConfig::Sqlite(SqliteConfig::new(folder.path().join("cache.sqlite"))),
            Self::Redis(server) => StoreConfig::Redis(Box::new(redis(&server.url()))),
        })
    }

    pub(crate) async fn open(&self) -> Role {
        Role::open(self.config()).await.expect("the store can be used")
    }
}

/// Settings for one server, with times that fit a test.
pub(crate) fn redis(url: &str) -> RedisConfig {
    let mut config = RedisConfig { urls: vec![url.into()], ..RedisConfig::default() };
    config.command_timeout = Duration::from_secs(1);
    config.pool.connect_timeout = Duration::from_secs(5);
    config.pool.min_size = 1;
    config.start_attempts = 1;
    config
}

/// The role; stops and closes its store when told.
pub(crate) struct Role {
    pub(crate) cache: Cache,
    pub(crate) client: CacheClient,
    shutdown: Shutdown,
    running: JoinHandle<()>,
}

impl Role {
    pub(crate) async fn open(config: Config) -> Result<Self, StoreError> {
        let cache = Cache::open(config).await?;
        let shutdown = Shutdown::new();
        let running = tokio::spawn(cache.clone().run(shutdown.drain()));
        let client = CacheClient::new(Channel::new(resync_cache::grpc::service(cache.clone())));
        Ok(Self { cache, client, shutdown, running })
    }

    pub(crate) async fn over(config: RedisConfig) -> Result<Self, StoreError> {
        Self::open(Config::new(StoreConfig::Redis(Box::new(config)))).await
    }

    pub(crate) async fn stop(self) {
        self.shutdown.begin();
        self.running.await.expect("it ends without a panic");
    }

    pub(crate) async fn stamp(&self, key: &str) -> Position {
        match self.client.get(key).await.expect("reads do not fail") {
            Lookup::Hit(entry) => entry.stamp,
            Lookup::Miss(miss) => miss.stamp.expect("the store works"),
        }
    }

    /// Loads and stores an entry as a caller does.
    pub(crate) async fn load(&self, key: &str, tags: &[&str], value: &str) {
        let stamp = self.stamp(key).await;
        assert!(self.client.set(entry(key, tags, value, stamp)).await.expect("stored"), "{key}");
    }

    pub(crate) async fn read(&self, key: &str) -> Option<Entry> {
        match self.client.get(key).await.expect("reads do not fail") {
            Lookup::Hit(entry) => Some(entry),
            Lookup::Miss(_) => None,
        }
    }

    pub(crate) async fn value(&self, key: &str) -> Option<Bytes> {
        self.read(key).await.map(|entry| entry.value)
    }

    /// Waits until its health is as wanted.
    pub(crate) async fn becomes(&self, serving: bool) {
        let noticed = eventually("its health", BOUND, || async {
            let health = self.client.health().await.expect("health is told");
            (health.serving == serving).then_some(())
        })
        .await;
        if let Err(error) = noticed {
            panic!("{error}; it is {:?}", self.cache.health());
        }
    }
}

pub(crate) fn entry(key: &str, tags: &[&str], value: &str, stamp: Position) -> NewEntry {
    NewEntry {
        key: key.to_owned(),
        value: Bytes::copy_from_slice(value.as_bytes()),
        ttl: MINUTE,
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        stamp,
        age: Duration::ZERO,
    }
}

pub(crate) fn claim(key: &str, hash: &str, attempt: &str) -> ClaimRequest {
    let key = IdempotencyKey {
        principal: "ana".to_owned(),
        route: "POST /api/commands".to_owned(),
        key: key.to_owned(),
    };
    ClaimRequest::new(key, hash, attempt)
}

pub(crate) fn response(body: &'static str) -> StoredResponse {
    StoredResponse {
        status: 202,
        headers: vec![("content-type".to_owned(), Bytes::from_static(b"application/json"))],
        body: Bytes::from_static(body.as_bytes()),
    }
}

/// The next event that is not a heartbeat.
pub(crate) async fn next(
    events: &mut futures::stream::BoxStream<'static, Result<WatchEvent, FaultBody>>,
) -> Result<WatchEvent, FaultBody> {
    loop {
        let event = tokio::time::timeout(BOUND, events.next()).await.expect("in time").expect("goes on");
        if !matches!(event, Ok(WatchEvent::Heartbeat { .. })) {
            return event;
        }
    }
}

/// Runs each function over a file and over Redis.
macro_rules! in_both_stores {
    ($($name:ident),+ $(,)?) => {
        mod in_a_file {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::support::Place::file()).await;
            })+
        }
        mod in_redis {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::support::Place::redis().await).await;
            })+
        }
    };
}
pub(crate) use in_both_stores;
