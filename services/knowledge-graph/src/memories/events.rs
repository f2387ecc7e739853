//! The audit events of memories. Their ids follow from what happened, so that a write that is tried again cannot tell it
//! twice.

use chrono::{DateTime, Utc};
use resync_api::audit::model::{
    AuditCategory, AuditEvent, AuditOutcome, AuditResult, AuditTarget, Justification,
};
use resync_api::journal::model::Acting;
use resync_api::memories::model::{Memory, MemoryAction, MemoryReview};
use serde_json::{Map, Value};

use super::rows::word;

fn event(memory: &Memory, what: &str, now: DateTime<Utc>, acting: &Acting) -> AuditEvent {
    let mut parameters = Map::new();
    parameters.insert("scope".to_owned(), serde_json::to_value(&memory.scope).unwrap_or_default());
    parameters.insert("state".to_owned(), word(&memory.state).into());
    if let Some(correction) = &memory.correction {
        parameters.insert("correction".to_owned(), serde_json::to_value(correction).unwrap_or_default());
    } else {
        parameters.insert("text".to_owned(), memory.text.clone().into());
    }
    if let Some(expires_at) = memory.expires_at {
        parameters.insert("expires_at".to_owned(), expires_at.to_rfc3339().into());
    }
    AuditEvent {
        id: format!("memory:{}:{}", memory.id, memory.revision),
        at: now,
        category: AuditCategory::Knowledge,
        action: format!("memory.{what}"),
        actor: acting.actor.clone(),
        origin: acting.origin.clone(),
        target: Some(AuditTarget {
            engine: memory.scope.engine.clone(),
            name: format!("memories/{}", memory.id),
        }),
        parameters,
        justification: Justification::default(),
        outcome: AuditOutcome {
            result: AuditResult::Succeeded,
            reason: String::new(),
            message: String::new(),
        },
        correlation_id: acting.correlation_id.clone(),
    }
}

/// A memory was proposed.
pub(super) fn proposed(memory: &Memory, now: DateTime<Utc>, acting: &Acting) -> AuditEvent {
    let mut event = event(memory, "proposed", now, acting);
    event.parameters.insert("confidence".to_owned(), memory.confidence.into());
    event
}

/// A person decided about a memory.
pub(super) fn reviewed(memory: &Memory, review: &MemoryReview, acting: &Acting) -> AuditEvent {
    let what = match review.action {
        MemoryAction::Approve => "approved",
        MemoryAction::Edit => "edited",
        MemoryAction::Reject => "rejected",
        MemoryAction::Expire => "expired",
        MemoryAction::Quarantine => "quarantined",
    };
    let mut event = event(memory, what, review.at, acting);
    if !review.before.is_empty() {
        event.parameters.insert("before".to_owned(), Value::from(review.before.as_str()));
    }
    event.justification = Justification { text: review.reason.clone(), ..Justification::default() };
    event
}
