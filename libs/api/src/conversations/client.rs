//! Typed client of the kept conversations: domain types in, domain types out.

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use resync_fault::FaultBody;

use super::model::{
    AppendTurn, ConversationPage, ConversationText, ExportConversation, GetConversation, ListConversations,
    LoadTurns, RememberedTurn,
};
use crate::call::{received, unary};
use crate::channel::{CallContext, Channel};
use crate::proto::graph::v1 as proto;
use crate::proto::graph::v1::conversation_service_client::ConversationServiceClient;
use crate::status::from_status;
use crate::wire::{all, to_u32};

/// Largest answer a client accepts, in bytes.
const MAX_MESSAGE_BYTES: usize = 8 * 1024 * 1024;

/// Client of `resync.graph.v1.ConversationService`: about the conversations of whoever calls.
///
/// Every call fails with what the server said, or with kind `Unavailable` when it could not be reached.
#[derive(Clone, Debug)]
pub struct ConversationClient {
    inner: ConversationServiceClient<Channel>,
    context: CallContext,
}

impl ConversationClient {
    /// A client that calls through `channel`.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        let inner = ConversationServiceClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Self { inner, context: CallContext::default() }
    }

    /// The same client with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        let mut client = self.clone();
        client.context.insert(extension);
        client
    }

    unary! {
        /// A page of conversations, the one with the newest turn first.
        list(ListConversations) -> ConversationPage = list_conversations as ListConversationsRequest;
        /// A conversation and a page of its turns.
        get(GetConversation) -> ConversationText = get_conversation as GetConversationRequest;
    }

    /// A conversation as parts of a file.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn export(
        &self,
        request: ExportConversation,
    ) -> Result<BoxStream<'static, Result<Bytes, FaultBody>>, FaultBody> {
        let message = proto::ExportConversationRequest::from(request);
        let answer = self.inner.clone().export_conversation(self.context.request(message)).await;
        let parts = answer.map_err(|status| from_status(&status))?.into_inner();
        Ok(parts.map_ok(|part| part.chunk).map_err(|status| from_status(&status)).boxed())
    }

    /// Deletes a conversation and all its turns.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn delete(&self, conversation_id: &str) -> Result<(), FaultBody> {
        let message = proto::DeleteConversationRequest { conversation_id: conversation_id.to_owned() };
        let answer = self.inner.clone().delete_conversation(self.context.request(message)).await;
        answer.map(|_| ()).map_err(|status| from_status(&status))
    }

    /// Keeps a turn; tells its number. Appending it again changes nothing.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn append(&self, request: AppendTurn) -> Result<u32, FaultBody> {
        let message = proto::AppendTurnRequest::from(request);
        let answer = self.inner.clone().append_turn(self.context.request(message)).await;
        let answer = answer.map_err(|status| from_status(&status))?.into_inner();
        received(to_u32(answer.number, "number"))
    }

    /// The newest turns, the oldest first; none of a conversation that does not exist.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn load(&self, request: LoadTurns) -> Result<Vec<RememberedTurn>, FaultBody> {
        let message = proto::LoadTurnsRequest::from(request);
        let answer = self.inner.clone().load_turns(self.context.request(message)).await;
        received(all(answer.map_err(|status| from_status(&status))?.into_inner().turns))
    }
}
