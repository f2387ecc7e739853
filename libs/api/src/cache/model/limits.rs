//! Bounds of what the cache takes. Requests beyond them are refused with the name of the field.

use std::time::Duration;

/// Longest key, in bytes.
pub const KEY_BYTES: usize = 1000;
/// Longest name of a tag, lease, holder, limit or attempt, and longest part of an idempotency key, in bytes.
pub const NAME_BYTES: usize = 200;
/// Most tags of one entry.
pub const TAGS: usize = 16;
/// Largest value of an entry, in bytes.
pub const VALUE_BYTES: usize = 4 * 1024 * 1024;
/// Most keys of one lookup.
pub const LOOKUP_KEYS: usize = 100;
/// Largest answer to one lookup of many keys, in bytes of values.
pub const LOOKUP_BYTES: usize = 16 * 1024 * 1024;
/// Most names of one invalidation.
pub const INVALIDATION_NAMES: usize = 1000;
/// All names of one invalidation together, in bytes.
pub const INVALIDATION_BYTES: usize = 64 * 1024;
/// Longest life of entries and idempotency keys.
pub const TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Life of an idempotency key when the caller does not say.
pub const IDEMPOTENCY_TTL: Duration = Duration::from_secs(24 * 60 * 60);
/// Patience with an operation under an idempotency key when the caller does not say.
pub const IDEMPOTENCY_PATIENCE: Duration = Duration::from_secs(2 * 60);
/// Longest request hash, in bytes.
pub const REQUEST_HASH_BYTES: usize = 128;
/// Largest stored response body, in bytes.
pub const RESPONSE_BYTES: usize = 1024 * 1024;
/// Most headers of a stored response.
pub const RESPONSE_HEADERS: usize = 32;
/// Largest limit of a quota, in units.
pub const QUOTA_UNITS: u32 = 1_000_000;
/// Shortest window of a quota.
pub const QUOTA_WINDOW_MIN: Duration = Duration::from_millis(1);
/// Longest window of a quota.
pub const QUOTA_WINDOW_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Shortest life of a lease.
pub const LEASE_TTL_MIN: Duration = Duration::from_millis(100);
/// Longest life of a lease.
pub const LEASE_TTL_MAX: Duration = Duration::from_secs(60 * 60);
