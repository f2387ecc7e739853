//! What the cache needs of a store, and what can be wrong with one. Two adapters: Redis and an embedded SQLite file.
//!
//! A store keeps bytes and decides atomically; when an entry is alive and what an answer means is decided above it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use resync_api::cache::model::{
    ClaimRequest, Invalidation, InvalidationScope, Lease, LeaseAnswer, Position, StoreKind,
};

use crate::gcra::{Taken, Terms};
use crate::idempotency::Record;

mod error;
mod scope;
pub(crate) mod redis;
pub(crate) mod sqlite;

pub use error::{Cause, StoreError};

/// The future of an operation.
pub(crate) type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A store of entries, invalidations and what must be true once for all processes.
pub(crate) trait Store: fmt::Debug + Send + Sync {
    /// Which one it is.
    fn kind(&self) -> StoreKind;

    /// The bytes under each key, in the order asked.
    fn get<'a>(&'a self, keys: &'a [String]) -> Answer<'a, Vec<Option<Bytes>>>;

    /// Stores bytes; they vanish after `ttl`.
    fn put<'a>(&'a self, key: &'a str, bytes: Bytes, ttl: Duration) -> Answer<'a, ()>;

    /// Removes keys. Nothing depends on it: their entries are dead already.
    fn remove<'a>(&'a self, keys: &'a [String]) -> Answer<'a, ()>;

    /// Adds an invalidation to the history.
    fn append<'a>(&'a self, scope: &'a InvalidationScope) -> Answer<'a, Position>;

    /// The whole history that is kept; begins one when there is none.
    fn history(&self) -> Answer<'_, Vec<Arc<Invalidation>>>;

    /// The next part of the history, as soon as there is one, or an empty one after a second or so.
    fn follow(&self, after: Position) -> Answer<'_, Part>;

    /// Creates a record unless there is one; gives the one that is kept.
    fn claim<'a>(&'a self, name: &'a str, request: &'a ClaimRequest) -> Answer<'a, Claimed>;

    /// Stores the response of an attempt; gives the time at which it is forgotten, or none when the attempt does not
    /// hold the record. A record that has its response already stays as it is.
    fn complete<'a>(
        &'a self,
        name: &'a str,
        attempt: &'a str,
        response: Bytes,
        ttl: Duration,
    ) -> Answer<'a, Option<u64>>;

    /// Removes the record of an attempt that has no response.
    fn release<'a>(&'a self, name: &'a str, attempt: &'a str) -> Answer<'a, ()>;

    /// Takes from the limit kept under `name`.
    fn take<'a>(&'a self, name: &'a str, terms: Terms) -> Answer<'a, Taken>;

    /// Takes a lease for its holder, or says who holds it.
    fn acquire<'a>(&'a self, wanted: &'a Lease) -> Answer<'a, LeaseAnswer>;

    /// Prolongs a lease; false when its holder has lost it.
    fn renew<'a>(&'a self, lease: &'a Lease) -> Answer<'a, bool>;

    /// Gives a lease back; false when its holder has lost it.
    fn give_back<'a>(&'a self, lease: &'a Lease) -> Answer<'a, bool>;

    /// Asks the store how it is, past everything that may be broken in between.
    fn probe(&self) -> Answer<'_, Condition>;

    /// Upkeep once a minute.
    fn sweep(&self) -> Answer<'_, ()>;

    /// What its pool of connections does, when it has one.
    fn pool(&self) -> Option<PoolState>;

    /// Closes every connection and file; operations fail from now on.
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// Part of the history after a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// These are all, up to the last of them.
    Next(Vec<Arc<Invalidation>>),
    /// The position has left the history: what came after it cannot be known.
    Lost,
}

/// Answer to a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claimed {
    /// What is kept.
    pub record: Record,
    /// The clock of the decision, in milliseconds since 1970.
    pub now_ms: u64,
}

/// How a store says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    /// When it was asked.
    pub checked_at: DateTime<Utc>,
    /// How long the answer took.
    pub latency: Duration,
    /// Of the store.
    pub version: String,
    /// Its clients.
    pub connected_clients: u64,
    /// Its memory, or its file.
    pub used_bytes: u64,
    /// The limit of that; 0: none.
    pub max_bytes: u64,
    /// What it does when that is full.
    pub eviction_policy: String,
    /// How it persists.
    pub persistence: String,
    /// It neither evicts nor forgets idempotency records.
    pub keeps_records: bool,
    /// What to know about that; empty when all is well.
    pub warning: String,
}

/// What a pool of connections does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PoolState {
    /// The permits in front of it.
    pub permits: resync_resilience::PoolSnapshot,
    /// Connections kept open at least.
    pub min: u32,
    /// Connections open now.
    pub open: u32,
    /// Of them, those that nobody uses.
    pub idle: u32,
    /// Connections opened since start.
    pub opened: u64,
    /// Connections closed since start.
    pub closed: u64,
}
