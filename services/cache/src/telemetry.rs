//! The role's metrics: their names, their descriptions, and nothing else.

use std::time::Duration;

use metrics::{
    Counter, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use crate::store::Cause;
use crate::store::redis::StartMetrics;

const LOOKUPS: &str = "resync_cache_lookups_total";
const SETS: &str = "resync_cache_sets_total";
const INVALIDATIONS: &str = "resync_cache_invalidations_total";
const HISTORY_LOSSES: &str = "resync_cache_history_losses_total";
const WATCHERS: &str = "resync_cache_watchers";
const MEMORY_ITEMS: &str = "resync_cache_memory_items";
const MEMORY_BYTES: &str = "resync_cache_memory_bytes";
const MEMORY_EVICTIONS: &str = "resync_cache_memory_evictions_total";
const CLAIMS: &str = "resync_cache_idempotency_claims_total";
const QUOTAS: &str = "resync_cache_quota_requests_total";
const LEASES: &str = "resync_cache_lease_requests_total";
const OPERATIONS: &str = "resync_cache_store_operation_duration_seconds";
const ERRORS: &str = "resync_cache_store_errors_total";
const UP: &str = "resync_cache_store_up";
const START_ATTEMPTS: &str = "resync_cache_redis_start_attempts_total";
const START_CONNECTION_FAILURES: &str = "resync_cache_redis_start_connection_failures_total";
const START_AUTH_FAILURES: &str = "resync_cache_redis_start_auth_failures_total";
const START_DURATION: &str = "resync_cache_redis_start_duration_seconds";

/// Describes every metric. Called once the process has its recorder.
pub(crate) fn describe() {
    describe_counter!(LOOKUPS, "Lookups of entries, by cache and by what they found");
    describe_counter!(SETS, "Entries stored, by cache");
    describe_counter!(INVALIDATIONS, "Invalidations seen, this process's own included");
    describe_counter!(HISTORY_LOSSES, "Times invalidations may have been missed and everything was dropped");
    describe_gauge!(WATCHERS, "Watchers of invalidations");
    describe_gauge!(MEMORY_ITEMS, "Entries in memory in front of the store");
    describe_gauge!(MEMORY_BYTES, Unit::Bytes, "Size of the entries in memory in front of the store");
    describe_counter!(MEMORY_EVICTIONS, "Entries that left the memory because of its bounds");
    describe_counter!(CLAIMS, "Claims of idempotency keys, by outcome");
    describe_counter!(QUOTAS, "Requests to rate limits, by outcome");
    describe_counter!(LEASES, "Requests for leases, by outcome");
    describe_histogram!(OPERATIONS, Unit::Seconds, "Operations of the store, by kind");
    describe_counter!(ERRORS, "Operations of the store that failed, by cause");
    describe_gauge!(UP, "1 while the store answers");
    describe_counter!(START_ATTEMPTS, "Attempts to start with Redis");
    describe_counter!(START_CONNECTION_FAILURES, "Attempts to start that failed for the connection");
    describe_counter!(START_AUTH_FAILURES, "Attempts to start that failed for credentials or permissions");
    describe_gauge!(START_DURATION, Unit::Seconds, "How long the start of Redis took");
}

pub(crate) fn lookups(cache: &str, result: &'static str) -> Counter {
    counter!(LOOKUPS, "cache" => cache.to_owned(), "result" => result)
}

pub(crate) fn sets(cache: &str) -> Counter {
    counter!(SETS, "cache" => cache.to_owned())
}

pub(crate) fn invalidations(count: usize) {
    counter!(INVALIDATIONS).increment(count as u64);
}

pub(crate) fn history_lost() {
    counter!(HISTORY_LOSSES).increment(1);
}

pub(crate) fn watchers(change: i8) {
    gauge!(WATCHERS).increment(f64::from(change));
}

#[expect(clippy::cast_precision_loss, reason = "sizes of memory are far below 2^53")]
pub(crate) fn memory(items: u64, bytes: u64, evictions: u64) {
    gauge!(MEMORY_ITEMS).set(items as f64);
    gauge!(MEMORY_BYTES).set(bytes as f64);
    counter!(MEMORY_EVICTIONS).absolute(evictions);
}

pub(crate) fn claim(outcome: &'static str) {
    counter!(CLAIMS, "outcome" => outcome).increment(1);
}

pub(crate) fn quota(outcome: &'static str) {
    counter!(QUOTAS, "outcome" => outcome).increment(1);
}

pub(crate) fn lease(outcome: &'static str) {
    counter!(LEASES, "outcome" => outcome).increment(1);
}

pub(crate) fn operation(name: &'static str, took: Duration, failed: Option<Cause>) {
    histogram!(OPERATIONS, "operation" => name).record(took.as_secs_f64());
    if let Some(cause) = failed {
        counter!(ERRORS, "cause" => cause.reason()).increment(1);
    }
}

pub(crate) fn up(is_up: bool) {
    gauge!(UP).set(f64::from(u8::from(is_up)));
}

pub(crate) fn started(start: &StartMetrics) {
    counter!(START_ATTEMPTS).increment(u64::from(start.attempts));
    counter!(START_CONNECTION_FAILURES).increment(u64::from(start.connection_failures));
    counter!(START_AUTH_FAILURES).increment(u64::from(start.auth_failures));
    gauge!(START_DURATION).set(start.duration.as_secs_f64());
}
