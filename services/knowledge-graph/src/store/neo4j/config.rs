//! Where the database is and how it may be used.

use std::time::Duration;

use secrecy::SecretString;

/// A Neo4j database.
#[derive(Debug, Clone)]
pub struct Neo4jConfig {
    /// Such as `bolt://graph:7687`; `bolt+s://` for TLS.
    pub uri: String,
    /// Who logs in.
    pub user: String,
    /// With which password.
    pub password: SecretString,
    /// Which database of the server; unset: the server's default.
    pub database: Option<String>,
    /// The connections.
    pub pool: PoolConfig,
    /// How long transient errors and lost connections are tried again before a caller is told.
    pub retry_for: Duration,
}

/// The connections to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolConfig {
    /// Kept open while the store is in use.
    pub min_size: usize,
    /// Never more; callers wait for a free one.
    pub max_size: usize,
    /// For opening one, for waiting for a free one, and for each answer of the server.
    pub connect_timeout: Duration,
    /// All are closed when nobody used the store for so long.
    pub idle_timeout: Duration,
    /// All are replaced after so long.
    pub max_lifetime: Duration,
    /// Between two looks after the connections, and two questions whether the database lives.
    pub health_check_interval: Duration,
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self {
            min_size: 20,
            max_size: 100,
            connect_timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(1_200),
            max_lifetime: Duration::from_secs(1_800),
            health_check_interval: Duration::from_secs(60),
        }
    }
}
