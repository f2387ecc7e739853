//! The pool of connections: bb8, with our own permits in front because it measures neither a maximum in use nor waits.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bb8::{ErrorSink, ManageConnection, QueueStrategy};
use resync_resilience::Pool as Permits;
use tokio::time::{Instant, timeout_at};

use super::Work;
use super::config::{PoolConfig, RedisConfig};
use super::connection::{Connection, Target};
use crate::store::{Cause, PoolState, StoreError};

/// The pool. Operations are bounded in time as a whole.
#[derive(Debug)]
pub(super) struct Connections {
    target: Target,
    permits: Permits,
    /// None once closed.
    pool: RwLock<Option<bb8::Pool<Manager>>>,
    failures: Failures,
    timeout: Duration,
    min: u32,
}

/// Opens and tests connections.
#[derive(Debug)]
pub(super) struct Manager {
    target: Target,
    connect_timeout: Duration,
    test_timeout: Duration,
}

impl ManageConnection for Manager {
    type Connection = Connection;
    type Error = StoreError;

    async fn connect(&self) -> Result<Connection, StoreError> {
        let mut connection = self.target.connect(self.connect_timeout).await?;
        self.is_valid(&mut connection).await?;
        Ok(connection)
    }

    async fn is_valid(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let ping = ::redis::cmd("PING");
        match tokio::time::timeout(self.test_timeout, ping.query_async::<()>(connection)).await {
            Ok(outcome) => outcome.map_err(|error| self.target.fault(&error)),
            Err(_) => Err(self.target.timed_out(self.test_timeout)),
        }
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        connection.is_broken()
    }
}

/// The last failure to open or test a connection: why a caller waited in vain.
#[derive(Clone, Debug, Default)]
struct Failures(Arc<Mutex<Option<(Instant, StoreError)>>>);

impl Failures {
    fn since(&self, start: Instant) -> Option<StoreError> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(at, _)| *at >= start).map(|(_, error)| error.clone())
    }
}

impl ErrorSink<StoreError> for Failures {
    fn sink(&self, error: StoreError) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), error));
    }

    fn boxed_clone(&self) -> Box<dyn ErrorSink<StoreError>> {
        Box::new(self.clone())
    }
}

impl Connections {
    /// Opens the pool with its minimum of connections.
    pub(super) async fn open(target: Target, config: &RedisConfig) -> Result<Self, StoreError> {
        let failures = Failures::default();
        let PoolConfig {
            min_size,
            max_size,
            connect_timeout,
            idle_timeout,
            max_lifetime,
            health_check_interval,
        } = config.pool;
        let manager =
            Manager { target: target.clone(), connect_timeout, test_timeout: config.command_timeout };
        let pool = bb8::Pool::builder()
            .max_size(max_size)
            .min_idle(min_size)
            .connection_timeout(connect_timeout)
            .idle_timeout(idle_timeout)
            .max_lifetime(max_lifetime)
            .reaper_rate(health_check_interval)
            .test_on_check_out(true)
            // Each attempt fails by itself; whoever asks next makes the next one.
            .retry_connection(false)
            .queue_strategy(QueueStrategy::Lifo)
            .error_sink(failures.boxed_clone())
            .build(manager)
            .await?;
        Ok(Self {
            target,
            permits: Permits::new(usize::try_from(max_size).unwrap_or(usize::MAX)),
            pool: RwLock::new(Some(pool)),
            failures,
            timeout: config.command_timeout,
            min: min_size,
        })
    }

    fn pool(&self) -> Option<bb8::Pool<Manager>> {
        self.pool.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs `work` on a tested connection, all within the time an operation may take.
    pub(super) async fn with<T>(&self, work: impl Work<T>) -> Result<T, StoreError> {
        let start = Instant::now();
        let deadline = start + self.timeout;
        let pool = self.pool().ok_or_else(closed)?;
        let permit = self
            .permits
            .acquire_within(self.timeout)
            .await
            .map_err(|_| self.target.finding(Cause::Busy, "every connection of the pool is in use"))?;
        let outcome = async {
            let mut connection = match timeout_at(deadline, pool.get()).await {
                Ok(Ok(connection)) => connection,
                Ok(Err(_)) | Err(_) => {
                    let known = self.failures.since(start);
                    return Err(known.unwrap_or_else(|| self.target.timed_out(self.timeout)));
                }
            };
            match timeout_at(deadline, work.run(&mut connection)).await {
                Ok(outcome) => outcome.map_err(|error| self.target.fault(&error)),
                Err(_) => Err(self.target.timed_out(self.timeout)),
            }
        }
        .await;
        if outcome.is_err() {
            permit.failed();
        }
        outcome
    }

    /// A finding about the server.
    pub(super) fn finding(&self, cause: Cause, what: &str) -> StoreError {
        self.target.finding(cause, what)
    }

    pub(super) fn state(&self) -> Option<PoolState> {
        let state = self.pool()?.state();
        let statistics = state.statistics;
        Some(PoolState {
            permits: self.permits.snapshot(),
            min: self.min,
            open: state.connections,
            idle: state.idle_connections,
            opened: statistics.connections_created,
            closed: statistics.connections_closed_broken
                + statistics.connections_closed_invalid
                + statistics.connections_closed_max_lifetime
                + statistics.connections_closed_idle_timeout,
        })
    }

    /// Closes every connection once its operation is over.
    pub(super) fn close(&self) {
        self.pool.write().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn closed() -> StoreError {
    StoreError::new(Cause::Closed, "the cache is stopping")
}
