//! The only conversions between conversations and Protobuf.

use crate::agent::model::{AnswerKind, Language};
use crate::bounds;
use crate::proto::agent::v1 as agent;
use crate::proto::graph::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{
    all, duration, enumeration, into_all, optional_duration, optional_time, required, required_time,
    same_enumeration, timestamp, to_i32, to_u32,
};

use super::model::{
    AppendTurn, Conversation, ConversationExportFormat, ConversationPage, ConversationText, ConversationTurn,
    ExportConversation, GetConversation, ListConversations, LoadTurns, RememberedTurn,
};

same_enumeration!(ConversationExportFormat { Markdown, JsonLines });

impl From<Conversation> for proto::Conversation {
    fn from(value: Conversation) -> Self {
        let Conversation { id, title, engine, started_at, last_turn_at, turns, kept_turns } = value;
        Self {
            id,
            title,
            engine,
            started_at: Some(timestamp(started_at)),
            last_turn_at: Some(timestamp(last_turn_at)),
            turns: to_i32(turns),
            kept_turns: to_i32(kept_turns),
        }
    }
}

impl TryFrom<proto::Conversation> for Conversation {
    type Error = ProtocolError;

    fn try_from(value: proto::Conversation) -> Result<Self, ProtocolError> {
        let proto::Conversation { id, title, engine, started_at, last_turn_at, turns, kept_turns } = value;
        Ok(Self {
            id,
            title,
            engine,
            started_at: required_time(started_at, "started_at")?,
            last_turn_at: required_time(last_turn_at, "last_turn_at")?,
            turns: to_u32(turns, "turns")?,
            kept_turns: to_u32(kept_turns, "kept_turns")?,
        })
    }
}

impl From<ConversationTurn> for proto::ConversationTurn {
    fn from(value: ConversationTurn) -> Self {
        let ConversationTurn {
            id,
            number,
            at,
            question,
            kind,
            markdown,
            citations,
            interpretation,
            data_age,
            stale_since,
            engine,
            mode,
            language,
            shortened,
        } = value;
        Self {
            id,
            number: to_i32(number),
            at: Some(timestamp(at)),
            question,
            kind: agent::AnswerKind::from(kind).into(),
            markdown,
            citations: into_all(citations),
            interpretation,
            data_age: data_age.map(duration),
            stale_since: stale_since.map(timestamp),
            engine,
            mode,
            language: language.tag().to_owned(),
            shortened,
        }
    }
}

impl TryFrom<proto::ConversationTurn> for ConversationTurn {
    type Error = ProtocolError;

    fn try_from(value: proto::ConversationTurn) -> Result<Self, ProtocolError> {
        let proto::ConversationTurn {
            id,
            number,
            at,
            question,
            kind,
            markdown,
            citations,
            interpretation,
            data_age,
            stale_since,
            engine,
            mode,
            language,
            shortened,
        } = value;
        Ok(Self {
            id: bounds::id(id, "turn.id")?,
            number: to_u32(number, "turn.number")?,
            at: required_time(at, "turn.at")?,
            question,
            kind: enumeration::<agent::AnswerKind, AnswerKind>(kind, "turn.kind")?,
            markdown,
            citations: all(citations)?,
            interpretation,
            data_age: optional_duration(data_age, "turn.data_age")?,
            stale_since: optional_time(stale_since, "turn.stale_since")?,
            engine,
            mode,
            language: Language::from_tag(&language)
                .ok_or_else(|| ProtocolError::invalid("turn.language", &language))?,
            shortened,
        })
    }
}

impl From<ListConversations> for proto::ListConversationsRequest {
    fn from(ListConversations { page_size, page_token }: ListConversations) -> Self {
        Self { page_size: to_i32(page_size), page_token }
    }
}

impl TryFrom<proto::ListConversationsRequest> for ListConversations {
    type Error = ProtocolError;

    fn try_from(value: proto::ListConversationsRequest) -> Result<Self, ProtocolError> {
        let proto::ListConversationsRequest { page_size, page_token } = value;
        Ok(Self { page_size: to_u32(page_size, "page_size")?, page_token })
    }
}

impl From<ConversationPage> for proto::ListConversationsResponse {
    fn from(ConversationPage { conversations, next_page_token }: ConversationPage) -> Self {
        Self { conversations: into_all(conversations), next_page_token }
    }
}

impl TryFrom<proto::ListConversationsResponse> for ConversationPage {
    type Error = ProtocolError;

    fn try_from(value: proto::ListConversationsResponse) -> Result<Self, ProtocolError> {
        let proto::ListConversationsResponse { conversations, next_page_token } = value;
        Ok(Self { conversations: all(conversations)?, next_page_token })
    }
}

impl From<GetConversation> for proto::GetConversationRequest {
    fn from(GetConversation { conversation_id, page_size, page_token }: GetConversation) -> Self {
        Self { conversation_id, page_size: to_i32(page_size), page_token }
    }
}

impl TryFrom<proto::GetConversationRequest> for GetConversation {
    type Error = ProtocolError;

    fn try_from(value: proto::GetConversationRequest) -> Result<Self, ProtocolError> {
        let proto::GetConversationRequest { conversation_id, page_size, page_token } = value;
        let conversation_id = bounds::id(conversation_id, "conversation_id")?;
        Ok(Self { conversation_id, page_size: to_u32(page_size, "page_size")?, page_token })
    }
}

impl From<ConversationText> for proto::GetConversationResponse {
    fn from(ConversationText { conversation, turns, next_page_token }: ConversationText) -> Self {
        Self { conversation: Some(conversation.into()), turns: into_all(turns), next_page_token }
    }
}

impl TryFrom<proto::GetConversationResponse> for ConversationText {
    type Error = ProtocolError;

    fn try_from(value: proto::GetConversationResponse) -> Result<Self, ProtocolError> {
        let proto::GetConversationResponse { conversation, turns, next_page_token } = value;
        let conversation = required(conversation, "conversation")?.try_into()?;
        Ok(Self { conversation, turns: all(turns)?, next_page_token })
    }
}

impl From<ExportConversation> for proto::ExportConversationRequest {
    fn from(ExportConversation { conversation_id, format }: ExportConversation) -> Self {
        Self { conversation_id, format: proto::ConversationExportFormat::from(format).into() }
    }
}

impl TryFrom<proto::ExportConversationRequest> for ExportConversation {
    type Error = ProtocolError;

    fn try_from(value: proto::ExportConversationRequest) -> Result<Self, ProtocolError> {
        let proto::ExportConversationRequest { conversation_id, format } = value;
        Ok(Self {
            conversation_id: bounds::id(conversation_id, "conversation_id")?,
            format: enumeration::<proto::ConversationExportFormat, ConversationExportFormat>(
                format, "format",
            )?,
        })
    }
}

/// The id of the conversation to delete.
impl TryFrom<proto::DeleteConversationRequest> for String {
    type Error = ProtocolError;

    fn try_from(value: proto::DeleteConversationRequest) -> Result<Self, ProtocolError> {
        bounds::id(value.conversation_id, "conversation_id")
    }
}

impl From<AppendTurn> for proto::AppendTurnRequest {
    fn from(AppendTurn { conversation_id, turn, context, follows }: AppendTurn) -> Self {
        Self {
            conversation_id,
            turn: Some(turn.into()),
            context_json: bounds::object_text(context),
            follows: to_i32(follows),
        }
    }
}

impl TryFrom<proto::AppendTurnRequest> for AppendTurn {
    type Error = ProtocolError;

    fn try_from(value: proto::AppendTurnRequest) -> Result<Self, ProtocolError> {
        let proto::AppendTurnRequest { conversation_id, turn, context_json, follows } = value;
        Ok(Self {
            conversation_id: bounds::id(conversation_id, "conversation_id")?,
            turn: required(turn, "turn")?.try_into()?,
            context: bounds::object(&context_json, "context_json")?,
            follows: to_u32(follows, "follows")?,
        })
    }
}

impl From<LoadTurns> for proto::LoadTurnsRequest {
    fn from(LoadTurns { conversation_id, limit }: LoadTurns) -> Self {
        Self { conversation_id, limit: to_i32(limit) }
    }
}

impl TryFrom<proto::LoadTurnsRequest> for LoadTurns {
    type Error = ProtocolError;

    fn try_from(value: proto::LoadTurnsRequest) -> Result<Self, ProtocolError> {
        let proto::LoadTurnsRequest { conversation_id, limit } = value;
        let conversation_id = bounds::id(conversation_id, "conversation_id")?;
        Ok(Self { conversation_id, limit: to_u32(limit, "limit")? })
    }
}

impl From<RememberedTurn> for proto::RememberedTurn {
    fn from(RememberedTurn { number, context }: RememberedTurn) -> Self {
        Self { number: to_i32(number), context_json: bounds::object_text(context) }
    }
}

impl TryFrom<proto::RememberedTurn> for RememberedTurn {
    type Error = ProtocolError;

    fn try_from(value: proto::RememberedTurn) -> Result<Self, ProtocolError> {
        let proto::RememberedTurn { number, context_json } = value;
        Ok(Self {
            number: to_u32(number, "number")?,
            context: bounds::object(&context_json, "context_json")?,
        })
    }
}
