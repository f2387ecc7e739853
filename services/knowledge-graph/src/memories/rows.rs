//! Memories as records: the keys they are found by, and how they stand at a time.

use chrono::{DateTime, TimeDelta, Utc};
use resync_api::memories::model::{
    Memory, MemoryContradiction, MemoryCorrection, MemoryKind, MemoryObject, MemoryScope, MemoryState,
};
use resync_api::tws::model::ObjectKind;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::wording::wording;
use crate::store::schema::MEMORY;
use crate::store::{Record, StoreError, time_text};

/// In place of an engine's name: any engine.
pub(super) const ANY_ENGINE: &str = "*";
/// When what never expires expires: after every other time.
const NEVER: &str = "9999-12-31T23:59:59.999999Z";
/// Characters of a key.
const KEY: usize = 32;

/// A variant of an enumeration as it is searched for.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

fn hash(what: &Value) -> String {
    let digest = Sha256::new().chain_update(b"resync memory v1\n").chain_update(what.to_string()).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The field of an engine's name.
pub(super) fn engine_field(engine: &str) -> &str {
    if engine.is_empty() { ANY_ENGINE } else { engine }
}

/// Where memories about an object, by a name or a pattern, are found. Names are compared without regard to ASCII case, as
/// the scheduler does.
pub(super) fn object_scope(engine: &str, kind: ObjectKind, name: &str) -> String {
    json!([engine_field(engine), word(&kind), name.to_ascii_uppercase()]).to_string()
}

/// An object as lists look for it, whatever the engine.
pub(super) fn about_field(about: &MemoryObject) -> String {
    json!([word(&about.kind), about.name.to_ascii_uppercase()]).to_string()
}

/// Where memories about everything are found.
pub(super) fn general_scope(engine: &str) -> String {
    json!([engine_field(engine)]).to_string()
}

/// Where the corrections of a question are found.
pub(super) fn question_scope(engine: &str, question: &str) -> String {
    json!([engine_field(engine), "question", hash(&json!(wording(question)))]).to_string()
}

fn scope_of(scope: &MemoryScope, correction: Option<&MemoryCorrection>) -> String {
    match (correction, &scope.about) {
        (Some(correction), _) => question_scope(&scope.engine, &correction.question),
        (None, Some(about)) => object_scope(&scope.engine, about.kind, &about.name),
        (None, None) => general_scope(&scope.engine),
    }
}

/// The scope of a memory, as its field.
pub(super) fn scope(memory: &Memory) -> String {
    scope_of(&memory.scope, memory.correction.as_ref())
}

/// What makes a memory the same as another: where it holds, and what it says.
pub(super) fn says(memory: &Memory) -> String {
    let content = match &memory.correction {
        None => json!(wording(&memory.text)),
        Some(correction) => json!([correction.intended_query, wording(&correction.note)]),
    };
    hash(&json!([scope(memory), content]))
}

/// The key of a proposal: the same for the same.
pub(super) fn key(memory: &Memory) -> String {
    let mut says = says(memory);
    says.truncate(KEY);
    says
}

/// The record of a memory at its revision.
pub(super) fn record(memory: &Memory) -> Result<Record, StoreError> {
    // What follows from other memories is worked out when it is asked for.
    let kept = Memory { contradictions: Vec::<MemoryContradiction>::new(), ..memory.clone() };
    let body = serde_json::to_string(&kept)
        .map_err(|error| StoreError::Defect { store: "memories", cause: error.to_string() })?;
    let pattern = memory.scope.about.as_ref().is_some_and(|about| about.name.contains(['*', '?']));
    let record = Record::new(MEMORY, memory.id.as_str(), body)
        .with("kind", word(&memory.kind))
        .with("state", word(&memory.state))
        .with("engine", engine_field(&memory.scope.engine))
        .with("scope", scope(memory))
        .with_some("about", memory.scope.about.as_ref().map(about_field))
        .with("pattern", i64::from(pattern && memory.kind == MemoryKind::Fact))
        .with("says", says(memory))
        .with("proposed_by", memory.proposed_by.as_str())
        .with("created_at", memory.created_at)
        .with("expires_at", memory.expires_at.map_or_else(|| NEVER.to_owned(), time_text));
    Ok(Record { revision: i64::try_from(memory.revision).unwrap_or(i64::MAX), ..record })
}

/// The memory of a record, as it stands at a time: an approved one whose time is over has expired. That is not kept.
pub(super) fn read(record: &Record, now: DateTime<Utc>) -> Result<Memory, StoreError> {
    let memory: Memory = serde_json::from_str(&record.body).map_err(|error| StoreError::Foreign {
        store: "memories",
        cause: format!("{} {}: {error}", record.collection.0, record.key),
    })?;
    Ok(seen(memory, now))
}

/// A kept memory as it stands at a time.
pub(super) fn seen(mut memory: Memory, now: DateTime<Utc>) -> Memory {
    if memory.state == MemoryState::Approved && memory.expires_at.is_some_and(|end| end <= now) {
        memory.state = MemoryState::Expired;
    }
    memory
}

/// The smallest value of the field of those that have not expired at a time.
pub(super) fn after(now: DateTime<Utc>) -> String {
    time_text(now.checked_add_signed(TimeDelta::microseconds(1)).unwrap_or(now))
}
