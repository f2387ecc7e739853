//! How to reach Redis. Settings are read elsewhere; here it is checked that they can work.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use crate::store::{Cause, StoreError};

/// How to reach Redis and how much of it to use.
#[derive(Clone, Debug)]
pub struct RedisConfig {
    /// `redis://` or `rediss://` addresses: one server, or some nodes of the cluster.
    pub urls: Vec<SecretString>,
    /// The servers are a cluster.
    pub cluster: bool,
    /// ACL user; before that of the address.
    pub username: Option<String>,
    /// Password; before that of the address.
    pub password: Option<SecretString>,
    /// PEM file of the authorities that sign the servers' certificates; unset: those of the system.
    pub ca_file: Option<PathBuf>,
    /// Begins the name of every key.
    pub key_prefix: String,
    /// The pool of connections.
    pub pool: PoolConfig,
    /// Longest time for one operation, waiting for a connection included.
    pub command_timeout: Duration,
    /// Attempts at start.
    pub start_attempts: u32,
    /// Refuse to start where idempotency records could be evicted or forgotten.
    pub production: bool,
}

/// The pool of connections.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    /// Idle connections kept open.
    pub min_size: u32,
    /// Most connections.
    pub max_size: u32,
    /// Longest time to open one.
    pub connect_timeout: Duration,
    /// Idle ones beyond the minimum are closed after this.
    pub idle_timeout: Duration,
    /// Every one is replaced after this.
    pub max_lifetime: Duration,
    /// How often the pool looks for connections to close or replace.
    pub health_check_interval: Duration,
}

impl Default for RedisConfig {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            cluster: false,
            username: None,
            password: None,
            ca_file: None,
            key_prefix: "resync:".to_owned(),
            pool: PoolConfig::default(),
            command_timeout: Duration::from_secs(2),
            start_attempts: 3,
            production: false,
        }
    }
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self {
            min_size: 5,
            max_size: 20,
            connect_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(300),
            max_lifetime: Duration::from_secs(1800),
            health_check_interval: Duration::from_secs(60),
        }
    }
}

impl RedisConfig {
    /// Numbers that cannot work, before anything is dialled.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let wrong =
            |what: &str| Err(StoreError::new(Cause::Settings, format!("the settings of Redis: {what}")));
        let pool = &self.pool;
        if self.urls.is_empty() {
            return wrong("no address is set");
        }
        if !self.cluster && self.urls.len() > 1 {
            return wrong("several addresses are only for a cluster");
        }
        if pool.max_size == 0 || pool.min_size > pool.max_size {
            return wrong("the pool's minimum size must not exceed its maximum, which is at least 1");
        }
        let durations = [
            self.command_timeout,
            pool.connect_timeout,
            pool.idle_timeout,
            pool.max_lifetime,
            pool.health_check_interval,
        ];
        if durations.iter().any(Duration::is_zero) {
            return wrong("a time is zero");
        }
        if self.start_attempts == 0 {
            return wrong("at least one attempt at start is needed");
        }
        if self.key_prefix.len() > 100 || self.key_prefix.contains(['{', '}', '\0', '\r', '\n']) {
            return wrong("the key prefix takes up to 100 bytes without braces and control characters");
        }
        Ok(())
    }
}
