//! The store for production: Neo4j over Bolt. Records are nodes labelled with their collection, relations are relations,
//! so that people can ask the same data with their own Cypher.
//!
//! Transient errors and lost connections are tried again for a bounded time. A connection that breaks under a commit leaves
//! doubt; then the records are looked up to tell whether the batch was kept.

mod config;
mod failure;
mod pool;
mod migrate;
mod write;
mod read;

pub use config::{Neo4jConfig, PoolConfig};

use std::future::Future;

use neo4rs::{Graph, Query as Cypher, Row};
use resync_resilience::{Backoff, Pool};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::query::{Count, Links, Query};
use super::record::{Batch, Collection, Link, Record, Write};
use super::schema::{self, STEPS, Step};
use super::{Answer, Store, StoreError};
use failure::Failure;
use pool::Connections;

const STORE: &str = "neo4j";

/// A store in a Neo4j database.
#[derive(Debug)]
pub struct Neo4jStore {
    connections: Connections,
    config: Neo4jConfig,
    steps: &'static [Step],
    fields: read::Fields,
    prepared: OnceCell<()>,
}

impl Neo4jStore {
    /// A store that connects when it is first used.
    ///
    /// # Errors
    /// When the settings cannot work.
    pub fn new(config: Neo4jConfig) -> Result<Self, StoreError> {
        Self::with_steps(config, STEPS)
    }

    /// Like [`Self::new`], with other steps: how tests look at an older and a newer version.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_steps(config: Neo4jConfig, steps: &'static [Step]) -> Result<Self, StoreError> {
        Ok(Self {
            connections: Connections::new(&config)?,
            fields: schema::fields(steps),
            prepared: OnceCell::new(),
            config,
            steps,
        })
    }

    /// The permits that stand for connections, for whoever reports how they are used.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        self.connections.permits()
    }

    /// Connections that are kept open.
    #[must_use]
    pub fn least_connections(&self) -> usize {
        self.config.pool.min_size
    }

    /// Looks after the connections, for as long as it is polled: replaces them when they are old, closes them when nobody
    /// uses them, and keeps the least number open.
    pub async fn maintain(&self) {
        loop {
            self.connections.fill(self.config.pool.min_size).await;
            tokio::time::sleep(self.config.pool.health_check_interval).await;
            self.connections.retire();
        }
    }

    /// Runs until it succeeds, fails for good, or the time for retries is over.
    async fn retried<T, F>(&self, mut attempt: impl FnMut(Graph) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let deadline = Instant::now() + self.config.retry_for;
        let mut retry = 0;
        loop {
            let lease = self.connections.lease().await?;
            let outcome = attempt(lease.graph.clone()).await;
            drop(lease);
            match outcome {
                Ok(done) => return Ok(done),
                Err(failure) if failure.passes() && Instant::now() < deadline => {
                    retry += 1;
                    tokio::time::sleep(Backoff::default().delay(retry)).await;
                }
                Err(failure) => return Err(failure.into_error()),
            }
        }
    }

    async fn prepare(&self) -> Result<(), StoreError> {
        let migrate = || self.retried(|graph| async move { migrate::run(&graph, self.steps).await });
        self.prepared.get_or_try_init(migrate).await.copied()
    }

    /// All rows of one reading query.
    async fn rows(&self, cypher: Cypher) -> Result<Vec<Row>, StoreError> {
        self.prepare().await?;
        self.retried(|graph| rows(graph, cypher.clone())).await
    }

    async fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        self.prepare().await?;
        let statements = write::statements(&batch.0, &self.fields)?;
        let deadline = Instant::now() + self.config.retry_for;
        let (mut retry, mut doubt) = (0, None);
        loop {
            let lease = self.connections.lease().await?;
            let failure = match write::run(&lease.graph, &statements).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            drop(lease);
            if failure.is_conflict() && doubt.is_some() {
                // Ours may be the write it conflicts with.
                return self.stands(batch, failure).await;
            }
            if failure.leaves_doubt() {
                doubt = Some(failure.cause());
            }
            if !failure.passes() || Instant::now() >= deadline {
                return Err(match doubt {
                    Some(cause) => StoreError::Unknown { store: STORE, cause },
                    None => failure.into_error(),
                });
            }
            retry += 1;
            tokio::time::sleep(Backoff::default().delay(retry)).await;
        }
    }

    /// Whether a batch was kept, told by one of its records: a batch is kept whole or not at all. New records tell more
    /// than changed ones, because only their writer knows what is in them.
    async fn stands(&self, batch: &Batch, conflict: Failure) -> Result<(), StoreError> {
        let new = batch.0.iter().find_map(|write| match write {
            Write::Insert(record) => Some(record),
            _ => None,
        });
        let changed = batch.0.iter().find_map(|write| match write {
            Write::Replace(record) => Some(record),
            _ => None,
        });
        let Some(ours) = new.or(changed) else { return Err(conflict.into_error()) };
        match self.get(ours.collection, &ours.key).await? {
            Some(found) if found.revision == ours.revision && found.body == ours.body => Ok(()),
            Some(found) if found.revision > ours.revision => {
                let cause = "the record was changed again since".to_owned();
                Err(StoreError::Unknown { store: STORE, cause })
            }
            _ => Err(conflict.into_error()),
        }
    }
}

async fn rows(graph: Graph, cypher: Cypher) -> Result<Vec<Row>, Failure> {
    let mut stream = graph.execute_read(cypher).await.map_err(Failure::before)?;
    let mut rows = Vec::new();
    while let Some(row) = stream.next().await.map_err(Failure::before)? {
        rows.push(row);
    }
    Ok(rows)
}

impl Store for Neo4jStore {
    fn commit(&self, batch: Batch) -> Answer<'_, ()> {
        Box::pin(async move { self.write(&batch).await })
    }

    fn get(&self, collection: Collection, key: &str) -> Answer<'_, Option<Record>> {
        let query = Query::of(collection).is("key", key).limit(1);
        Box::pin(async move { Ok(self.find(query).await?.pop()) })
    }

    fn find(&self, query: Query) -> Answer<'_, Vec<Record>> {
        Box::pin(async move {
            let rows = self.rows(read::find(&query, &self.fields)?).await?;
            rows.iter().map(|row| read::record(row, query.collection, &self.fields)).collect()
        })
    }

    fn count(&self, query: Query, by: &'static [&'static str]) -> Answer<'_, Vec<Count>> {
        Box::pin(async move {
            let rows = self.rows(read::count(&query, by, &self.fields)?).await?;
            rows.iter().map(|row| read::counted(row, by)).collect()
        })
    }

    fn links(&self, links: Links) -> Answer<'_, Vec<Link>> {
        Box::pin(async move {
            let rows = self.rows(read::links(&links)).await?;
            rows.iter().map(|row| read::link(row, &links, &self.fields)).collect()
        })
    }

    fn check(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            self.prepare().await?;
            let lease = self.connections.probe().await?;
            let alive = rows(lease.graph.clone(), Cypher::new("RETURN 1".to_owned())).await;
            alive.map(drop).map_err(Failure::into_error)
        })
    }
}
