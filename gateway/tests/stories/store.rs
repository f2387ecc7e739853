//! The real cache role over a file of its own, across TCP.

use crate::mesh::{metrics_text, serve_role};
use resync_cache::{Cache, Config, SqliteConfig, StoreConfig};
use resync_service_kit::identity::RootKey;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use std::convert::Infallible;
use std::net::SocketAddr;
use tempfile::TempDir;

/// The role, for as long as its folder is kept.
pub(crate) struct Store {
    pub(crate) address: SocketAddr,
    _folder: TempDir,
}

impl Store {
    pub(crate) async fn start(root: &RootKey, tasks: &Tasks) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = SqliteConfig::new(folder.path().join("cache.sqlite"));
        let address = serve(root, tasks, StoreConfig::Sqlite(file)).await;
        Self { address, _folder: folder }
    }
}

/// Serves the cache role over `store`.
pub(crate) async fn serve(root: &RootKey, tasks: &Tasks, store: StoreConfig) -> SocketAddr {
    metrics_text();
    let cache = Cache::open(Config::new(store)).await.unwrap();
    let (running, drain) = (cache.clone(), tasks.drain());
    tasks.spawn("cache", OnError::Report, OnDrain::Finish, async move {
        running.run(drain).await;
        Ok::<_, Infallible>(())
    });
    serve_role(root, tasks, |server| server.service(resync_cache::grpc::service(cache))).await
}
