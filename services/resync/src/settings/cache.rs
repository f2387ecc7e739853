//! Settings of the caches: the shared second level with its store, and the first level in each process.

use super::key;
use resync_service_kit::settings::{Key, Kind};

pub(super) const KEYS: &[Key] = &[
    key(
        "redis.url",
        Kind::Secret,
        None,
        "Address of Redis, such as redis://user:password@host:6379/0, or rediss:// for TLS; unset: an embedded store",
    ),
    key(
        "redis.cluster",
        Kind::Boolean,
        Some("false"),
        "Whether redis.url names a node of a Redis Cluster, through which the others are found",
    ),
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
        "In production: accept embedded stores where no Redis is configured",
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
