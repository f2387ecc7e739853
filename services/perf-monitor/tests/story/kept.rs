//! The monitor's documents in the real cache role, over a file: kept over its restart, and written again when somebody
//! clears the caches.

use bytes::Bytes;
use resync_api::cache::client::CacheClient;
use resync_api::cache::model::ClearScope;
use resync_api::channel::Channel;
use resync_cache::{Cache, Config, SqliteConfig, StoreConfig};
use resync_perf_monitor::store::Store as _;
use resync_service_kit::shutdown::Shutdown;

/// The role; stops and closes its file when told.
struct Role {
    client: CacheClient,
    shutdown: Shutdown,
    running: tokio::task::JoinHandle<()>,
}

impl Role {
    async fn open(folder: &std::path::Path) -> Self {
        let store = StoreConfig::Sqlite(SqliteConfig::new(folder.join("cache.sqlite")));
        let cache = Cache::open(Config::new(store)).await.expect("the file can be used");
        let shutdown = Shutdown::new();
        let running = tokio::spawn(cache.clone().run(shutdown.drain()));
        let client = CacheClient::new(Channel::new(resync_cache::grpc::service(cache)));
        Self { client, shutdown, running }
    }

    async fn stop(self) {
        self.shutdown.begin();
        drop(self.client);
        self.running.await.expect("it ends without a panic");
    }
}

#[tokio::test]
async fn documents_are_kept_replaced_and_written_again_after_a_clear() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = |text: &'static str| Bytes::from_static(text.as_bytes());
    let first = Role::open(folder.path()).await;
    assert_eq!(first.client.load("silences").await.expect("it works"), None);
    first.client.save("silences", text("one")).await.expect("stored");
    first.client.save("announced", text("other")).await.expect("stored");
    first.client.save("silences", text("two")).await.expect("replaced");
    first.stop().await;

    let second = Role::open(folder.path()).await;
    assert_eq!(second.client.load("silences").await.expect("it works"), Some(text("two")));
    second.client.clear(ClearScope::All).await.expect("cleared");
    assert_eq!(second.client.load("silences").await.expect("it works"), None);
    second.client.save("silences", text("two")).await.expect("written again");
    assert_eq!(second.client.load("silences").await.expect("it works"), Some(text("two")));
    second.stop().await;
}
