//! What must be true once for all processes: idempotency keys, quotas, leases.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::limits;

/// The scope of an `Idempotency-Key`: the same key of another principal or on another route is another key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// Who asked.
    pub principal: String,
    /// What was asked for, such as `POST /api/commands`.
    pub route: String,
    /// What the client sent.
    pub key: String,
}

/// Asks for the right to execute an operation once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRequest {
    /// Under which key.
    pub key: IdempotencyKey,
    /// Hash of all that makes the request what it is.
    pub request_hash: String,
    /// Names this attempt and no other, for example a random UUID. Repeating the call with it is safe.
    pub attempt: String,
    /// How long the key is kept.
    pub ttl: Duration,
    /// How long the operation may take before its outcome counts as unknown.
    pub patience: Duration,
}

impl ClaimRequest {
    /// A claim with the usual lifetimes.
    #[must_use]
    pub fn new(key: IdempotencyKey, request_hash: impl Into<String>, attempt: impl Into<String>) -> Self {
        Self {
            key,
            request_hash: request_hash.into(),
            attempt: attempt.into(),
            ttl: limits::IDEMPOTENCY_TTL,
            patience: limits::IDEMPOTENCY_PATIENCE,
        }
    }
}

/// Answer to a claim. At most one attempt is ever granted a key during its lifetime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Execute the operation, then complete; release only when nothing was executed.
    Granted {
        /// For completing and releasing.
        token: String,
        /// When the key is forgotten.
        expires_at: DateTime<Utc>,
    },
    /// Another attempt executes it now.
    InProgress {
        /// When that was granted.
        since: DateTime<Utc>,
    },
    /// Another attempt was granted and never completed: whether it was executed is not known.
    OutcomeUnknown {
        /// When that was granted.
        since: DateTime<Utc>,
        /// When the key is forgotten.
        expires_at: DateTime<Utc>,
    },
    /// It was executed.
    Finished {
        /// What it answered.
        response: StoredResponse,
        /// When the response is forgotten.
        expires_at: DateTime<Utc>,
    },
    /// The key belongs to another request.
    Mismatch,
}

/// An HTTP response kept for replay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredResponse {
    /// HTTP status.
    pub status: u16,
    /// Names and values of headers worth replaying.
    pub headers: Vec<(String, Bytes)>,
    /// The body.
    pub body: Bytes,
}

/// Takes from a rate limit shared by all processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaRequest {
    /// Name of the limit.
    pub name: String,
    /// Who is limited.
    pub key: String,
    /// Units in a window; also the burst.
    pub limit: u32,
    /// The window.
    pub window: Duration,
    /// Units to take.
    pub cost: u32,
}

/// Answer to taking from a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The units were taken.
    pub allowed: bool,
    /// Units that could be taken now.
    pub remaining: u32,
    /// Until the whole limit is there again.
    pub reset_after: Duration,
    /// Until these units could be taken; unset when they were, and when they are more than the limit.
    pub retry_after: Option<Duration>,
}

/// An exclusive lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What is leased.
    pub name: String,
    /// Who holds it.
    pub holder: String,
    /// Grows with every new holder; pass it on with every write that the lease protects.
    pub fencing_token: u64,
    /// Counted from before the request by the holder's own clock.
    pub ttl: Duration,
}

/// Answer to asking for a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaseAnswer {
    /// It is yours.
    Granted(Lease),
    /// It is another's.
    Held {
        /// Who holds it.
        holder: String,
        /// Until it ends unless it is renewed.
        remaining: Duration,
    },
}
