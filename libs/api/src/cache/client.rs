//! Typed client of the shared cache: domain types in, domain types out.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::stream::{BoxStream, StreamExt as _};
use resync_fault::FaultBody;
use tonic::{Response, Status};

use super::model::{
    CacheHealth, CacheStats, Claim, ClaimRequest, ClearScope, InvalidationScope, Lease, LeaseAnswer, Lookup,
    Lookups, NewEntry, Position, Quota, QuotaRequest, StoredResponse, WatchEvent,
};
use crate::call::received;
use crate::channel::{CallContext, Channel};
use crate::proto::cache::v1 as proto;
use crate::proto::cache::v1::cache_service_client::CacheServiceClient;
use crate::protocol_error::ProtocolError;
use crate::status::from_status;
use crate::wire::{duration, required, required_time};

/// Largest answer a client accepts, in bytes.
const MAX_MESSAGE_BYTES: usize = 32 * 1024 * 1024;

/// Client of `resync.cache.v1.CacheService`.
///
/// Every call fails with what the server said, or with kind `Unavailable` when it could not be reached.
#[derive(Clone, Debug)]
pub struct CacheClient {
    inner: CacheServiceClient<Channel>,
    context: CallContext,
}

impl CacheClient {
    /// A client that calls through `channel`.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        let inner = CacheServiceClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Self { inner, context: CallContext::default() }
    }

    /// The same client with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        let mut client = self.clone();
        client.context.insert(extension);
        client
    }

    /// What the caches of the role did since it started.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn stats(&self) -> Result<CacheStats, FaultBody> {
        let request = self.context.request(proto::GetCacheStatsRequest {});
        let answer = message(self.inner.clone().get_cache_stats(request).await)?;
        received(required(answer.stats, "stats").and_then(TryInto::try_into))
    }

    /// Whether the store works, and whether idempotency is safe in it.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn health(&self) -> Result<CacheHealth, FaultBody> {
        let request = self.context.request(proto::GetCacheHealthRequest {});
        let answer = message(self.inner.clone().get_cache_health(request).await)?;
        received(required(answer.health, "health").and_then(TryInto::try_into))
    }

    /// Drops entries everywhere; older entries in scope than the returned position are dead.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn clear(&self, scope: ClearScope) -> Result<Position, FaultBody> {
        let request = self.context.request(scope.into());
        let answer = message(self.inner.clone().clear_cache(request).await)?;
        received(position(answer.position))
    }

    /// One entry, or the stamp with which to load it.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn get(&self, key: impl Into<String>) -> Result<Lookup, FaultBody> {
        let request = self.context.request(proto::GetEntryRequest { key: key.into() });
        received(message(self.inner.clone().get_entry(request).await)?.try_into())
    }

    /// At most 100 entries.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn get_many(&self, keys: Vec<String>) -> Result<Lookups, FaultBody> {
        let request = self.context.request(proto::GetEntriesRequest { keys });
        received(message(self.inner.clone().get_entries(request).await)?.try_into())
    }

    /// Stores an entry; false: it was invalidated while it was loaded, and was not stored.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn set(&self, entry: NewEntry) -> Result<bool, FaultBody> {
        let request = self.context.request(entry.into());
        Ok(message(self.inner.clone().set_entry(request).await)?.stored)
    }

    /// Makes entries dead everywhere.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn invalidate(&self, scope: InvalidationScope) -> Result<Position, FaultBody> {
        let request = self.context.request(proto::InvalidateEntriesRequest { scope: Some(scope.into()) });
        received(position(message(self.inner.clone().invalidate_entries(request).await)?.position))
    }

    /// Invalidations as they happen, from the one after `after` on.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn watch(
        &self,
        after: Option<Position>,
    ) -> Result<BoxStream<'static, Result<WatchEvent, FaultBody>>, FaultBody> {
        let after = after.map_or(0, Position::get);
        let request = self.context.request(proto::WatchInvalidationsRequest { after });
        let events = message(self.inner.clone().watch_invalidations(request).await)?;
        Ok(events.map(|event| received(event.map_err(|status| from_status(&status))?.try_into())).boxed())
    }

    /// Claims a key before an operation is executed.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached. Then nothing may be executed.
    pub async fn claim(&self, claim: ClaimRequest) -> Result<Claim, FaultBody> {
        let request = self.context.request(claim.into());
        received(message(self.inner.clone().claim_idempotency_key(request).await)?.try_into())
    }

    /// Stores the response of a granted operation; gives the time at which it is forgotten.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached; `IDEMPOTENCY_CLAIM_LOST` when the claim is gone.
    pub async fn complete(
        &self,
        token: impl Into<String>,
        response: StoredResponse,
        ttl: Duration,
    ) -> Result<DateTime<Utc>, FaultBody> {
        let request = self.context.request(proto::CompleteIdempotencyKeyRequest {
            token: token.into(),
            response: Some(response.into()),
            ttl: Some(duration(ttl)),
        });
        let answer = message(self.inner.clone().complete_idempotency_key(request).await)?;
        received(required_time(answer.expires_at, "expires_at"))
    }

    /// Gives a granted key back. Only when nothing was executed under it.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn release(&self, token: impl Into<String>) -> Result<(), FaultBody> {
        let request = self.context.request(proto::ReleaseIdempotencyKeyRequest { token: token.into() });
        message(self.inner.clone().release_idempotency_key(request).await).map(|_| ())
    }

    /// Takes from a rate limit.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn take_quota(&self, quota: QuotaRequest) -> Result<Quota, FaultBody> {
        let request = self.context.request(quota.into());
        received(message(self.inner.clone().take_quota(request).await)?.try_into())
    }

    /// Takes an exclusive lease, or says who holds it. `holder` is one running process, never two.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn acquire_lease(
        &self,
        name: impl Into<String>,
        holder: impl Into<String>,
        ttl: Duration,
    ) -> Result<LeaseAnswer, FaultBody> {
        let request = self.context.request(proto::AcquireLeaseRequest {
            name: name.into(),
            holder: holder.into(),
            ttl: Some(duration(ttl)),
        });
        received(message(self.inner.clone().acquire_lease(request).await)?.try_into())
    }

    /// Prolongs a lease to `ttl` from now.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached; `LEASE_LOST` when it is no longer held.
    pub async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Lease, FaultBody> {
        let request = self.context.request(proto::RenewLeaseRequest {
            name: lease.name.clone(),
            holder: lease.holder.clone(),
            fencing_token: lease.fencing_token,
            ttl: Some(duration(ttl)),
        });
        let answer = message(self.inner.clone().renew_lease(request).await)?;
        received(required(answer.lease, "lease").and_then(TryInto::try_into))
    }

    /// Gives a lease back early; false: it was not held any more.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn release_lease(&self, lease: &Lease) -> Result<bool, FaultBody> {
        let request = self.context.request(proto::ReleaseLeaseRequest {
            name: lease.name.clone(),
            holder: lease.holder.clone(),
            fencing_token: lease.fencing_token,
        });
        Ok(message(self.inner.clone().release_lease(request).await)?.released)
    }
}

fn message<M>(answer: Result<Response<M>, Status>) -> Result<M, FaultBody> {
    answer.map(Response::into_inner).map_err(|status| from_status(&status))
}

fn position(number: u64) -> Result<Position, ProtocolError> {
    required(Position::new(number), "position")
}
