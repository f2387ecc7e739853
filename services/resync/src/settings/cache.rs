//! Settings of the caches: the shared second level with its store, and the first level in each process.

use super::key;
use crate::data;
use crate::failure::{Failure, Result};
use resync_cache::{Config, MemoryConfig, PoolConfig, RedisConfig, SettingNames, SqliteConfig, StoreConfig};
use resync_fault::ErrorKind;
use resync_gateway::KeyLifetimes;
use resync_near_cache::{self as near_cache, Eviction};
use resync_service_kit::settings::{Key, Kind, Settings};
use resync_tws_bridge::engine::Lives;
use secrecy::{ExposeSecret as _, SecretString};
use std::path::Path;
use std::time::Duration;

pub(super) const KEYS: &[Key] = &[
    key(
        "redis.url",
        Kind::Secret,
        None,
        "Address of Redis, such as redis://user:password@host:6379/0, or rediss:// for TLS; of a cluster some nodes, \
         separated by commas; unset: an embedded store",
    ),
    key(
        "redis.cluster",
        Kind::Boolean,
        Some("false"),
        "Whether redis.url names nodes of a Redis Cluster, through which the others are found",
    ),
    key("redis.username", Kind::Text, None, "ACL user of Redis, when the address names none"),
    key("redis.password", Kind::Secret, None, "Password of Redis, when the address holds none"),
    key("redis.key_prefix", Kind::Text, Some("resync:"), "Begins the name of every key in Redis"),
    key("redis.ca_file", Kind::Text, None, "PEM file of the authority that signed Redis' certificate"),
    key(
        "redis.startup_attempts",
        Kind::Integer(1, 100),
        Some("3"),
        "Attempts to reach Redis before the start fails",
    ),
    key("redis.command_timeout", Kind::Duration, Some("2s"), "Bound for one command"),
    key(
        "connection_pool.redis_pool_min_size",
        Kind::Integer(0, 1_000),
        Some("5"),
        "Redis connections kept ready",
    ),
    key(
        "connection_pool.redis_pool_max_size",
        Kind::Integer(1, 1_000),
        Some("20"),
        "Redis connections at most",
    ),
    key(
        "connection_pool.redis_pool_connect_timeout",
        Kind::Integer(1, 3_600),
        Some("30"),
        "Seconds to get a Redis connection",
    ),
    key(
        "connection_pool.redis_pool_idle_timeout",
        Kind::Integer(1, 86_400),
        Some("300"),
        "Seconds a Redis connection may idle",
    ),
    key(
        "connection_pool.redis_pool_max_lifetime",
        Kind::Integer(1, 86_400),
        Some("1800"),
        "Seconds a Redis connection may live",
    ),
    key(
        "connection_pool.redis_pool_health_check_interval",
        Kind::Integer(1, 3_600),
        Some("60"),
        "Seconds between two checks of Redis while nothing fails",
    ),
    key(
        "allow_embedded",
        Kind::Boolean,
        Some("false"),
        "In production: accept embedded stores where no Redis or no Neo4j is configured",
    ),
    key(
        "cache.shared_max_items",
        Kind::Integer(1, 10_000_000),
        Some("50000"),
        "Entries that the cache role keeps in memory before its store at most",
    ),
    key(
        "cache.shared_max_bytes",
        Kind::Integer(1_024, 100_000_000_000),
        Some("67108864"),
        "Bytes that the cache role keeps in memory before its store at most",
    ),
    key(
        "async_cache.ttl_seconds",
        Kind::Integer(1, 86_400),
        Some("60"),
        "Life of cache entries without a class",
    ),
    key(
        "async_cache.cleanup_interval",
        Kind::Integer(1, 3_600),
        Some("30"),
        "Seconds between two cleanups of a cache",
    ),
    key(
        "async_cache.max_workers",
        Kind::Integer(1, 256),
        Some("4"),
        "Entries of a cache renewed at one time in the background",
    ),
    key(
        "cache.max_items",
        Kind::Integer(1, 10_000_000),
        Some("100000"),
        "Entries of one cache in one process at most",
    ),
    key(
        "cache.max_bytes",
        Kind::Integer(1_024, 100_000_000_000),
        Some("104857600"),
        "Bytes of one cache in one process at most",
    ),
    key(
        "cache.eviction",
        Kind::Choice(&["tinylfu", "lru"]),
        Some("tinylfu"),
        "What gives way in a full cache: what is asked for rarely, or what was asked for longest ago",
    ),
    key("cache.running_logs_ttl", Kind::Duration, Some("30s"), "Life of cached logs of jobs that run"),
    key(
        "cache.finished_logs_ttl",
        Kind::Duration,
        Some("24h"),
        "Life of cached logs of runs that have ended",
    ),
    key("cache.definitions_ttl", Kind::Duration, Some("1h"), "Life of cached definitions of job streams"),
    key(
        "idempotency.lifetime",
        Kind::Duration,
        Some("24h"),
        "How long the outcome under an Idempotency-Key is kept",
    ),
    key(
        "idempotency.patience",
        Kind::Duration,
        Some("2m"),
        "A request under an Idempotency-Key that has not ended by then is told as of unknown outcome",
    ),
];

/// The configuration of the cache role. Without Redis its store is a file in `data_dir`, which production must allow.
pub(crate) fn cache(settings: &Settings, data_dir: &Path, production: bool) -> Result<Config> {
    let store = match settings.secret("redis.url") {
        Some(url) => StoreConfig::Redis(Box::new(redis(settings, &url, production))),
        None if production && !settings.flag("allow_embedded") => {
            let text = "production needs Redis for the cache: its embedded store serves one process only";
            return Err(Failure::new(ErrorKind::FailedPrecondition, "EMBEDDED_STORE", text)
                .hint("set REDIS_URL, or allow_embedded = true where one process is enough"));
        }
        None => StoreConfig::Sqlite(SqliteConfig::new(data_dir.join(data::CACHE))),
    };
    Ok(Config {
        store,
        memory: MemoryConfig {
            max_items: settings.integer("cache.shared_max_items"),
            max_bytes: settings.integer("cache.shared_max_bytes"),
        },
        names: SettingNames {
            max_items: "cache.shared_max_items",
            max_bytes: "cache.shared_max_bytes",
            pool_min: "connection_pool.redis_pool_min_size",
            pool_max: "connection_pool.redis_pool_max_size",
            connect_timeout: "connection_pool.redis_pool_connect_timeout",
        },
    })
}

fn redis(settings: &Settings, url: &SecretString, production: bool) -> RedisConfig {
    let pool = |leaf: &str| format!("connection_pool.redis_pool_{leaf}");
    let seconds = |leaf: &str| Duration::from_secs(settings.integer(&pool(leaf)));
    RedisConfig {
        urls: url.expose_secret().split(',').map(|url| SecretString::from(url.trim())).collect(),
        cluster: settings.flag("redis.cluster"),
        username: settings.optional_text("redis.username").map(str::to_owned),
        password: settings.secret("redis.password"),
        ca_file: settings.optional_text("redis.ca_file").map(Into::into),
        key_prefix: settings.text("redis.key_prefix").to_owned(),
        pool: PoolConfig {
            min_size: settings.integer(&pool("min_size")),
            max_size: settings.integer(&pool("max_size")),
            connect_timeout: seconds("connect_timeout"),
            idle_timeout: seconds("idle_timeout"),
            max_lifetime: seconds("max_lifetime"),
            health_check_interval: seconds("health_check_interval"),
        },
        command_timeout: settings.duration("redis.command_timeout"),
        start_attempts: settings.integer("redis.startup_attempts"),
        production,
    }
}

/// The caches of this process.
pub(crate) fn near_caches(settings: &Settings) -> near_cache::Settings {
    let seconds = |path: &str| Duration::from_secs(settings.integer(path));
    near_cache::Settings {
        ttl: seconds("async_cache.ttl_seconds"),
        max_items: settings.integer("cache.max_items"),
        max_bytes: settings.integer("cache.max_bytes"),
        eviction: match settings.text("cache.eviction") {
            "lru" => Eviction::Lru,
            _ => Eviction::TinyLfu,
        },
        cleanup_interval: seconds("async_cache.cleanup_interval"),
        max_workers: settings.integer("async_cache.max_workers"),
        ..near_cache::Settings::default()
    }
}

/// How long the bridge keeps what it read from an engine.
pub(crate) fn bridge_lives(settings: &Settings) -> Lives {
    Lives {
        running_logs: settings.duration("cache.running_logs_ttl"),
        finished_logs: settings.duration("cache.finished_logs_ttl"),
        definitions: settings.duration("cache.definitions_ttl"),
    }
}

/// How long the gateway keeps idempotency keys.
pub(super) fn key_lifetimes(settings: &Settings) -> KeyLifetimes {
    KeyLifetimes {
        ttl: settings.duration("idempotency.lifetime"),
        patience: settings.duration("idempotency.patience"),
    }
}
