//! Memories and what they are made of.

use crate::agent::model::Language;
use crate::bounds;
use crate::memories::model::{
    Memory, MemoryAction, MemoryConflict, MemoryContradiction, MemoryCorrection, MemoryKind, MemoryObject,
    MemoryReview, MemoryScope, MemorySource, MemorySourceKind, MemoryState, RecalledObject,
};
use crate::proto::graph::v1 as proto;
use crate::proto::tws::v1 as tws;
use crate::protocol_error::ProtocolError;
use crate::tws::model::ObjectKind;
use crate::wire::{all, enumeration, into_all, non_empty, optional_time, required_time, timestamp};

fn object_kind(kind: i32, field: &'static str) -> Result<ObjectKind, ProtocolError> {
    enumeration::<tws::ObjectKind, ObjectKind>(kind, field)
}

impl From<Memory> for proto::Memory {
    fn from(value: Memory) -> Self {
        let Memory {
            id,
            kind,
            text,
            correction,
            scope,
            source,
            confidence,
            state,
            revision,
            proposed_by,
            created_at,
            expires_at,
            reviews,
            contradictions,
        } = value;
        Self {
            id,
            kind: proto::MemoryKind::from(kind).into(),
            text,
            correction: correction.map(Into::into),
            scope: Some(scope.into()),
            source: Some(source.into()),
            confidence,
            state: proto::MemoryState::from(state).into(),
            revision: i64::try_from(revision).unwrap_or(i64::MAX),
            proposed_by,
            created_at: Some(timestamp(created_at)),
            expires_at: expires_at.map(timestamp),
            reviews: into_all(reviews),
            contradictions: into_all(contradictions),
        }
    }
}

impl TryFrom<proto::Memory> for Memory {
    type Error = ProtocolError;

    fn try_from(value: proto::Memory) -> Result<Self, ProtocolError> {
        let proto::Memory {
            id,
            kind,
            text,
            correction,
            scope,
            source,
            confidence,
            state,
            revision,
            proposed_by,
            created_at,
            expires_at,
            reviews,
            contradictions,
        } = value;
        Ok(Self {
            id: non_empty(id, "memory.id")?,
            kind: enumeration::<proto::MemoryKind, MemoryKind>(kind, "memory.kind")?,
            text,
            correction: correction.map(TryInto::try_into).transpose()?,
            scope: scope.map(TryInto::try_into).transpose()?.unwrap_or_default(),
            source: source.map(TryInto::try_into).transpose()?.unwrap_or_default(),
            confidence: super::request::confidence(confidence)?,
            state: enumeration::<proto::MemoryState, MemoryState>(state, "memory.state")?,
            revision: u64::try_from(revision)
                .map_err(|_| ProtocolError::invalid("memory.revision", revision))?,
            proposed_by,
            created_at: required_time(created_at, "memory.created_at")?,
            expires_at: optional_time(expires_at, "memory.expires_at")?,
            reviews: all(reviews)?,
            contradictions: all(contradictions)?,
        })
    }
}

impl From<MemoryCorrection> for proto::MemoryCorrection {
    fn from(value: MemoryCorrection) -> Self {
        let MemoryCorrection { question, language, intended_query, note } = value;
        Self { question, language: language.tag().to_owned(), intended_query, note }
    }
}

impl TryFrom<proto::MemoryCorrection> for MemoryCorrection {
    type Error = ProtocolError;

    fn try_from(value: proto::MemoryCorrection) -> Result<Self, ProtocolError> {
        let proto::MemoryCorrection { question, language, intended_query, note } = value;
        let language = Language::from_tag(&language)
            .ok_or_else(|| ProtocolError::invalid("correction.language", language))?;
        let correction = Self {
            question: super::required_statement(question, "correction.question")?,
            language,
            intended_query: super::statement(intended_query, "correction.intended_query")?,
            note: super::statement(note, "correction.note")?,
        };
        if correction.intended_query.is_empty() && correction.note.is_empty() {
            return Err(ProtocolError::rule("correction.intended_query", "an intended query, or a note"));
        }
        Ok(correction)
    }
}

impl From<MemoryScope> for proto::MemoryScope {
    fn from(value: MemoryScope) -> Self {
        let MemoryScope { engine, about } = value;
        Self { engine, about: about.map(Into::into) }
    }
}

impl TryFrom<proto::MemoryScope> for MemoryScope {
    type Error = ProtocolError;

    fn try_from(value: proto::MemoryScope) -> Result<Self, ProtocolError> {
        let proto::MemoryScope { engine, about } = value;
        let engine = bounds::name(engine, "scope.engine")?;
        Ok(Self { engine, about: about.map(TryInto::try_into).transpose()? })
    }
}

impl From<MemoryObject> for proto::MemoryObject {
    fn from(value: MemoryObject) -> Self {
        let MemoryObject { kind, name } = value;
        Self { kind: tws::ObjectKind::from(kind).into(), name }
    }
}

impl TryFrom<proto::MemoryObject> for MemoryObject {
    type Error = ProtocolError;

    fn try_from(value: proto::MemoryObject) -> Result<Self, ProtocolError> {
        let proto::MemoryObject { kind, name } = value;
        let name = super::required_statement(name, "about.name")?;
        Ok(Self { kind: object_kind(kind, "about.kind")?, name: bounds::name(name, "about.name")? })
    }
}

impl From<MemorySource> for proto::MemorySource {
    fn from(value: MemorySource) -> Self {
        let MemorySource { kind, conversation_id } = value;
        Self { kind: proto::MemorySourceKind::from(kind).into(), conversation_id }
    }
}

impl TryFrom<proto::MemorySource> for MemorySource {
    type Error = ProtocolError;

    fn try_from(value: proto::MemorySource) -> Result<Self, ProtocolError> {
        let proto::MemorySource { kind, conversation_id } = value;
        let kind = enumeration::<proto::MemorySourceKind, MemorySourceKind>(kind, "source.kind")?;
        Ok(Self { kind, conversation_id: bounds::name(conversation_id, "source.conversation_id")? })
    }
}

impl From<MemoryReview> for proto::MemoryReview {
    fn from(value: MemoryReview) -> Self {
        let MemoryReview { by, at, action, reason, before } = value;
        let action = proto::MemoryAction::from(action).into();
        Self { by, at: Some(timestamp(at)), action, reason, before }
    }
}

impl TryFrom<proto::MemoryReview> for MemoryReview {
    type Error = ProtocolError;

    fn try_from(value: proto::MemoryReview) -> Result<Self, ProtocolError> {
        let proto::MemoryReview { by, at, action, reason, before } = value;
        let at = required_time(at, "review.at")?;
        let action = enumeration::<proto::MemoryAction, MemoryAction>(action, "review.action")?;
        Ok(Self { by, at, action, reason, before })
    }
}

impl From<MemoryContradiction> for proto::MemoryContradiction {
    fn from(value: MemoryContradiction) -> Self {
        let MemoryContradiction { memory_id, conflict, own_words, other_words } = value;
        Self { memory_id, conflict: proto::MemoryConflict::from(conflict).into(), own_words, other_words }
    }
}

impl TryFrom<proto::MemoryContradiction> for MemoryContradiction {
    type Error = ProtocolError;

    fn try_from(value: proto::MemoryContradiction) -> Result<Self, ProtocolError> {
        let proto::MemoryContradiction { memory_id, conflict, own_words, other_words } = value;
        let conflict =
            enumeration::<proto::MemoryConflict, MemoryConflict>(conflict, "contradiction.conflict")?;
        Ok(Self { memory_id, conflict, own_words, other_words })
    }
}

impl From<RecalledObject> for proto::RecalledObject {
    fn from(value: RecalledObject) -> Self {
        let RecalledObject { kind, key, object_name } = value;
        Self { kind: tws::ObjectKind::from(kind).into(), key, object_name }
    }
}

impl TryFrom<proto::RecalledObject> for RecalledObject {
    type Error = ProtocolError;

    fn try_from(value: proto::RecalledObject) -> Result<Self, ProtocolError> {
        let proto::RecalledObject { kind, key, object_name } = value;
        Ok(Self {
            kind: object_kind(kind, "objects.kind")?,
            key: bounds::resource(key, "objects.key")?,
            object_name: bounds::resource(object_name, "objects.object_name")?,
        })
    }
}
