//! What the cache is made of. Settings are read elsewhere; here they are already precise.

use crate::store::redis::RedisConfig;
use crate::store::sqlite::SqliteConfig;

/// The cache role.
#[derive(Clone, Debug)]
pub struct Config {
    /// What is behind the cache.
    pub store: StoreConfig,
    /// The memory in front of it.
    pub memory: MemoryConfig,
    /// Where these are set, for recommendations.
    pub names: SettingNames,
}

/// What is behind the cache.
#[derive(Clone, Debug)]
pub enum StoreConfig {
    /// A file of this process.
    Sqlite(SqliteConfig),
    /// Redis or a Redis Cluster.
    Redis(Box<RedisConfig>),
}

/// Bounds of the memory in front of the store. What does not fit leaves, least used first.
#[derive(Clone, Copy, Debug)]
pub struct MemoryConfig {
    /// Most entries.
    pub max_items: u64,
    /// Most bytes.
    pub max_bytes: u64,
}

impl Default for MemoryConfig {
    fn default() -> Self {
        Self { max_items: 50_000, max_bytes: 64 * 1024 * 1024 }
    }
}

/// Paths of settings, as recommendations name them; empty when there is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct SettingNames {
    /// Of [`MemoryConfig::max_items`].
    pub max_items: &'static str,
    /// Of [`MemoryConfig::max_bytes`].
    pub max_bytes: &'static str,
    /// Of the pool's minimum.
    pub pool_min: &'static str,
    /// Of the pool's maximum.
    pub pool_max: &'static str,
    /// Of the time to open a connection.
    pub connect_timeout: &'static str,
}

impl Config {
    /// A cache with the usual bounds.
    #[must_use]
    pub fn new(store: StoreConfig) -> Self {
        Self { store, memory: MemoryConfig::default(), names: SettingNames::default() }
    }
}
