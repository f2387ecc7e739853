//! The shared cache: the second level of the mesh's caches and their invalidation, HTTP idempotency records, rate-limit
//! counters and leases, in Redis or in an embedded file.
//!
//! It does not know what the bytes mean, nor how long they may live: that is said by whoever stores them. It never
//! falls back from its store to memory for what must be true once for all processes.

pub mod config;
pub mod error;
pub mod grpc;
mod store;
mod telemetry;
mod cache;
mod clock;
mod entry;
mod feed;
mod gcra;
mod guard;
mod health;
mod history;
mod idempotency;
mod lease;
mod memory;
mod usage;
mod vitals;

pub use cache::Cache;
pub use config::{Config, MemoryConfig, SettingNames, StoreConfig};
pub use error::Error;
pub use store::redis::{PoolConfig, RedisConfig};
pub use store::sqlite::{SqliteConfig, backup, check};
pub use store::{Cause, StoreError};
