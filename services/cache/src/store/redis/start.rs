//! The start: settings, connection, permissions and policy are checked before anything depends on Redis.
//!
//! What may pass is tried again with growing waits; what will not (credentials, permissions, wrong kind of server) ends
//! the start at once. Whatever fails, every connection made so far is closed.

use std::time::Duration;

use resync_api::cache::model::StoreKind;
use resync_resilience::Backoff;
use tokio::sync::Mutex;
use tokio::time::Instant;
use uuid::Uuid;

use super::condition::{self, PROBE_TIMEOUT, condition};
use super::connection::{Connection, Target};
use super::pool::Connections;
use super::scripts::Scripts;
use super::stream::WAIT;
use super::{Dedicated, Keys, RedisConfig, RedisStore, selftest};
use crate::store::{Cause, StoreError};
use crate::telemetry;

const BACKOFF: Backoff = Backoff::doubling(Duration::from_millis(100), Duration::from_secs(10));

/// What the start took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct StartMetrics {
    /// Attempts made.
    pub attempts: u32,
    /// Of them, those that failed for the connection.
    pub connection_failures: u32,
    /// Of them, those that failed for credentials or permissions.
    pub auth_failures: u32,
    /// From the first attempt to the last.
    pub duration: Duration,
}

impl RedisStore {
    /// Connects and makes sure that everything the cache needs works.
    ///
    /// # Errors
    /// The first failure that will not pass, or the last after all attempts.
    pub(crate) async fn open(config: &RedisConfig) -> Result<Self, StoreError> {
        config.check()?;
        let started = Instant::now();
        let mut metrics = StartMetrics::default();
        let outcome = loop {
            metrics.attempts += 1;
            let error = match attempt(config).await {
                Ok(store) => break Ok(store),
                Err(error) => error,
            };
            match error.cause {
                Cause::Authentication | Cause::Permission => metrics.auth_failures += 1,
                _ => metrics.connection_failures += 1,
            }
            if !error.cause.may_pass() || metrics.attempts >= config.start_attempts {
                break Err(error);
            }
            let wait = BACKOFF.delay_with(metrics.attempts, 1.0);
            tracing::warn!(
                attempt = metrics.attempts,
                of = config.start_attempts,
                cause = error.cause.reason(),
                wait_seconds = wait.as_secs_f64(),
                "{error}; trying again"
            );
            tokio::time::sleep(wait).await;
        };
        metrics.duration = started.elapsed();
        telemetry::started(&metrics);
        tracing::info!(
            attempts = metrics.attempts,
            connection_failures = metrics.connection_failures,
            auth_failures = metrics.auth_failures,
            duration_seconds = metrics.duration.as_secs_f64(),
            usable = outcome.is_ok(),
            "start of Redis"
        );
        match outcome {
            Err(error) if metrics.attempts > 1 => {
                let detail = format!("{} ({} attempts)", error.detail, metrics.attempts);
                Err(StoreError::new(error.cause, detail))
            }
            outcome => outcome,
        }
    }
}

async fn attempt(config: &RedisConfig) -> Result<RedisStore, StoreError> {
    let connect = config.pool.connect_timeout;
    let target = Target::new(config, config.command_timeout)?;
    let keys = Keys { prefix: config.key_prefix.clone() };
    let scripts = Scripts::default();

    check_kind(&target, connect).await?;
    let mut connection = target.connect(connect).await?;
    ping(&target, &mut connection).await?;
    let asked = Instant::now();
    let servers = ask(&target, condition::servers(&mut connection)).await?;
    let probe = format!("probe/{}", Uuid::new_v4());
    let tested = selftest::run(&mut connection, &keys, &scripts, &probe);
    let limit = connect.max(PROBE_TIMEOUT);
    match tokio::time::timeout(limit, tested).await {
        Ok(Ok(())) => {}
        Ok(Err((command, error))) => return Err(refused(&target, &command, &error)),
        Err(_) => return Err(target.timed_out(limit)),
    }
    check_policy(&target, config.production, &condition(&servers, asked))?;
    drop(connection);

    let commands = Connections::open(target.clone(), config).await?;
    // The feed's answers may take as long as a reader waits.
    let patient = WAIT + config.command_timeout;
    Ok(RedisStore {
        kind: if target.is_cluster() { StoreKind::RedisCluster } else { StoreKind::Redis },
        keys,
        commands,
        scripts,
        feed: Dedicated::new(Target::new(config, patient)?, connect.min(PROBE_TIMEOUT) + patient),
        probe: Dedicated {
            target,
            timeout: config.command_timeout.min(PROBE_TIMEOUT),
            connection: Mutex::new(None),
        },
    })
}

async fn ask<T>(
    target: &Target,
    asking: impl Future<Output = ::redis::RedisResult<T>>,
) -> Result<T, StoreError> {
    match tokio::time::timeout(PROBE_TIMEOUT, asking).await {
        Ok(outcome) => outcome.map_err(|error| target.fault(&error)),
        Err(_) => Err(target.timed_out(PROBE_TIMEOUT)),
    }
}

async fn ping(target: &Target, connection: &mut Connection) -> Result<(), StoreError> {
    let ping = ::redis::cmd("PING");
    ask(target, ping.query_async::<()>(connection)).await
}

/// One node tells what it is, in errors of its own: the cluster client would hide them.
async fn check_kind(target: &Target, connect: Duration) -> Result<(), StoreError> {
    let mut node = target.connect_to_a_node(connect).await?;
    ping(target, &mut node).await?;
    let servers = ask(target, condition::servers(&mut node)).await?;
    let is_cluster = servers.iter().any(condition::Server::is_cluster);
    match (target.is_cluster(), is_cluster) {
        (true, false) => {
            return Err(target.finding(Cause::ClusterMismatch, "set as a cluster, but it is a single server"));
        }
        (false, true) => {
            return Err(target.finding(Cause::ClusterMismatch, "set as a single server, but it is a cluster"));
        }
        _ => {}
    }
    if !target.is_cluster() && servers.iter().any(condition::Server::is_replica) {
        return Err(target.finding(Cause::ReadOnly, "it is a replica and takes no writes"));
    }
    Ok(())
}

fn refused(target: &Target, command: &str, error: &::redis::RedisError) -> StoreError {
    let fault = target.fault(error);
    match fault.cause {
        Cause::Permission => {
            let what = format!("the user may not run {command} as the cache needs it: {error}");
            target.finding(Cause::Permission, &what)
        }
        _ => fault,
    }
}

fn check_policy(
    target: &Target,
    production: bool,
    condition: &crate::store::Condition,
) -> Result<(), StoreError> {
    if condition.warning.is_empty() {
        return Ok(());
    }
    if !production || condition.keeps_records {
        tracing::warn!(
            eviction_policy = condition.eviction_policy,
            persistence = condition.persistence,
            "Redis is not safe for idempotency records: {}",
            condition.warning
        );
        return Ok(());
    }
    let cause = if condition.eviction_policy == "noeviction" { Cause::Forgets } else { Cause::Evicts };
    Err(target.finding(cause, &condition.warning))
}
