//! Where a case keeps its data: a folder, or the one Neo4j server, emptied.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use resync_knowledge_graph::durable::StoreConfig;
use resync_knowledge_graph::store::neo4j::{Neo4jConfig, Neo4jStore, PoolConfig};
use resync_knowledge_graph::store::schema::{STEPS, Step};
use resync_knowledge_graph::store::sqlite::SqliteStore;
use resync_knowledge_graph::store::{Store, StoreError};
use resync_testkit::Neo4jServer;
use tempfile::TempDir;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The server of all cases, started by the first that needs it.
pub(crate) type Shared = Mutex<Option<Neo4jServer>>;

/// Where stores can be opened, with a folder of its own.
pub(crate) struct Place {
    folder: TempDir,
    server: Option<OwnedMutexGuard<Option<Neo4jServer>>>,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), server: None }
    }

    pub(crate) async fn neo4j(shared: &Arc<Shared>) -> anyhow::Result<Self> {
        let mut server = Arc::clone(shared).lock_owned().await;
        match &mut *server {
            None => *server = Some(Neo4jServer::start().await?),
            Some(running) => empty(running).await?,
        }
        Ok(Self { server: Some(server), ..Self::sqlite() })
    }

    /// A store on what is there.
    pub(crate) async fn open(&self) -> Result<Arc<dyn Store>, StoreError> {
        self.open_with(STEPS).await
    }

    /// A store of another version on what is there.
    pub(crate) async fn open_with(&self, steps: &'static [Step]) -> Result<Arc<dyn Store>, StoreError> {
        match &self.server {
            None => Ok(Arc::new(SqliteStore::open_with(&self.file(), steps).await?)),
            Some(server) => {
                let server = server.as_ref().expect("it was started");
                let store = Neo4jStore::with_steps(config(server), steps)?;
                store.check().await?;
                Ok(Arc::new(store))
            }
        }
    }

    /// A store of Neo4j that tells soon when the server is out.
    pub(crate) fn impatient(&self) -> anyhow::Result<Arc<dyn Store>> {
        let config = self.neo4j_config().context("a server")?;
        Ok(Arc::new(Neo4jStore::new(Neo4jConfig { retry_for: Duration::from_secs(2), ..config })?))
    }

    /// How the role opens what is there.
    pub(crate) fn config(&self) -> StoreConfig {
        match self.neo4j_config() {
            None => StoreConfig::Embedded(self.file()),
            Some(config) => {
                // The role waits for nothing in these cases.
                let pool = PoolConfig { health_check_interval: Duration::from_millis(500), ..config.pool };
                let retry_for = Duration::from_millis(500);
                StoreConfig::Neo4j(Box::new(Neo4jConfig { pool, retry_for, ..config }))
            }
        }
    }

    /// Where the server is; unset for an embedded store.
    pub(crate) fn neo4j_config(&self) -> Option<Neo4jConfig> {
        self.server.as_ref().and_then(|server| server.as_ref()).map(config)
    }

    /// The server, to be killed.
    pub(crate) fn server(&mut self) -> Option<&mut Neo4jServer> {
        self.server.as_mut().and_then(|server| server.as_mut())
    }

    /// The file of an embedded store.
    pub(crate) fn file(&self) -> PathBuf {
        self.outside().join("knowledge.db")
    }

    /// A folder that is no part of the store.
    pub(crate) fn outside(&self) -> &Path {
        self.folder.path()
    }
}

/// Small, quick to give up.
fn config(server: &Neo4jServer) -> Neo4jConfig {
    neo4j_at(server.uri())
}

/// A test server at an address.
pub(crate) fn neo4j_at(uri: String) -> Neo4jConfig {
    Neo4jConfig {
        uri,
        user: Neo4jServer::USER.to_owned(),
        password: Neo4jServer::PASSWORD.into(),
        database: None,
        pool: PoolConfig {
            min_size: 1,
            max_size: 8,
            connect_timeout: Duration::from_secs(30),
            ..PoolConfig::default()
        },
        retry_for: Duration::from_secs(20),
    }
}

/// Removes every node; constraints stay, as schema steps may be repeated.
async fn empty(server: &Neo4jServer) -> anyhow::Result<()> {
    let graph = neo4rs::Graph::new(server.uri(), Neo4jServer::USER, Neo4jServer::PASSWORD)?;
    graph.run("MATCH (n) DETACH DELETE n").await?;
    Ok(())
}
