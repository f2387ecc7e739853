//! Idempotency keys, quotas and leases: between domain and Protobuf.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::cache::check;
use crate::cache::model::{
    Claim, ClaimRequest, IdempotencyKey, Lease, LeaseAnswer, Quota, QuotaRequest, StoredResponse, limits,
};
use crate::proto::cache::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{
    duration, non_empty, optional_duration, required, required_duration, required_time, timestamp, to_i32,
    to_u32,
};

impl From<ClaimRequest> for proto::ClaimIdempotencyKeyRequest {
    fn from(value: ClaimRequest) -> Self {
        let ClaimRequest {
            key: IdempotencyKey { principal, route, key },
            request_hash,
            attempt,
            ttl,
            patience,
        } = value;
        Self {
            key: Some(proto::IdempotencyKey { principal, route, key }),
            request_hash,
            attempt,
            ttl: Some(duration(ttl)),
            patience: Some(duration(patience)),
        }
    }
}

impl TryFrom<proto::ClaimIdempotencyKeyRequest> for ClaimRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::ClaimIdempotencyKeyRequest) -> Result<Self, ProtocolError> {
        let proto::ClaimIdempotencyKeyRequest { key, request_hash, attempt, ttl, patience } = value;
        let proto::IdempotencyKey { principal, route, key } = required(key, "key")?;
        let ttl = optional_duration(ttl, "ttl")?.unwrap_or(limits::IDEMPOTENCY_TTL);
        let patience = optional_duration(patience, "patience")?.unwrap_or(limits::IDEMPOTENCY_PATIENCE);
        Ok(Self {
            key: IdempotencyKey {
                principal: check::key(principal, "key.principal")?,
                route: check::key(route, "key.route")?,
                key: check::key(key, "key.key")?,
            },
            request_hash: check::hash(request_hash, "request_hash")?,
            attempt: check::name(attempt, "attempt")?,
            ttl: check::ttl(ttl, "ttl")?,
            patience: check::ttl(patience, "patience")?,
        })
    }
}

impl From<Claim> for proto::ClaimIdempotencyKeyResponse {
    fn from(value: Claim) -> Self {
        use proto::claim_idempotency_key_response::Outcome;
        let outcome = match value {
            Claim::Granted { token, expires_at } => {
                Outcome::Granted(proto::IdempotencyGranted { token, expires_at: Some(timestamp(expires_at)) })
            }
            Claim::InProgress { since } => {
                Outcome::InProgress(proto::IdempotencyInProgress { since: Some(timestamp(since)) })
            }
            Claim::OutcomeUnknown { since, expires_at } => {
                Outcome::OutcomeUnknown(proto::IdempotencyOutcomeUnknown {
                    since: Some(timestamp(since)),
                    expires_at: Some(timestamp(expires_at)),
                })
            }
            Claim::Finished { response, expires_at } => Outcome::Finished(proto::IdempotencyFinished {
                response: Some(response.into()),
                expires_at: Some(timestamp(expires_at)),
            }),
            Claim::Mismatch => Outcome::Mismatch(proto::IdempotencyMismatch {}),
        };
        Self { outcome: Some(outcome) }
    }
}

impl TryFrom<proto::ClaimIdempotencyKeyResponse> for Claim {
    type Error = ProtocolError;

    fn try_from(value: proto::ClaimIdempotencyKeyResponse) -> Result<Self, ProtocolError> {
        use proto::claim_idempotency_key_response::Outcome;
        Ok(match required(value.outcome, "outcome")? {
            Outcome::Granted(proto::IdempotencyGranted { token, expires_at }) => Self::Granted {
                token: non_empty(token, "granted.token")?,
                expires_at: required_time(expires_at, "granted.expires_at")?,
            },
            Outcome::InProgress(proto::IdempotencyInProgress { since }) => {
                Self::InProgress { since: required_time(since, "in_progress.since")? }
            }
            Outcome::OutcomeUnknown(proto::IdempotencyOutcomeUnknown { since, expires_at }) => {
                Self::OutcomeUnknown {
                    since: required_time(since, "outcome_unknown.since")?,
                    expires_at: required_time(expires_at, "outcome_unknown.expires_at")?,
                }
            }
            Outcome::Finished(proto::IdempotencyFinished { response, expires_at }) => Self::Finished {
                response: required(response, "finished.response")?.try_into()?,
                expires_at: required_time(expires_at, "finished.expires_at")?,
            },
            Outcome::Mismatch(proto::IdempotencyMismatch {}) => Self::Mismatch,
        })
    }
}

impl From<StoredResponse> for proto::StoredResponse {
    fn from(value: StoredResponse) -> Self {
        let StoredResponse { status, headers, body } = value;
        let headers = headers.into_iter().map(|(name, value)| proto::StoredHeader { name, value }).collect();
        Self { status: i32::from(status), headers, body }
    }
}

impl TryFrom<proto::StoredResponse> for StoredResponse {
    type Error = ProtocolError;

    fn try_from(value: proto::StoredResponse) -> Result<Self, ProtocolError> {
        let proto::StoredResponse { status, headers, body } = value;
        let status = u16::try_from(status)
            .ok()
            .filter(|status| (100..600).contains(status))
            .ok_or_else(|| ProtocolError::rule("response.status", "an HTTP status, 100 to 599"))?;
        if headers.len() > limits::RESPONSE_HEADERS {
            return Err(ProtocolError::rule("response.headers", "at most 32 headers"));
        }
        let header = |proto::StoredHeader { name, value }| {
            let name = check::name(name, "response.headers.name")?;
            let most = 8 * 1024;
            Ok((name, check::size(value, "response.headers.value", most, "at most 8 KiB")?))
        };
        Ok(Self {
            status,
            headers: headers.into_iter().map(header).collect::<Result<_, ProtocolError>>()?,
            body: check::size(body, "response.body", limits::RESPONSE_BYTES, "at most 1 MiB")?,
        })
    }
}

/// The token of the grant, the response and how long to keep it.
impl TryFrom<proto::CompleteIdempotencyKeyRequest> for (String, StoredResponse, Duration) {
    type Error = ProtocolError;

    fn try_from(value: proto::CompleteIdempotencyKeyRequest) -> Result<Self, ProtocolError> {
        let proto::CompleteIdempotencyKeyRequest { token, response, ttl } = value;
        let token = non_empty(token, "token")?;
        let response = required(response, "response")?.try_into()?;
        let ttl = optional_duration(ttl, "ttl")?.unwrap_or(limits::IDEMPOTENCY_TTL);
        Ok((token, response, check::ttl(ttl, "ttl")?))
    }
}

/// When the response is forgotten.
impl From<DateTime<Utc>> for proto::CompleteIdempotencyKeyResponse {
    fn from(expires_at: DateTime<Utc>) -> Self {
        Self { expires_at: Some(timestamp(expires_at)) }
    }
}

impl From<QuotaRequest> for proto::TakeQuotaRequest {
    fn from(value: QuotaRequest) -> Self {
        let QuotaRequest { name, key, limit, window, cost } = value;
        Self { name, key, limit: to_i32(limit), window: Some(duration(window)), cost: to_i32(cost) }
    }
}

impl TryFrom<proto::TakeQuotaRequest> for QuotaRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::TakeQuotaRequest) -> Result<Self, ProtocolError> {
        let proto::TakeQuotaRequest { name, key, limit, window, cost } = value;
        let units = |value: i32, field| {
            to_u32(value, field)
                .ok()
                .filter(|units| (1..=limits::QUOTA_UNITS).contains(units))
                .ok_or_else(|| ProtocolError::rule(field, "1 to 1,000,000"))
        };
        Ok(Self {
            name: check::name(name, "name")?,
            key: check::key(key, "key")?,
            limit: units(limit, "limit")?,
            window: check::window(required_duration(window, "window")?, "window")?,
            cost: if cost == 0 { 1 } else { units(cost, "cost")? },
        })
    }
}

impl From<Quota> for proto::TakeQuotaResponse {
    fn from(value: Quota) -> Self {
        let Quota { allowed, remaining, reset_after, retry_after } = value;
        Self {
            allowed,
            remaining: to_i32(remaining),
            reset_after: Some(duration(reset_after)),
            retry_after: retry_after.map(duration),
        }
    }
}

impl TryFrom<proto::TakeQuotaResponse> for Quota {
    type Error = ProtocolError;

    fn try_from(value: proto::TakeQuotaResponse) -> Result<Self, ProtocolError> {
        let proto::TakeQuotaResponse { allowed, remaining, reset_after, retry_after } = value;
        Ok(Self {
            allowed,
            remaining: to_u32(remaining, "remaining")?,
            reset_after: required_duration(reset_after, "reset_after")?,
            retry_after: optional_duration(retry_after, "retry_after")?,
        })
    }
}

impl From<Lease> for proto::Lease {
    fn from(Lease { name, holder, fencing_token, ttl }: Lease) -> Self {
        Self { name, holder, fencing_token, ttl: Some(duration(ttl)) }
    }
}

impl TryFrom<proto::Lease> for Lease {
    type Error = ProtocolError;

    fn try_from(value: proto::Lease) -> Result<Self, ProtocolError> {
        let proto::Lease { name, holder, fencing_token, ttl } = value;
        Ok(Self { name, holder, fencing_token, ttl: required_duration(ttl, "ttl")? })
    }
}

/// What is asked for: the token is none yet.
impl TryFrom<proto::AcquireLeaseRequest> for Lease {
    type Error = ProtocolError;

    fn try_from(value: proto::AcquireLeaseRequest) -> Result<Self, ProtocolError> {
        let proto::AcquireLeaseRequest { name, holder, ttl } = value;
        Ok(Self {
            name: check::name(name, "name")?,
            holder: check::name(holder, "holder")?,
            fencing_token: 0,
            ttl: check::lease_ttl(required_duration(ttl, "ttl")?, "ttl")?,
        })
    }
}

/// The lease with the life asked for.
impl TryFrom<proto::RenewLeaseRequest> for Lease {
    type Error = ProtocolError;

    fn try_from(value: proto::RenewLeaseRequest) -> Result<Self, ProtocolError> {
        let proto::RenewLeaseRequest { name, holder, fencing_token, ttl } = value;
        Ok(Self {
            name: check::name(name, "name")?,
            holder: check::name(holder, "holder")?,
            fencing_token,
            ttl: check::lease_ttl(required_duration(ttl, "ttl")?, "ttl")?,
        })
    }
}

/// The lease to give back.
impl TryFrom<proto::ReleaseLeaseRequest> for Lease {
    type Error = ProtocolError;

    fn try_from(value: proto::ReleaseLeaseRequest) -> Result<Self, ProtocolError> {
        let proto::ReleaseLeaseRequest { name, holder, fencing_token } = value;
        Ok(Self {
            name: check::name(name, "name")?,
            holder: check::name(holder, "holder")?,
            fencing_token,
            ttl: Duration::ZERO,
        })
    }
}

impl From<LeaseAnswer> for proto::AcquireLeaseResponse {
    fn from(value: LeaseAnswer) -> Self {
        use proto::acquire_lease_response::Outcome;
        let outcome = match value {
            LeaseAnswer::Granted(lease) => Outcome::Granted(lease.into()),
            LeaseAnswer::Held { holder, remaining } => {
                Outcome::Held(proto::LeaseHeld { holder, remaining: Some(duration(remaining)) })
            }
        };
        Self { outcome: Some(outcome) }
    }
}

impl TryFrom<proto::AcquireLeaseResponse> for LeaseAnswer {
    type Error = ProtocolError;

    fn try_from(value: proto::AcquireLeaseResponse) -> Result<Self, ProtocolError> {
        use proto::acquire_lease_response::Outcome;
        Ok(match required(value.outcome, "outcome")? {
            Outcome::Granted(lease) => Self::Granted(lease.try_into()?),
            Outcome::Held(proto::LeaseHeld { holder, remaining }) => {
                Self::Held { holder, remaining: required_duration(remaining, "held.remaining")? }
            }
        })
    }
}
