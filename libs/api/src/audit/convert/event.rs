//! Events and entries.

use crate::audit::model::{
    Actor, AuditEntry, AuditEvent, AuditOrigin, AuditOutcome, AuditTarget, Justification,
};
use crate::bounds;
use crate::proto::audit::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{enumeration, required, required_time, timestamp};

impl From<Justification> for proto::Justification {
    fn from(value: Justification) -> Self {
        let Justification { category, ticket, text } = value;
        Self { category, ticket, text }
    }
}

impl TryFrom<proto::Justification> for Justification {
    type Error = ProtocolError;

    fn try_from(value: proto::Justification) -> Result<Self, ProtocolError> {
        let proto::Justification { category, ticket, text } = value;
        Ok(Self {
            category: bounds::name(category, "justification.category")?,
            ticket: bounds::name(ticket, "justification.ticket")?,
            text: bounds::text(text, "justification.text")?,
        })
    }
}

impl From<Actor> for proto::Actor {
    fn from(value: Actor) -> Self {
        let Actor { subject, kind } = value;
        Self { subject, kind: proto::ActorKind::from(kind).into() }
    }
}

impl TryFrom<proto::Actor> for Actor {
    type Error = ProtocolError;

    fn try_from(value: proto::Actor) -> Result<Self, ProtocolError> {
        let proto::Actor { subject, kind } = value;
        Ok(Self {
            subject: bounds::name(subject, "actor.subject")?,
            kind: enumeration::<proto::ActorKind, _>(kind, "actor.kind")?,
        })
    }
}

impl From<AuditEvent> for proto::AuditEvent {
    fn from(value: AuditEvent) -> Self {
        let AuditEvent {
            id,
            at,
            category,
            action,
            actor,
            origin,
            target,
            parameters,
            justification,
            outcome: AuditOutcome { result, reason, message },
            correlation_id,
        } = value;
        Self {
            id,
            at: Some(timestamp(at)),
            category: proto::AuditCategory::from(category).into(),
            action,
            actor: Some(actor.into()),
            origin: Some(origin.into()),
            target: target.map(|AuditTarget { engine, name }| proto::AuditTarget { engine, name }),
            parameters_json: bounds::object_text(parameters),
            justification: Some(justification.into()),
            outcome: Some(proto::AuditOutcome {
                result: proto::AuditResult::from(result).into(),
                reason,
                message,
            }),
            correlation_id,
        }
    }
}

impl TryFrom<proto::AuditEvent> for AuditEvent {
    type Error = ProtocolError;

    fn try_from(value: proto::AuditEvent) -> Result<Self, ProtocolError> {
        let proto::AuditEvent {
            id,
            at,
            category,
            action,
            actor,
            origin,
            target,
            parameters_json,
            justification,
            outcome,
            correlation_id,
        } = value;
        let proto::AuditOutcome { result, reason, message } = required(outcome, "outcome")?;
        Ok(Self {
            id: bounds::id(id, "id")?,
            at: required_time(at, "at")?,
            category: enumeration::<proto::AuditCategory, _>(category, "category")?,
            action: bounds::required_name(action, "action")?,
            actor: required(actor, "actor")?.try_into()?,
            origin: origin.map(AuditOrigin::try_from).transpose()?.unwrap_or_default(),
            target: target.map(AuditTarget::try_from).transpose()?,
            parameters: bounds::object(&parameters_json, "parameters_json")?,
            justification: justification.map(Justification::try_from).transpose()?.unwrap_or_default(),
            outcome: AuditOutcome {
                result: enumeration::<proto::AuditResult, _>(result, "outcome.result")?,
                reason: bounds::name(reason, "outcome.reason")?,
                message: bounds::text(message, "outcome.message")?,
            },
            correlation_id: bounds::name(correlation_id, "correlation_id")?,
        })
    }
}

impl From<AuditOrigin> for proto::AuditOrigin {
    fn from(value: AuditOrigin) -> Self {
        let AuditOrigin { address, client, session, role } = value;
        Self { address, client, session, role }
    }
}

impl TryFrom<proto::AuditOrigin> for AuditOrigin {
    type Error = ProtocolError;

    fn try_from(value: proto::AuditOrigin) -> Result<Self, ProtocolError> {
        let proto::AuditOrigin { address, client, session, role } = value;
        Ok(Self {
            address: bounds::name(address, "origin.address")?,
            client: bounds::resource(client, "origin.client")?,
            session: bounds::name(session, "origin.session")?,
            role: bounds::name(role, "origin.role")?,
        })
    }
}

impl TryFrom<proto::AuditTarget> for AuditTarget {
    type Error = ProtocolError;

    fn try_from(value: proto::AuditTarget) -> Result<Self, ProtocolError> {
        let proto::AuditTarget { engine, name: target } = value;
        Ok(Self {
            engine: bounds::name(engine, "target.engine")?,
            name: bounds::resource(target, "target.name")?,
        })
    }
}

impl From<AuditEntry> for proto::AuditEntry {
    fn from(value: AuditEntry) -> Self {
        let AuditEntry { chain, sequence, recorded_at, previous_hash, event, hash } = value;
        Self {
            chain,
            sequence,
            recorded_at: Some(timestamp(recorded_at)),
            previous_hash,
            event: Some(event.into()),
            hash,
        }
    }
}

impl TryFrom<proto::AuditEntry> for AuditEntry {
    type Error = ProtocolError;

    fn try_from(value: proto::AuditEntry) -> Result<Self, ProtocolError> {
        let proto::AuditEntry { chain, sequence, recorded_at, previous_hash, event, hash } = value;
        Ok(Self {
            chain,
            sequence,
            recorded_at: required_time(recorded_at, "recorded_at")?,
            previous_hash,
            event: required(event, "event")?.try_into()?,
            hash,
        })
    }
}
