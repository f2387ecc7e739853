//! Commands, targets and proposals as records.

use chrono::{DateTime, Utc};
use resync_api::journal::model::{
    BlockedTarget, Command, CommandOutcome, CommandRequest, CommandState, Proposal, ProposalRequest,
    ProposalState,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::store::schema::{COMMAND, COMMAND_TARGET, PROPOSAL};
use crate::store::{Record, StoreError};

/// Several names as one key that cannot be another's.
fn joined(parts: &[&str]) -> String {
    Value::from(parts).to_string()
}

/// Under which key a command is claimed.
pub(super) fn claim_key(request: &CommandRequest) -> String {
    joined(&[&request.acting.actor.subject, &request.engine, &request.key])
}

/// Under which key a target is taken.
pub(super) fn target_key(engine: &str, target: &str) -> String {
    joined(&[engine, target])
}

fn body(what: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(what)
        .map_err(|error| StoreError::Defect { store: "journal", cause: error.to_string() })
}

/// What a record of this product holds.
pub(super) fn read<T: DeserializeOwned>(record: &Record) -> Result<T, StoreError> {
    serde_json::from_str(&record.body).map_err(|error| StoreError::Foreign {
        store: "journal",
        cause: format!("{} {}: {error}", record.collection.0, record.key),
    })
}

/// A variant of an enumeration as it is searched for.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The record of a command, as new, or over an earlier one.
pub(super) fn command(command: &Command, revision: i64) -> Result<Record, StoreError> {
    let CommandRequest { command_id, engine, kind, target, proposal_id, acting, .. } = &command.request;
    let record = Record::new(COMMAND, claim_key(&command.request), body(command)?)
        .with("command_id", command_id.as_str())
        .with("principal", acting.actor.subject.as_str())
        .with("engine", engine.as_str())
        .with("target", target.as_str())
        .with("kind", kind.as_str())
        .with("state", word(&command.state))
        .with("open", i64::from(command.state.is_open()))
        .with("created_at", command.claimed_at)
        .with_some("proposal_id", (!proposal_id.is_empty()).then_some(proposal_id.as_str()));
    Ok(Record { revision, ..record })
}

/// The record of a target that a command has.
pub(super) fn target(target: &BlockedTarget, revision: i64) -> Result<Record, StoreError> {
    let BlockedTarget { engine, target: name, command_id, since, unknown } = target;
    let record = Record::new(COMMAND_TARGET, target_key(engine, name), body(target)?)
        .with("engine", engine.as_str())
        .with("target", name.as_str())
        .with("state", if *unknown { "unknown" } else { "busy" })
        .with("command_id", command_id.as_str())
        .with("since", *since);
    Ok(Record { revision, ..record })
}

/// The record of a proposal, as new, or over an earlier one.
pub(super) fn proposal(proposal: &Proposal, revision: i64) -> Result<Record, StoreError> {
    let ProposalRequest { proposal_id, engine, kind, target, acting, .. } = &proposal.request;
    let record = Record::new(PROPOSAL, proposal_id.as_str(), body(proposal)?)
        .with("engine", engine.as_str())
        .with("target", target.as_str())
        .with("kind", kind.as_str())
        .with("state", word(&proposal.state))
        .with("requested_by", acting.actor.subject.as_str())
        .with("created_at", proposal.created_at)
        .with("expires_at", proposal.expires_at);
    Ok(Record { revision, ..record })
}

/// A command as it is first kept.
pub(super) fn claimed(request: CommandRequest, now: DateTime<Utc>) -> Command {
    Command {
        request,
        state: CommandState::Claimed,
        claimed_at: now,
        steps: Vec::new(),
        outcome: None,
        finished_at: None,
        resolution: None,
    }
}

/// Whether a command ended just so.
pub(super) fn ended_so(command: &Command, outcome: &CommandOutcome) -> bool {
    command.resolution.is_none() && command.outcome.as_ref() == Some(outcome)
}

/// A proposal as it is seen at a time: one whose time is over shows it, also before that is noted.
pub(super) fn seen(mut proposal: Proposal, now: DateTime<Utc>) -> Proposal {
    let waits = matches!(proposal.state, ProposalState::Pending | ProposalState::Approved);
    if waits && now >= proposal.expires_at {
        proposal.state = ProposalState::Expired;
    }
    proposal
}

/// Hash of what exactly would be done: the same for the same, whatever the order of the parameters.
pub(super) fn parameters_hash(
    engine: &str,
    kind: &str,
    target: &str,
    target_version: &str,
    parameters: &serde_json::Map<String, Value>,
) -> String {
    let sorted = sorted(&Value::Object(parameters.clone()));
    let text = serde_json::json!([engine, kind, target, target_version, sorted]).to_string();
    let digest = Sha256::new().chain_update(b"resync proposal v1\n").chain_update(text).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The same value with the names of every object in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(values) => values.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_hash_holds_everything_that_is_approved_and_no_order() {
        let map = |value: Value| value.as_object().cloned().unwrap();
        let hash = |engine: &str, version: &str, parameters: Value| {
            parameters_hash(engine, "job.rerun", "t", version, &map(parameters))
        };
        let base = hash("prod", "7", json!({"a": {"x": 1, "y": [1, 2]}, "b": 2}));
        assert_eq!(hash("prod", "7", json!({"b": 2, "a": {"y": [1, 2], "x": 1}})), base);
        for other in [
            hash("test", "7", json!({"a": {"x": 1, "y": [1, 2]}, "b": 2})),
            hash("prod", "8", json!({"a": {"x": 1, "y": [1, 2]}, "b": 2})),
            hash("prod", "7", json!({"a": {"x": 1, "y": [2, 1]}, "b": 2})),
            hash("prod", "7", json!({"a": {"x": "1", "y": [1, 2]}, "b": 2})),
            hash("prod", "7", json!({"a": {"x": 1, "y": [1, 2]}})),
        ] {
            assert_ne!(other, base);
        }
        assert_ne!(joined(&["a", "b\",\"c"]), joined(&["a", "b", "c"]));
    }
}
