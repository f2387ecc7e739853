//! The store in Redis or a Redis Cluster. Every operation touches one key, so that both serve alike.
//!
//! What must happen at once is a script. Commands go through a pool whose connections are tested on check-out; the
//! history of invalidations is read on a connection of its own, and health is asked on another.

mod config;
mod fault;
mod connection;
mod pool;
mod scripts;
mod stream;
mod condition;
mod selftest;
mod start;
mod operations;

pub use config::{PoolConfig, RedisConfig};
pub(crate) use start::StartMetrics;

use std::time::Duration;

use ::redis::{Cmd, FromRedisValue, RedisResult, ScriptInvocation};
use resync_api::cache::model::StoreKind;
use tokio::sync::Mutex;

use crate::store::StoreError;
use connection::{Connection, Target};
use pool::Connections;
use scripts::Scripts;

/// The store in Redis.
#[derive(Debug)]
pub(crate) struct RedisStore {
    kind: StoreKind,
    keys: Keys,
    commands: Connections,
    scripts: Scripts,
    feed: Dedicated,
    probe: Dedicated,
}

/// Names of keys.
#[derive(Clone, Debug)]
struct Keys {
    prefix: String,
}

impl Keys {
    fn entry(&self, key: &str) -> String {
        format!("{}e:{key}", self.prefix)
    }

    fn history(&self) -> String {
        format!("{}invalidations", self.prefix)
    }

    fn record(&self, name: &str) -> String {
        format!("{}i:{name}", self.prefix)
    }

    fn quota(&self, name: &str) -> String {
        format!("{}q:{name}", self.prefix)
    }

    fn lease(&self, name: &str) -> String {
        format!("{}l:{name}", self.prefix)
    }
}

/// A connection outside the pool, made when it is needed and dropped when it fails.
#[derive(Debug)]
struct Dedicated {
    target: Target,
    timeout: Duration,
    connection: Mutex<Option<Connection>>,
}

impl Dedicated {
    fn new(target: Target, timeout: Duration) -> Self {
        Self { target, timeout, connection: Mutex::new(None) }
    }

    /// Runs `work` on the connection; one that has failed is not used again.
    async fn with<T>(&self, work: impl Work<T>) -> Result<T, StoreError> {
        let mut kept = self.connection.lock().await;
        // Out of the slot while in use: a caller that is cancelled midway leaves no connection behind.
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => self.target.connect(self.timeout).await?,
        };
        let outcome = tokio::time::timeout(self.timeout, work.run(&mut connection)).await;
        match outcome {
            Ok(Ok(value)) => {
                *kept = Some(connection);
                Ok(value)
            }
            Ok(Err(error)) => Err(self.target.fault(&error)),
            Err(_) => Err(self.target.timed_out(self.timeout)),
        }
    }

    async fn close(&self) {
        self.connection.lock().await.take();
    }
}

/// What is done on one connection.
trait Work<T>: Send {
    fn run(self, connection: &mut Connection) -> impl Future<Output = RedisResult<T>> + Send;
}

impl<T: FromRedisValue + Send> Work<T> for Cmd {
    async fn run(self, connection: &mut Connection) -> RedisResult<T> {
        self.query_async(connection).await
    }
}

impl<T: FromRedisValue + Send> Work<T> for ScriptInvocation<'_> {
    async fn run(self, connection: &mut Connection) -> RedisResult<T> {
        self.invoke_async(connection).await
    }
}
