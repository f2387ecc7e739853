//! `resync.graph.v1.ConversationService`: the owner is whoever calls.

use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use resync_api::conversations::model::{
    AppendTurn, ExportConversation, GetConversation, ListConversations, LoadTurns,
};
use resync_api::proto::graph::v1 as proto;
use resync_api::proto::graph::v1::conversation_service_server::{
    ConversationService, ConversationServiceServer,
};
use resync_api::protocol_error::ProtocolError;
use tonic::{Request, Response, Status};

use super::Conversations;
use crate::grpc::calling::{caller, in_person, refused};

/// The service to add to the role's server.
#[must_use]
pub fn service(conversations: Conversations) -> ConversationServiceServer<Keeper> {
    ConversationServiceServer::new(Keeper { conversations })
}

/// Answers RPCs about the caller's conversations.
#[derive(Debug, Clone)]
pub struct Keeper {
    conversations: Conversations,
}

/// Whose conversations a call is about, and what it asks.
fn own<M, D>(request: Request<M>) -> Result<(String, D), Status>
where
    D: TryFrom<M, Error = ProtocolError>,
{
    let owner = caller(&request)?.subject.clone();
    let asked = request.into_inner().try_into().map_err(refused)?;
    Ok((owner, asked))
}

#[tonic::async_trait]
impl ConversationService for Keeper {
    async fn list_conversations(
        &self,
        request: Request<proto::ListConversationsRequest>,
    ) -> Result<Response<proto::ListConversationsResponse>, Status> {
        let (owner, asked): (_, ListConversations) = own(request)?;
        let page = self.conversations.list(&owner, &asked).await.map_err(refused)?;
        Ok(Response::new(page.into()))
    }

    async fn get_conversation(
        &self,
        request: Request<proto::GetConversationRequest>,
    ) -> Result<Response<proto::GetConversationResponse>, Status> {
        let (owner, asked): (_, GetConversation) = own(request)?;
        let text = self.conversations.get(&owner, &asked).await.map_err(refused)?;
        Ok(Response::new(text.into()))
    }

    type ExportConversationStream = BoxStream<'static, Result<proto::ExportConversationResponse, Status>>;

    async fn export_conversation(
        &self,
        request: Request<proto::ExportConversationRequest>,
    ) -> Result<Response<Self::ExportConversationStream>, Status> {
        let (owner, asked): (_, ExportConversation) = own(request)?;
        let parts = self.conversations.export(&owner, asked).await.map_err(refused)?;
        let parts = parts.map_ok(|chunk| proto::ExportConversationResponse { chunk }).map_err(refused);
        Ok(Response::new(parts.boxed()))
    }

    async fn delete_conversation(
        &self,
        request: Request<proto::DeleteConversationRequest>,
    ) -> Result<Response<proto::DeleteConversationResponse>, Status> {
        let acting = in_person(&request)?;
        let (owner, id): (_, String) = own(request)?;
        self.conversations.delete(&owner, &id, &acting).await.map_err(refused)?;
        Ok(Response::new(proto::DeleteConversationResponse {}))
    }

    async fn append_turn(
        &self,
        request: Request<proto::AppendTurnRequest>,
    ) -> Result<Response<proto::AppendTurnResponse>, Status> {
        let (owner, asked): (_, AppendTurn) = own(request)?;
        let number = self.conversations.append(&owner, asked).await.map_err(refused)?;
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        Ok(Response::new(proto::AppendTurnResponse { number }))
    }

    async fn load_turns(
        &self,
        request: Request<proto::LoadTurnsRequest>,
    ) -> Result<Response<proto::LoadTurnsResponse>, Status> {
        let (owner, asked): (_, LoadTurns) = own(request)?;
        let turns = self.conversations.load(&owner, &asked).await.map_err(refused)?;
        Ok(Response::new(proto::LoadTurnsResponse { turns: turns.into_iter().map(Into::into).collect() }))
    }
}
