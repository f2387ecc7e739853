//! Proposals, decisions, lists and recalls.

use crate::bounds;
use crate::memories::model::{
    CorrectionProposal, ListMemories, MemoryAction, MemoryDecision, MemoryKind, MemoryPage, MemoryProposal,
    MemoryState, Proposed, RecallRequest, Recalled,
};
use crate::proto::graph::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{
    all, enumeration, into_all, optional_enumeration, optional_time, required, timestamp, to_i32, to_u32,
};

/// Objects of one recall.
const OBJECTS: usize = 50;
/// Characters of a question.
const QUESTION_CHARS: usize = 4_000;

pub(super) fn confidence(value: f64) -> Result<f64, ProtocolError> {
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(ProtocolError::rule("confidence", "a number from 0 to 1"))
    }
}

/// As long as the agent takes them.
fn question_text(value: String) -> Result<String, ProtocolError> {
    if value.chars().count() > QUESTION_CHARS {
        return Err(ProtocolError::rule("question", "at most 4000 characters"));
    }
    Ok(value)
}

impl From<MemoryProposal> for proto::ProposeMemoryRequest {
    fn from(value: MemoryProposal) -> Self {
        let MemoryProposal { text, scope, source, confidence, expires_at } = value;
        Self {
            text,
            scope: Some(scope.into()),
            source: Some(source.into()),
            confidence,
            expires_at: expires_at.map(timestamp),
        }
    }
}

impl TryFrom<proto::ProposeMemoryRequest> for MemoryProposal {
    type Error = ProtocolError;

    fn try_from(value: proto::ProposeMemoryRequest) -> Result<Self, ProtocolError> {
        let proto::ProposeMemoryRequest { text, scope, source, confidence: sure, expires_at } = value;
        Ok(Self {
            text: super::required_statement(text, "text")?,
            scope: scope.map(TryInto::try_into).transpose()?.unwrap_or_default(),
            source: source.map(TryInto::try_into).transpose()?.unwrap_or_default(),
            confidence: sure.map(confidence).transpose()?,
            expires_at: optional_time(expires_at, "expires_at")?,
        })
    }
}

impl From<CorrectionProposal> for proto::ProposeCorrectionRequest {
    fn from(value: CorrectionProposal) -> Self {
        let CorrectionProposal { correction, engine, source, confidence, expires_at } = value;
        Self {
            correction: Some(correction.into()),
            engine,
            source: Some(source.into()),
            confidence,
            expires_at: expires_at.map(timestamp),
        }
    }
}

impl TryFrom<proto::ProposeCorrectionRequest> for CorrectionProposal {
    type Error = ProtocolError;

    fn try_from(value: proto::ProposeCorrectionRequest) -> Result<Self, ProtocolError> {
        let proto::ProposeCorrectionRequest { correction, engine, source, confidence: sure, expires_at } =
            value;
        Ok(Self {
            correction: required(correction, "correction")?.try_into()?,
            engine: bounds::name(engine, "engine")?,
            source: source.map(TryInto::try_into).transpose()?.unwrap_or_default(),
            confidence: sure.map(confidence).transpose()?,
            expires_at: optional_time(expires_at, "expires_at")?,
        })
    }
}

impl From<Proposed> for proto::ProposeMemoryResponse {
    fn from(value: Proposed) -> Self {
        Self { memory: Some(value.memory.into()), created: value.created }
    }
}

impl TryFrom<proto::ProposeMemoryResponse> for Proposed {
    type Error = ProtocolError;

    fn try_from(value: proto::ProposeMemoryResponse) -> Result<Self, ProtocolError> {
        Ok(Self { memory: required(value.memory, "memory")?.try_into()?, created: value.created })
    }
}

impl From<Proposed> for proto::ProposeCorrectionResponse {
    fn from(value: Proposed) -> Self {
        Self { memory: Some(value.memory.into()), created: value.created }
    }
}

impl TryFrom<proto::ProposeCorrectionResponse> for Proposed {
    type Error = ProtocolError;

    fn try_from(value: proto::ProposeCorrectionResponse) -> Result<Self, ProtocolError> {
        Ok(Self { memory: required(value.memory, "memory")?.try_into()?, created: value.created })
    }
}

impl From<ListMemories> for proto::ListMemoriesRequest {
    fn from(value: ListMemories) -> Self {
        let ListMemories { engine, state, kind, about, page_size, page_token } = value;
        Self {
            engine,
            state: state.map_or(0, |state| proto::MemoryState::from(state).into()),
            kind: kind.map_or(0, |kind| proto::MemoryKind::from(kind).into()),
            about: about.map(Into::into),
            page_size: to_i32(page_size),
            page_token,
        }
    }
}

impl TryFrom<proto::ListMemoriesRequest> for ListMemories {
    type Error = ProtocolError;

    fn try_from(value: proto::ListMemoriesRequest) -> Result<Self, ProtocolError> {
        let proto::ListMemoriesRequest { engine, state, kind, about, page_size, page_token } = value;
        Ok(Self {
            engine: bounds::name(engine, "engine")?,
            state: optional_enumeration::<proto::MemoryState, MemoryState>(state, "state")?,
            kind: optional_enumeration::<proto::MemoryKind, MemoryKind>(kind, "kind")?,
            about: about.map(TryInto::try_into).transpose()?,
            page_size: to_u32(page_size, "page_size")?,
            page_token,
        })
    }
}

impl From<MemoryPage> for proto::ListMemoriesResponse {
    fn from(value: MemoryPage) -> Self {
        let MemoryPage { memories, next_page_token } = value;
        Self { memories: into_all(memories), next_page_token }
    }
}

impl TryFrom<proto::ListMemoriesResponse> for MemoryPage {
    type Error = ProtocolError;

    fn try_from(value: proto::ListMemoriesResponse) -> Result<Self, ProtocolError> {
        let proto::ListMemoriesResponse { memories, next_page_token } = value;
        Ok(Self { memories: all(memories)?, next_page_token })
    }
}

impl From<MemoryDecision> for proto::ReviewMemoryRequest {
    fn from(value: MemoryDecision) -> Self {
        let MemoryDecision { memory_id, action, reason, expected_revision, text, intended_query, expires_at } =
            value;
        Self {
            memory_id,
            action: proto::MemoryAction::from(action).into(),
            reason,
            expected_revision: i64::try_from(expected_revision).unwrap_or(i64::MAX),
            text,
            intended_query,
            expires_at: expires_at.map(timestamp),
        }
    }
}

impl TryFrom<proto::ReviewMemoryRequest> for MemoryDecision {
    type Error = ProtocolError;

    fn try_from(value: proto::ReviewMemoryRequest) -> Result<Self, ProtocolError> {
        let proto::ReviewMemoryRequest {
            memory_id,
            action,
            reason,
            expected_revision,
            text,
            intended_query,
            expires_at,
        } = value;
        let action = enumeration::<proto::MemoryAction, MemoryAction>(action, "action")?;
        let reason = super::statement(reason, "reason")?;
        if reason.is_empty() && action != MemoryAction::Approve {
            return Err(ProtocolError::Missing { field: "reason" });
        }
        if expected_revision < 1 {
            return Err(ProtocolError::rule("expected_revision", "the revision that was looked at, from 1"));
        }
        Ok(Self {
            memory_id: bounds::id(memory_id, "memory_id")?,
            action,
            reason,
            expected_revision: expected_revision.unsigned_abs(),
            text: super::statement(text, "text")?,
            intended_query: super::statement(intended_query, "intended_query")?,
            expires_at: optional_time(expires_at, "expires_at")?,
        })
    }
}

impl From<RecallRequest> for proto::RecallMemoriesRequest {
    fn from(value: RecallRequest) -> Self {
        let RecallRequest { engine, objects, general, question, limit } = value;
        Self { engine, objects: into_all(objects), general, question, limit: to_i32(limit) }
    }
}

impl TryFrom<proto::RecallMemoriesRequest> for RecallRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::RecallMemoriesRequest) -> Result<Self, ProtocolError> {
        let proto::RecallMemoriesRequest { engine, objects, general, question, limit } = value;
        if objects.len() > OBJECTS {
            return Err(ProtocolError::rule("objects", "at most 50 objects"));
        }
        Ok(Self {
            engine: bounds::required_name(engine, "engine")?,
            objects: all(objects)?,
            general,
            question: question_text(question)?,
            limit: to_u32(limit, "limit")?,
        })
    }
}

impl From<Recalled> for proto::RecallMemoriesResponse {
    fn from(value: Recalled) -> Self {
        let Recalled { memories, truncated, corrections } = value;
        Self { memories: into_all(memories), truncated, corrections: into_all(corrections) }
    }
}

impl TryFrom<proto::RecallMemoriesResponse> for Recalled {
    type Error = ProtocolError;

    fn try_from(value: proto::RecallMemoriesResponse) -> Result<Self, ProtocolError> {
        let proto::RecallMemoriesResponse { memories, truncated, corrections } = value;
        Ok(Self { memories: all(memories)?, truncated, corrections: all(corrections)? })
    }
}
