//! `resync.graph.v1.MemoryService`.
//!
//! A memory of an engine is for those who have the permission there. One of no engine is for everybody to read, and only
//! for those who have the permission everywhere to propose or to decide about.

use resync_api::memories::model::{
    CorrectionProposal, ListMemories, MemoryDecision, MemoryProposal, RecallRequest,
};
use resync_api::proto::graph::v1 as proto;
use resync_api::proto::graph::v1::memory_service_server::{MemoryService, MemoryServiceServer};
use resync_service_kit::identity::Caller;
use tonic::{Request, Response, Status};

use super::Memories;
use crate::grpc::calling::{caller, in_person, refused, require};

const READ: &str = "memories.read";
const PROPOSE: &str = "memories.propose";
const REVIEW: &str = "memories.review";

/// The service to add to the role's server.
#[must_use]
pub fn service(memories: Memories) -> MemoryServiceServer<MemoryServer> {
    MemoryServiceServer::new(MemoryServer { memories })
}

/// Answers RPCs about memories.
#[derive(Debug, Clone)]
pub struct MemoryServer {
    memories: Memories,
}

/// The permission to read memories of an engine; those of none are everybody's who may read any.
fn require_to_read(caller: &Caller, engine: &str) -> Result<(), Status> {
    if engine.is_empty() { Ok(()) } else { require(caller, READ, engine) }
}

#[tonic::async_trait]
impl MemoryService for MemoryServer {
    async fn propose_memory(
        &self,
        request: Request<proto::ProposeMemoryRequest>,
    ) -> Result<Response<proto::ProposeMemoryResponse>, Status> {
        let caller = caller(&request)?;
        let acting = in_person(&request)?;
        let proposal = MemoryProposal::try_from(request.into_inner()).map_err(refused)?;
        require(&caller, PROPOSE, &proposal.scope.engine)?;
        let proposed = self.memories.propose(proposal, &acting).await.map_err(refused)?;
        Ok(Response::new(proposed.into()))
    }

    async fn propose_correction(
        &self,
        request: Request<proto::ProposeCorrectionRequest>,
    ) -> Result<Response<proto::ProposeCorrectionResponse>, Status> {
        let caller = caller(&request)?;
        let acting = in_person(&request)?;
        let proposal = CorrectionProposal::try_from(request.into_inner()).map_err(refused)?;
        require(&caller, PROPOSE, &proposal.engine)?;
        let proposed = self.memories.correct(proposal, &acting).await.map_err(refused)?;
        Ok(Response::new(proposed.into()))
    }

    async fn get_memory(
        &self,
        request: Request<proto::GetMemoryRequest>,
    ) -> Result<Response<proto::GetMemoryResponse>, Status> {
        let caller = caller(&request)?;
        let memory = self.memories.get(&request.into_inner().memory_id).await.map_err(refused)?;
        require_to_read(&caller, &memory.scope.engine)?;
        Ok(Response::new(proto::GetMemoryResponse { memory: Some(memory.into()) }))
    }

    async fn list_memories(
        &self,
        request: Request<proto::ListMemoriesRequest>,
    ) -> Result<Response<proto::ListMemoriesResponse>, Status> {
        let caller = caller(&request)?;
        let list = ListMemories::try_from(request.into_inner()).map_err(refused)?;
        require_to_read(&caller, &list.engine)?;
        let page = self.memories.list(&list, |engine| caller.may(READ, engine)).await.map_err(refused)?;
        Ok(Response::new(page.into()))
    }

    async fn review_memory(
        &self,
        request: Request<proto::ReviewMemoryRequest>,
    ) -> Result<Response<proto::ReviewMemoryResponse>, Status> {
        let caller = caller(&request)?;
        let acting = in_person(&request)?;
        let decision = MemoryDecision::try_from(request.into_inner()).map_err(refused)?;
        let memory = self.memories.memory(&decision.memory_id).await.map_err(refused)?;
        require(&caller, REVIEW, &memory.scope.engine)?;
        let memory = self.memories.review(decision, &acting).await.map_err(refused)?;
        Ok(Response::new(proto::ReviewMemoryResponse { memory: Some(memory.into()) }))
    }

    async fn recall_memories(
        &self,
        request: Request<proto::RecallMemoriesRequest>,
    ) -> Result<Response<proto::RecallMemoriesResponse>, Status> {
        let caller = caller(&request)?;
        let recall = RecallRequest::try_from(request.into_inner()).map_err(refused)?;
        require(&caller, READ, &recall.engine)?;
        let recalled = self.memories.recall(&recall).await.map_err(refused)?;
        Ok(Response::new(recalled.into()))
    }
}
