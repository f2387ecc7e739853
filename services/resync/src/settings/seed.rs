//! Names that deployments of the predecessor use: plain environment variables and two TOML blocks, accepted as they are.
//!
//! What they configured is honoured where this build has it, shown as not applicable where a library has no such notion,
//! and refused where the part does not exist yet.

use super::{env, idle, key, later};
use resync_service_kit::settings::{EnvName, Key, Kind};

const SECONDS: Kind = Kind::Integer(0, 86_400);
const SIZE: Kind = Kind::Integer(0, 100_000);

const ONE_TABLE: &str = "the cache is one concurrent table, without shards to count";
const NO_STORE: &str = "this version keeps nothing in a database, so there is no pool to size";
const ON_DEMAND: &str = "the HTTP client opens connections on demand and keeps none ready";
const IDLE_ONLY: &str = "the HTTP client closes connections by idle time, not by age";
const NO_PROBE: &str = "the HTTP client notices a dead connection when it uses it, and retries on another";

pub(super) const KEYS: &[Key] = &[
    idle("async_cache.num_shards", SIZE, "Shards of the cache", ONE_TABLE),
    idle("connection_pool.db_pool_min_size", SIZE, "Database connections kept ready", NO_STORE),
    idle("connection_pool.db_pool_max_size", SIZE, "Database connections at most", NO_STORE),
    idle(
        "connection_pool.db_pool_connect_timeout",
        SECONDS,
        "Seconds to open a database connection",
        NO_STORE,
    ),
    idle("connection_pool.db_pool_idle_timeout", SECONDS, "Seconds a database connection may idle", NO_STORE),
    idle("connection_pool.db_pool_max_lifetime", SECONDS, "Seconds a database connection may live", NO_STORE),
    idle("connection_pool.db_pool_health_check_interval", SECONDS, "Seconds between two checks", NO_STORE),
    idle("connection_pool.http_pool_min_size", SIZE, "Connections to an engine kept ready", ON_DEMAND),
    key(
        "connection_pool.http_pool_max_size",
        Kind::Integer(1, 1_000),
        None,
        "Connections to each engine at most",
    ),
    key(
        "connection_pool.http_pool_connect_timeout",
        Kind::Integer(1, 3_600),
        None,
        "Seconds to open a connection to an engine",
    ),
    key(
        "connection_pool.http_pool_idle_timeout",
        Kind::Integer(1, 86_400),
        None,
        "Seconds a connection to an engine may idle",
    ),
    idle("connection_pool.http_pool_max_lifetime", SECONDS, "Seconds a connection may live", IDLE_ONLY),
    idle("connection_pool.http_pool_health_check_interval", SECONDS, "Seconds between two checks", NO_PROBE),
    later("llm.endpoint", Kind::Text, "Address of a language model", "the connection to a language model"),
    later("llm.api_key", Kind::Secret, "Key of the language model", "the connection to a language model"),
    later("neo4j.url", Kind::Text, "Address of Neo4j", "the Neo4j store"),
];

pub(super) const ENV_NAMES: &[EnvName] = &[
    env("ADMIN_USERNAME", "auth.admin_username"),
    env("ADMIN_PASSWORD", "auth.admin_password"),
    env("SECRET_KEY", "secret_key"),
    env("OTEL_EXPORTER_OTLP_ENDPOINT", "telemetry.otlp_endpoint"),
    env("REDIS_URL", "redis.url"),
    env("LLM_ENDPOINT", "llm.endpoint"),
    env("LLM_API_KEY", "llm.api_key"),
    env("TWS_HOST", "engines.default.host"),
    env("TWS_PORT", "engines.default.port"),
    env("TWS_USER", "engines.default.user"),
    env("TWS_PASSWORD", "engines.default.password"),
    env("ASYNC_CACHE_TTL", "async_cache.ttl_seconds"),
    env("ASYNC_CACHE_TTL_SECONDS", "async_cache.ttl_seconds"),
    env("ASYNC_CACHE_CLEANUP_INTERVAL", "async_cache.cleanup_interval"),
    env("ASYNC_CACHE_NUM_SHARDS", "async_cache.num_shards"),
    env("ASYNC_CACHE_MAX_WORKERS", "async_cache.max_workers"),
    env("DB_POOL_MIN_SIZE", "connection_pool.db_pool_min_size"),
    env("DB_POOL_MAX_SIZE", "connection_pool.db_pool_max_size"),
    env("DB_POOL_CONNECT_TIMEOUT", "connection_pool.db_pool_connect_timeout"),
    env("DB_POOL_IDLE_TIMEOUT", "connection_pool.db_pool_idle_timeout"),
    env("DB_POOL_MAX_LIFETIME", "connection_pool.db_pool_max_lifetime"),
    env("DB_POOL_HEALTH_CHECK_INTERVAL", "connection_pool.db_pool_health_check_interval"),
    env("REDIS_POOL_MIN_SIZE", "connection_pool.redis_pool_min_size"),
    env("REDIS_POOL_MAX_SIZE", "connection_pool.redis_pool_max_size"),
    env("REDIS_POOL_CONNECT_TIMEOUT", "connection_pool.redis_pool_connect_timeout"),
    env("REDIS_POOL_IDLE_TIMEOUT", "connection_pool.redis_pool_idle_timeout"),
    env("REDIS_POOL_MAX_LIFETIME", "connection_pool.redis_pool_max_lifetime"),
    env("REDIS_POOL_HEALTH_CHECK_INTERVAL", "connection_pool.redis_pool_health_check_interval"),
    env("HTTP_POOL_MIN_SIZE", "connection_pool.http_pool_min_size"),
    env("HTTP_POOL_MAX_SIZE", "connection_pool.http_pool_max_size"),
    env("HTTP_POOL_CONNECT_TIMEOUT", "connection_pool.http_pool_connect_timeout"),
    env("HTTP_POOL_IDLE_TIMEOUT", "connection_pool.http_pool_idle_timeout"),
    env("HTTP_POOL_MAX_LIFETIME", "connection_pool.http_pool_max_lifetime"),
    env("HTTP_POOL_HEALTH_CHECK_INTERVAL", "connection_pool.http_pool_health_check_interval"),
];
