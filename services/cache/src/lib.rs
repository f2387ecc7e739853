//! The shared cache: the second level of the mesh's caches, HTTP idempotency records, rate-limit counters, leases and
//! invalidation.
//!
//! Its contract stands; the calls answer UNIMPLEMENTED until the stores behind them are built.

use futures::stream::BoxStream;
use resync_api::proto::cache::v1 as proto;
use resync_api::proto::cache::v1::cache_service_server::{CacheService, CacheServiceServer};
use resync_api::status::to_status;
use resync_fault::{ErrorKind, FaultBody};
use tonic::{Request, Response, Status};

/// The role's gRPC service.
#[derive(Debug, Clone, Copy, Default)]
pub struct Role;

/// The service to add to the role's server.
#[must_use]
pub fn service() -> CacheServiceServer<Role> {
    CacheServiceServer::new(Role)
}

fn not_built() -> Status {
    let fault = FaultBody::new(
        ErrorKind::Unimplemented,
        "NOT_BUILT_YET",
        "the role cache is not built in this version",
    );
    to_status(&fault)
}

#[tonic::async_trait]
impl CacheService for Role {
    type WatchInvalidationsStream = BoxStream<'static, Result<proto::WatchInvalidationsResponse, Status>>;

    async fn get_cache_stats(
        &self,
        _: Request<proto::GetCacheStatsRequest>,
    ) -> Result<Response<proto::GetCacheStatsResponse>, Status> {
        Err(not_built())
    }

    async fn get_cache_health(
        &self,
        _: Request<proto::GetCacheHealthRequest>,
    ) -> Result<Response<proto::GetCacheHealthResponse>, Status> {
        Err(not_built())
    }

    async fn clear_cache(
        &self,
        _: Request<proto::ClearCacheRequest>,
    ) -> Result<Response<proto::ClearCacheResponse>, Status> {
        Err(not_built())
    }

    async fn get_entry(
        &self,
        _: Request<proto::GetEntryRequest>,
    ) -> Result<Response<proto::GetEntryResponse>, Status> {
        Err(not_built())
    }

    async fn get_entries(
        &self,
        _: Request<proto::GetEntriesRequest>,
    ) -> Result<Response<proto::GetEntriesResponse>, Status> {
        Err(not_built())
    }

    async fn set_entry(
        &self,
        _: Request<proto::SetEntryRequest>,
    ) -> Result<Response<proto::SetEntryResponse>, Status> {
        Err(not_built())
    }

    async fn invalidate_entries(
        &self,
        _: Request<proto::InvalidateEntriesRequest>,
    ) -> Result<Response<proto::InvalidateEntriesResponse>, Status> {
        Err(not_built())
    }

    async fn watch_invalidations(
        &self,
        _: Request<proto::WatchInvalidationsRequest>,
    ) -> Result<Response<Self::WatchInvalidationsStream>, Status> {
        Err(not_built())
    }

    async fn claim_idempotency_key(
        &self,
        _: Request<proto::ClaimIdempotencyKeyRequest>,
    ) -> Result<Response<proto::ClaimIdempotencyKeyResponse>, Status> {
        Err(not_built())
    }

    async fn complete_idempotency_key(
        &self,
        _: Request<proto::CompleteIdempotencyKeyRequest>,
    ) -> Result<Response<proto::CompleteIdempotencyKeyResponse>, Status> {
        Err(not_built())
    }

    async fn release_idempotency_key(
        &self,
        _: Request<proto::ReleaseIdempotencyKeyRequest>,
    ) -> Result<Response<proto::ReleaseIdempotencyKeyResponse>, Status> {
        Err(not_built())
    }

    async fn take_quota(
        &self,
        _: Request<proto::TakeQuotaRequest>,
    ) -> Result<Response<proto::TakeQuotaResponse>, Status> {
        Err(not_built())
    }

    async fn acquire_lease(
        &self,
        _: Request<proto::AcquireLeaseRequest>,
    ) -> Result<Response<proto::AcquireLeaseResponse>, Status> {
        Err(not_built())
    }

    async fn renew_lease(
        &self,
        _: Request<proto::RenewLeaseRequest>,
    ) -> Result<Response<proto::RenewLeaseResponse>, Status> {
        Err(not_built())
    }

    async fn release_lease(
        &self,
        _: Request<proto::ReleaseLeaseRequest>,
    ) -> Result<Response<proto::ReleaseLeaseResponse>, Status> {
        Err(not_built())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_api::status::from_status;

    #[tokio::test]
    async fn every_call_says_that_it_is_not_built() {
        let refused = Role.get_cache_stats(Request::new(proto::GetCacheStatsRequest {})).await.unwrap_err();
        assert_eq!(from_status(&refused).reason, "NOT_BUILT_YET");
    }
}
