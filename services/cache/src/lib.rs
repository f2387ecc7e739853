//! The shared cache: meant to own the shared second-level cache, HTTP idempotency records, rate-limit counters, leases and invalidation.
//!
//! None of that is built yet. The role starts, reports health and answers every call with UNIMPLEMENTED, so that the mesh
//! has its final shape; it keeps no state and pretends nothing.

use resync_api::proto::cache::v1::cache_service_server::{CacheService, CacheServiceServer};
use resync_api::proto::cache::v1::{GetCacheStatsRequest, GetCacheStatsResponse};
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

#[tonic::async_trait]
impl CacheService for Role {
    async fn get_cache_stats(
        &self,
        _: Request<GetCacheStatsRequest>,
    ) -> Result<Response<GetCacheStatsResponse>, Status> {
        let fault = FaultBody::new(
            ErrorKind::Unimplemented,
            "NOT_BUILT_YET",
            "the role cache is not built in this version",
        );
        Err(to_status(&fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_api::status::from_status;

    #[tokio::test]
    async fn every_call_says_that_it_is_not_built() {
        let refused = Role.get_cache_stats(Request::new(GetCacheStatsRequest {})).await.unwrap_err();
        assert_eq!(from_status(&refused).reason, "NOT_BUILT_YET");
    }
}
