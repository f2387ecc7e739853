//! Events and entries.

use serde_json::Map;

use super::{NAME_BYTES, PARAMETERS_BYTES, TARGET_BYTES, TEXT_BYTES};
use crate::audit::model::{
    Actor, AuditEntry, AuditEvent, AuditOrigin, AuditOutcome, AuditTarget, Justification,
};
use crate::proto::audit::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{enumeration, non_empty, required, required_time, timestamp};

fn at_most(
    value: String,
    most: usize,
    field: &'static str,
    rule: &'static str,
) -> Result<String, ProtocolError> {
    if value.len() <= most { Ok(value) } else { Err(ProtocolError::rule(field, rule)) }
}

fn name(value: String, field: &'static str) -> Result<String, ProtocolError> {
    at_most(value, NAME_BYTES, field, "at most 200 bytes")
}

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
            category: name(category, "justification.category")?,
            ticket: name(ticket, "justification.ticket")?,
            text: at_most(text, TEXT_BYTES, "justification.text", "at most 4000 bytes")?,
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
            subject: name(subject, "actor.subject")?,
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
            origin: AuditOrigin { address, client, session, role },
            target,
            parameters,
            justification,
            outcome: AuditOutcome { result, reason, message },
            correlation_id,
        } = value;
        let parameters_json = if parameters.is_empty() {
            String::new()
        } else {
            serde_json::Value::from(parameters).to_string()
        };
        Self {
            id,
            at: Some(timestamp(at)),
            category: proto::AuditCategory::from(category).into(),
            action,
            actor: Some(actor.into()),
            origin: Some(proto::AuditOrigin { address, client, session, role }),
            target: target.map(|AuditTarget { engine, name }| proto::AuditTarget { engine, name }),
            parameters_json,
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
        let id = at_most(non_empty(id, "id")?, 64, "id", "at most 64 bytes")?;
        let action = at_most(non_empty(action, "action")?, 100, "action", "at most 100 bytes")?;
        Ok(Self {
            id,
            at: required_time(at, "at")?,
            category: enumeration::<proto::AuditCategory, _>(category, "category")?,
            action,
            actor: required(actor, "actor")?.try_into()?,
            origin: origin.map(AuditOrigin::try_from).transpose()?.unwrap_or_default(),
            target: target.map(AuditTarget::try_from).transpose()?,
            parameters: parameters(&parameters_json)?,
            justification: justification.map(Justification::try_from).transpose()?.unwrap_or_default(),
            outcome: AuditOutcome {
                result: enumeration::<proto::AuditResult, _>(result, "outcome.result")?,
                reason: name(reason, "outcome.reason")?,
                message: at_most(message, TEXT_BYTES, "outcome.message", "at most 4000 bytes")?,
            },
            correlation_id: name(correlation_id, "correlation_id")?,
        })
    }
}

fn parameters(json: &str) -> Result<Map<String, serde_json::Value>, ProtocolError> {
    if json.is_empty() {
        return Ok(Map::new());
    }
    let rule = || ProtocolError::rule("parameters_json", "a JSON object of at most 64 KiB");
    if json.len() > PARAMETERS_BYTES {
        return Err(rule());
    }
    serde_json::from_str(json).map_err(|_| rule())
}

impl TryFrom<proto::AuditOrigin> for AuditOrigin {
    type Error = ProtocolError;

    fn try_from(value: proto::AuditOrigin) -> Result<Self, ProtocolError> {
        let proto::AuditOrigin { address, client, session, role } = value;
        Ok(Self {
            address: name(address, "origin.address")?,
            client: at_most(client, TARGET_BYTES, "origin.client", "at most 1000 bytes")?,
            session: name(session, "origin.session")?,
            role: name(role, "origin.role")?,
        })
    }
}

impl TryFrom<proto::AuditTarget> for AuditTarget {
    type Error = ProtocolError;

    fn try_from(value: proto::AuditTarget) -> Result<Self, ProtocolError> {
        let proto::AuditTarget { engine, name: target } = value;
        Ok(Self {
            engine: name(engine, "target.engine")?,
            name: at_most(target, TARGET_BYTES, "target.name", "at most 1000 bytes")?,
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
