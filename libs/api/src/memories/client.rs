//! Typed client of memories: domain types in, domain types out.

use resync_fault::FaultBody;

use super::model::{
    CorrectionProposal, ListMemories, Memory, MemoryDecision, MemoryPage, MemoryProposal, Proposed,
    RecallRequest, Recalled,
};
use crate::call::{received, unary};
use crate::channel::{CallContext, Channel};
use crate::proto::graph::v1 as proto;
use crate::proto::graph::v1::memory_service_client::MemoryServiceClient;
use crate::status::from_status;
use crate::wire::required;

/// Client of `resync.graph.v1.MemoryService`.
///
/// Every call fails with what the server said, or with kind `Unavailable` when it could not be reached.
#[derive(Clone, Debug)]
pub struct MemoryClient {
    inner: MemoryServiceClient<Channel>,
    context: CallContext,
}

impl MemoryClient {
    /// A client that calls through `channel`.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        Self { inner: MemoryServiceClient::new(channel), context: CallContext::default() }
    }

    /// The same client with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        let mut client = self.clone();
        client.context.insert(extension);
        client
    }

    unary! {
        /// Proposes to remember a text.
        propose(MemoryProposal) -> Proposed = propose_memory as ProposeMemoryRequest;
        /// Proposes how a question is to be understood.
        correct(CorrectionProposal) -> Proposed = propose_correction as ProposeCorrectionRequest;
        /// A page of memories, the newest first.
        list(ListMemories) -> MemoryPage = list_memories as ListMemoriesRequest;
        /// What is remembered of some objects, and the corrections of a question.
        recall(RecallRequest) -> Recalled = recall_memories as RecallMemoriesRequest;
    }

    /// One memory.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn get(&self, memory_id: &str) -> Result<Memory, FaultBody> {
        let message = proto::GetMemoryRequest { memory_id: memory_id.to_owned() };
        let answer = self.inner.clone().get_memory(self.context.request(message)).await;
        let memory = answer.map_err(|status| from_status(&status))?.into_inner().memory;
        received(required(memory, "memory").and_then(TryInto::try_into))
    }

    /// Decides about a memory, as a person.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn review(&self, decision: MemoryDecision) -> Result<Memory, FaultBody> {
        let message = proto::ReviewMemoryRequest::from(decision);
        let answer = self.inner.clone().review_memory(self.context.request(message)).await;
        let memory = answer.map_err(|status| from_status(&status))?.into_inner().memory;
        received(required(memory, "memory").and_then(TryInto::try_into))
    }
}
