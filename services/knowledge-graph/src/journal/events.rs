//! The audit events of commands and proposals. Their ids follow from what happened, so that a write that is tried again
//! cannot tell it twice.

use chrono::{DateTime, Utc};
use resync_api::audit::model::{
    AuditCategory, AuditEvent, AuditOutcome, AuditResult, AuditTarget, Justification,
};
use resync_api::journal::model::{
    Acting, Command, CommandOutcome, CommandState, Proposal, ProposalState, Resolution,
};
use serde_json::{Map, Value};

fn event(
    id: String,
    now: DateTime<Utc>,
    category: AuditCategory,
    action: String,
    acting: &Acting,
) -> AuditEvent {
    AuditEvent {
        id,
        at: now,
        category,
        action,
        actor: acting.actor.clone(),
        origin: acting.origin.clone(),
        target: None,
        parameters: Map::new(),
        justification: Justification::default(),
        outcome: AuditOutcome {
            result: AuditResult::Succeeded,
            reason: String::new(),
            message: String::new(),
        },
        correlation_id: acting.correlation_id.clone(),
    }
}

fn of_command(command: &Command, what: &str, now: DateTime<Utc>, acting: &Acting) -> AuditEvent {
    let request = &command.request;
    let id = format!("{}:{what}", request.command_id);
    AuditEvent {
        target: Some(AuditTarget { engine: request.engine.clone(), name: request.target.clone() }),
        justification: request.justification.clone(),
        ..event(id, now, AuditCategory::Command, request.kind.clone(), acting)
    }
}

fn named(pairs: &[(&str, &str)]) -> Map<String, Value> {
    pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
        .collect()
}

/// A command is about to be sent.
pub(super) fn claimed(command: &Command, now: DateTime<Utc>) -> AuditEvent {
    let request = &command.request;
    let mut event = of_command(command, "claimed", now, &request.acting);
    event.parameters.insert("parameters".to_owned(), request.parameters.clone().into());
    event.parameters.extend(named(&[
        ("command_id", &request.command_id),
        ("idempotency_key", &request.key),
        ("proposal_id", &request.proposal_id),
        ("target_version", &request.target_version),
    ]));
    event.outcome.result = AuditResult::Intended;
    event
}

/// A command has ended, as `acting` says.
pub(super) fn ended(
    command: &Command,
    outcome: &CommandOutcome,
    now: DateTime<Utc>,
    acting: &Acting,
) -> AuditEvent {
    let mut event = of_command(command, "ended", now, acting);
    event.parameters = named(&[("command_id", &command.request.command_id)]);
    if !outcome.details.is_empty() {
        event.parameters.insert("details".to_owned(), outcome.details.clone().into());
    }
    event.outcome = AuditOutcome {
        result: match outcome.state {
            CommandState::Succeeded => AuditResult::Succeeded,
            CommandState::Unknown | CommandState::Claimed | CommandState::Dispatched => AuditResult::Unknown,
            CommandState::Failed | CommandState::Cancelled => AuditResult::Failed,
        },
        reason: if outcome.state == CommandState::Cancelled && outcome.reason.is_empty() {
            "COMMAND_CANCELLED".to_owned()
        } else {
            outcome.reason.clone()
        },
        message: outcome.message.clone(),
    };
    event
}

/// A person decided what became of a command.
pub(super) fn resolved(
    command: &Command,
    resolution: &Resolution,
    now: DateTime<Utc>,
    acting: &Acting,
) -> AuditEvent {
    let mut event = of_command(command, "resolved", now, acting);
    event.parameters = named(&[("command_id", &command.request.command_id)]);
    event.outcome = AuditOutcome {
        result: if resolution.took_effect { AuditResult::Succeeded } else { AuditResult::Failed },
        reason: "RESOLVED_BY_PERSON".to_owned(),
        message: resolution.reason.clone(),
    };
    event
}

/// A proposal came into its state, as `acting` did.
pub(super) fn proposal(proposal: &Proposal, now: DateTime<Utc>, acting: &Acting) -> AuditEvent {
    let request = &proposal.request;
    let (what, result) = match proposal.state {
        ProposalState::Pending => ("proposed", AuditResult::Intended),
        ProposalState::Approved => ("approved", AuditResult::Succeeded),
        ProposalState::Rejected => ("rejected", AuditResult::Refused),
        ProposalState::Expired => ("expired", AuditResult::Failed),
        ProposalState::Used => ("used", AuditResult::Succeeded),
    };
    let id = format!("{}:{what}", request.proposal_id);
    let mut event = AuditEvent {
        target: Some(AuditTarget { engine: request.engine.clone(), name: request.target.clone() }),
        justification: request.justification.clone(),
        ..event(id, now, AuditCategory::Proposal, format!("{}.{what}", request.kind), acting)
    };
    event.parameters = named(&[
        ("proposal_id", &request.proposal_id),
        ("parameters_hash", &proposal.parameters_hash),
        ("target_version", &request.target_version),
    ]);
    if proposal.state == ProposalState::Pending {
        event.parameters.insert("parameters".to_owned(), request.parameters.clone().into());
        event.parameters.insert("effects".to_owned(), request.effects.clone().into());
    }
    event.outcome.result = result;
    event.outcome.message =
        proposal.decision.as_ref().map(|decision| decision.reason.clone()).unwrap_or_default();
    event
}
