//! `resync.cache.v1.CacheService`: parse, call the handle, encode. The server's gate has checked the permission.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use resync_api::cache::model::{
    ClaimRequest, ClearScope, InvalidationScope, Lease, NewEntry, Position, QuotaRequest, StoredResponse,
    limits,
};
use resync_api::proto::cache::v1 as proto;
use resync_api::proto::cache::v1::cache_service_server::{CacheService, CacheServiceServer};
use resync_api::protocol_error::ProtocolError;
use resync_api::status::to_status;
use resync_fault::Fault;
use tonic::{Request, Response, Status};

use crate::cache::Cache;

/// Largest request: one entry of the largest size, with room for the rest of its message.
const MAX_REQUEST_BYTES: usize = limits::VALUE_BYTES + 64 * 1024;

/// The service to add to the role's server.
#[must_use]
pub fn service(cache: Cache) -> CacheServiceServer<CacheRole> {
    CacheServiceServer::new(CacheRole { cache }).max_decoding_message_size(MAX_REQUEST_BYTES)
}

/// Answers RPCs from the handle.
#[derive(Debug, Clone)]
pub struct CacheRole {
    cache: Cache,
}

fn refused(fault: impl Fault) -> Status {
    to_status(&fault)
}

fn parsed<M, D>(request: Request<M>) -> Result<D, Status>
where
    M: TryInto<D, Error = ProtocolError>,
{
    request.into_inner().try_into().map_err(refused)
}

fn answer<D, M: From<D>>(outcome: Result<D, crate::Error>) -> Result<Response<M>, Status> {
    outcome.map(|answer| Response::new(answer.into())).map_err(refused)
}

#[tonic::async_trait]
impl CacheService for CacheRole {
    type WatchInvalidationsStream = BoxStream<'static, Result<proto::WatchInvalidationsResponse, Status>>;

    async fn get_cache_stats(
        &self,
        _: Request<proto::GetCacheStatsRequest>,
    ) -> Result<Response<proto::GetCacheStatsResponse>, Status> {
        Ok(Response::new(proto::GetCacheStatsResponse { stats: Some(self.cache.stats().into()) }))
    }

    async fn get_cache_health(
        &self,
        _: Request<proto::GetCacheHealthRequest>,
    ) -> Result<Response<proto::GetCacheHealthResponse>, Status> {
        Ok(Response::new(proto::GetCacheHealthResponse { health: Some(self.cache.health().into()) }))
    }

    async fn clear_cache(
        &self,
        request: Request<proto::ClearCacheRequest>,
    ) -> Result<Response<proto::ClearCacheResponse>, Status> {
        let scope: ClearScope = parsed(request)?;
        let position = self.cache.clear(scope).await.map_err(refused)?;
        Ok(Response::new(proto::ClearCacheResponse { position: position.get() }))
    }

    async fn get_entry(
        &self,
        request: Request<proto::GetEntryRequest>,
    ) -> Result<Response<proto::GetEntryResponse>, Status> {
        Ok(Response::new(self.cache.get(parsed(request)?).await.into()))
    }

    async fn get_entries(
        &self,
        request: Request<proto::GetEntriesRequest>,
    ) -> Result<Response<proto::GetEntriesResponse>, Status> {
        Ok(Response::new(self.cache.get_many(parsed(request)?).await.into()))
    }

    async fn set_entry(
        &self,
        request: Request<proto::SetEntryRequest>,
    ) -> Result<Response<proto::SetEntryResponse>, Status> {
        let entry: NewEntry = parsed(request)?;
        let stored = self.cache.set(entry).await.map_err(refused)?;
        Ok(Response::new(proto::SetEntryResponse { stored }))
    }

    async fn invalidate_entries(
        &self,
        request: Request<proto::InvalidateEntriesRequest>,
    ) -> Result<Response<proto::InvalidateEntriesResponse>, Status> {
        let scope = request.into_inner().scope.unwrap_or_default();
        let scope: InvalidationScope = scope.try_into().map_err(|error: ProtocolError| refused(error))?;
        let position = self.cache.invalidate(scope).await.map_err(refused)?;
        Ok(Response::new(proto::InvalidateEntriesResponse { position: position.get() }))
    }

    async fn watch_invalidations(
        &self,
        request: Request<proto::WatchInvalidationsRequest>,
    ) -> Result<Response<Self::WatchInvalidationsStream>, Status> {
        let events = self.cache.watch(Position::new(request.into_inner().after));
        Ok(Response::new(events.map(|event| event.map(Into::into).map_err(refused)).boxed()))
    }

    async fn claim_idempotency_key(
        &self,
        request: Request<proto::ClaimIdempotencyKeyRequest>,
    ) -> Result<Response<proto::ClaimIdempotencyKeyResponse>, Status> {
        let request: ClaimRequest = parsed(request)?;
        answer(self.cache.claim(request).await)
    }

    async fn complete_idempotency_key(
        &self,
        request: Request<proto::CompleteIdempotencyKeyRequest>,
    ) -> Result<Response<proto::CompleteIdempotencyKeyResponse>, Status> {
        let (token, response, ttl): (String, StoredResponse, Duration) = parsed(request)?;
        answer(self.cache.complete(&token, &response, ttl).await)
    }

    async fn release_idempotency_key(
        &self,
        request: Request<proto::ReleaseIdempotencyKeyRequest>,
    ) -> Result<Response<proto::ReleaseIdempotencyKeyResponse>, Status> {
        self.cache.release(&request.into_inner().token).await.map_err(refused)?;
        Ok(Response::new(proto::ReleaseIdempotencyKeyResponse {}))
    }

    async fn take_quota(
        &self,
        request: Request<proto::TakeQuotaRequest>,
    ) -> Result<Response<proto::TakeQuotaResponse>, Status> {
        let request: QuotaRequest = parsed(request)?;
        answer(self.cache.take_quota(&request).await)
    }

    async fn acquire_lease(
        &self,
        request: Request<proto::AcquireLeaseRequest>,
    ) -> Result<Response<proto::AcquireLeaseResponse>, Status> {
        let wanted: Lease = parsed(request)?;
        answer(self.cache.acquire_lease(&wanted).await)
    }

    async fn renew_lease(
        &self,
        request: Request<proto::RenewLeaseRequest>,
    ) -> Result<Response<proto::RenewLeaseResponse>, Status> {
        let lease = self.cache.renew_lease(parsed(request)?).await.map_err(refused)?;
        Ok(Response::new(proto::RenewLeaseResponse { lease: Some(lease.into()) }))
    }

    async fn release_lease(
        &self,
        request: Request<proto::ReleaseLeaseRequest>,
    ) -> Result<Response<proto::ReleaseLeaseResponse>, Status> {
        let lease: Lease = parsed(request)?;
        let released = self.cache.release_lease(&lease).await.map_err(refused)?;
        Ok(Response::new(proto::ReleaseLeaseResponse { released }))
    }
}
