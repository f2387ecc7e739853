//! What must be true once for all processes. Nothing here falls back to memory: when the store cannot say, nobody may act.

use std::time::Duration;

use chrono::{DateTime, Utc};
use resync_api::cache::model::{
    Claim, ClaimRequest, Lease, LeaseAnswer, Quota, QuotaRequest, StoredResponse,
};

use super::Cache;
use crate::error::Error;
use crate::gcra::{self, Terms};
use crate::{idempotency, telemetry};

impl Cache {
    /// Claims an idempotency key before an operation is executed.
    ///
    /// # Errors
    /// When the store cannot say who holds it: then nothing may be executed.
    pub async fn claim(&self, request: ClaimRequest) -> Result<Claim, Error> {
        let name = idempotency::record_name(&request.key);
        let claimed = self.0.guard.run("claim", |store| store.claim(&name, &request)).await;
        let claim = claimed.map_err(Error::Idempotency).and_then(|claimed| {
            idempotency::decide(claimed.record, &request, claimed.now_ms).ok_or(Error::RecordUnreadable)
        });
        telemetry::claim(match &claim {
            Ok(Claim::Granted { .. }) => "granted",
            Ok(Claim::InProgress { .. }) => "in_progress",
            Ok(Claim::OutcomeUnknown { .. }) => "outcome_unknown",
            Ok(Claim::Finished { .. }) => "finished",
            Ok(Claim::Mismatch) => "mismatch",
            Err(_) => "unavailable",
        });
        claim
    }

    /// Stores the response of a granted operation; gives the time at which it is forgotten.
    ///
    /// # Errors
    /// When the attempt does not hold the key any more, or the store did not take the response.
    pub async fn complete(
        &self,
        token: &str,
        response: &StoredResponse,
        ttl: Duration,
    ) -> Result<DateTime<Utc>, Error> {
        let (name, attempt) = idempotency::parse_token(token).ok_or(Error::Token)?;
        let bytes = idempotency::encode(response);
        let expires_ms = self
            .0
            .guard
            .run("complete", |store| store.complete(name, attempt, bytes, ttl))
            .await
            .map_err(Error::Idempotency)?;
        expires_ms.map(idempotency::time).ok_or(Error::ClaimLost)
    }

    /// Gives a granted key back, when nothing was executed under it.
    ///
    /// # Errors
    /// When the store did not take it.
    pub async fn release(&self, token: &str) -> Result<(), Error> {
        let (name, attempt) = idempotency::parse_token(token).ok_or(Error::Token)?;
        let released = self.0.guard.run("release", |store| store.release(name, attempt)).await;
        released.map_err(Error::Idempotency)
    }

    /// Takes from a rate limit.
    ///
    /// # Errors
    /// When the store cannot say what is left, or the limit is finer than a unit per microsecond.
    pub async fn take_quota(&self, request: &QuotaRequest) -> Result<Quota, Error> {
        let terms = Terms::from(request);
        if u64::from(request.limit) > terms.window {
            return Err(Error::Rate);
        }
        // The limit and the window belong to its identity: after a change of settings it counts anew.
        let QuotaRequest { name, key, limit, .. } = request;
        let name = format!("{}:{name}:{limit}:{}:{key}", name.len(), terms.window);
        let taken = self.0.guard.run("take", |store| store.take(&name, terms)).await;
        let quota = taken.map(|taken| gcra::answer(terms, taken)).map_err(Error::Quota);
        telemetry::quota(match &quota {
            Ok(quota) if quota.allowed => "allowed",
            Ok(_) => "refused",
            Err(_) => "unavailable",
        });
        quota
    }

    /// Takes an exclusive lease, or says who holds it.
    ///
    /// # Errors
    /// When the store cannot say.
    pub async fn acquire_lease(&self, wanted: &Lease) -> Result<LeaseAnswer, Error> {
        let answer = self.0.guard.run("acquire", |store| store.acquire(wanted)).await.map_err(Error::Lease);
        telemetry::lease(match &answer {
            Ok(LeaseAnswer::Granted(_)) => "granted",
            Ok(LeaseAnswer::Held { .. }) => "held",
            Err(_) => "unavailable",
        });
        answer
    }

    /// Prolongs a lease to its time to live from now.
    ///
    /// # Errors
    /// When it is lost, or the store cannot say.
    pub async fn renew_lease(&self, lease: Lease) -> Result<Lease, Error> {
        let renewed = self.0.guard.run("renew", |store| store.renew(&lease)).await.map_err(Error::Lease)?;
        telemetry::lease(if renewed { "renewed" } else { "lost" });
        if renewed { Ok(lease) } else { Err(Error::LeaseLost { name: lease.name, holder: lease.holder }) }
    }

    /// Gives a lease back early; false: it was not held any more.
    ///
    /// # Errors
    /// When the store cannot say.
    pub async fn release_lease(&self, lease: &Lease) -> Result<bool, Error> {
        self.0.guard.run("give_back", |store| store.give_back(lease)).await.map_err(Error::Lease)
    }
}
