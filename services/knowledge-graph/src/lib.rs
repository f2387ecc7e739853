//! The knowledge graph: meant to own dependency topology and its algorithms, run history, incidents, memories, documents, the command journal and the audit log.
//!
//! None of that is built yet. The role starts, reports health and answers every call with UNIMPLEMENTED, so that the mesh
//! has its final shape; it keeps no state and pretends nothing.

pub mod documents;

use resync_api::proto::graph::v1::graph_service_server::{GraphService, GraphServiceServer};
use resync_api::proto::graph::v1::{GetTopologyRequest, GetTopologyResponse};
use resync_api::status::to_status;
use resync_fault::{ErrorKind, FaultBody};
use tonic::{Request, Response, Status};

/// The role's gRPC service.
#[derive(Debug, Clone, Copy, Default)]
pub struct Role;

/// The service to add to the role's server.
#[must_use]
pub fn service() -> GraphServiceServer<Role> {
    GraphServiceServer::new(Role)
}

#[tonic::async_trait]
impl GraphService for Role {
    async fn get_topology(
        &self,
        _: Request<GetTopologyRequest>,
    ) -> Result<Response<GetTopologyResponse>, Status> {
        let fault = FaultBody::new(
            ErrorKind::Unimplemented,
            "NOT_BUILT_YET",
            "the role knowledge-graph is not built in this version",
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
        let refused = Role.get_topology(Request::new(GetTopologyRequest {})).await.unwrap_err();
        assert_eq!(from_status(&refused).reason, "NOT_BUILT_YET");
    }
}
