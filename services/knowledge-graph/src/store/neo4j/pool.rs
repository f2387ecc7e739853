//! The connections: bounded and measured by permits, and with an end to their life.
//!
//! The driver's pool has a bound but closes nothing by age or idleness (its settings of these names bound the health
//! check of a connection and the wait for one). So the pool as a whole is replaced; the old one closes its connections
//! as they come back.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use neo4rs::{ConfigBuilder, Graph, Query};
use resync_resilience::{Pool, PoolPermit};
use secrecy::ExposeSecret as _;
use tokio::time::Instant;

use super::{Neo4jConfig, STORE};
use crate::store::StoreError;

/// Rows asked for at once.
const FETCH_SIZE: usize = 1_000;
/// For a connection that comes back to show that it lives.
const RECYCLE: Duration = Duration::from_secs(5);

pub(super) struct Connections {
    config: neo4rs::Config,
    permits: Pool,
    patience: Duration,
    idle_timeout: Duration,
    max_lifetime: Duration,
    current: Mutex<Current>,
}

/// The right to use one connection.
pub(super) struct Lease {
    pub(super) graph: Graph,
    _permit: PoolPermit,
}

struct Current {
    graph: Graph,
    made: Instant,
    used: Instant,
}

impl Current {
    fn new(config: &neo4rs::Config) -> Result<Self, StoreError> {
        let graph = Graph::connect(config.clone()).map_err(|error| unusable(&error))?;
        let now = Instant::now();
        Ok(Self { graph, made: now, used: now })
    }
}

fn unusable(error: &neo4rs::Error) -> StoreError {
    StoreError::Unavailable { store: STORE, cause: error.to_string() }
}

impl Connections {
    /// Connects nothing yet.
    pub(super) fn new(config: &Neo4jConfig) -> Result<Self, StoreError> {
        let pool = config.pool;
        let mut builder = ConfigBuilder::new()
            .uri(&config.uri)
            .user(&config.user)
            .password(config.password.expose_secret())
            .max_connections(pool.max_size)
            .fetch_size(FETCH_SIZE)
            .connection_timeout(pool.connect_timeout)
            .idle_timeout(RECYCLE)
            .max_lifetime(pool.connect_timeout);
        if let Some(database) = &config.database {
            builder = builder.db(database.as_str());
        }
        let driver = builder.build().map_err(|error| unusable(&error))?;
        Ok(Self {
            current: Mutex::new(Current::new(&driver)?),
            config: driver,
            permits: Pool::new(pool.max_size),
            patience: pool.connect_timeout,
            idle_timeout: pool.idle_timeout,
            max_lifetime: pool.max_lifetime,
        })
    }

    /// Waits for the right to use a connection.
    pub(super) async fn lease(&self) -> Result<Lease, StoreError> {
        let lease = self.probe().await?;
        self.current.lock().unwrap_or_else(PoisonError::into_inner).used = Instant::now();
        Ok(lease)
    }

    /// The same for a question whether the database lives, which is no use.
    pub(super) async fn probe(&self) -> Result<Lease, StoreError> {
        let permit = self
            .permits
            .acquire_within(self.patience)
            .await
            .map_err(|error| StoreError::Unavailable { store: STORE, cause: error.to_string() })?;
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Lease { graph: current.graph.clone(), _permit: permit })
    }

    pub(super) fn permits(&self) -> &Pool {
        &self.permits
    }

    /// Replaces the pool when it is old or nobody uses it.
    pub(super) fn retire(&self) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if (current.made.elapsed() >= self.max_lifetime || current.used.elapsed() >= self.idle_timeout)
            && let Ok(next) = Current::new(&self.config)
        {
            *current = next;
        }
    }

    /// Opens connections until so many are open.
    pub(super) async fn fill(&self, least: usize) {
        let graph = self.current.lock().unwrap_or_else(PoisonError::into_inner).graph.clone();
        // Streams that are not read to their end hold their connections, so that each asks for another one.
        let mut open = Vec::with_capacity(least);
        while open.len() < least {
            match graph.execute_read(Query::new("RETURN 1".to_owned())).await {
                Ok(stream) => open.push(stream),
                Err(error) => {
                    tracing::debug!(store = STORE, %error, "no further connection");
                    return;
                }
            }
        }
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connections").finish_non_exhaustive()
    }
}
