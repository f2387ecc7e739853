//! The performance monitor: meant to own metrics of caches, pools and resources of every role, scores, recommendations and alerts.
//!
//! None of that is built yet. The role starts, reports health and answers every call with UNIMPLEMENTED, so that the mesh
//! has its final shape; it keeps no state and pretends nothing.

use resync_api::proto::perf::v1::perf_service_server::{PerfService, PerfServiceServer};
use resync_api::proto::perf::v1::{GetHealthRequest, GetHealthResponse};
use resync_api::status::to_status;
use resync_fault::{ErrorKind, FaultBody};
use tonic::{Request, Response, Status};

/// The role's gRPC service.
#[derive(Debug, Clone, Copy, Default)]
pub struct Role;

/// The service to add to the role's server.
#[must_use]
pub fn service() -> PerfServiceServer<Role> {
    PerfServiceServer::new(Role)
}

#[tonic::async_trait]
impl PerfService for Role {
    async fn get_health(&self, _: Request<GetHealthRequest>) -> Result<Response<GetHealthResponse>, Status> {
        let fault = FaultBody::new(
            ErrorKind::Unimplemented,
            "NOT_BUILT_YET",
            "the role perf-monitor is not built in this version",
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
        let refused = Role.get_health(Request::new(GetHealthRequest {})).await.unwrap_err();
        assert_eq!(from_status(&refused).reason, "NOT_BUILT_YET");
    }
}
