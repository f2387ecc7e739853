//! The form of an entry: its canonical text, its hash, and the record it is kept as.
//!
//! The canonical text is the JSON that was written when the entry was added; it is kept byte for byte and hashed as it is,
//! so that no later version has to write the same JSON again to check it.

use chrono::{DateTime, Utc};
use resync_api::audit::model::{AuditEntry, AuditEvent};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::store::schema::{AUDIT_CHAIN, AUDIT_EVENT};
use crate::store::{Record, StoreError};

/// What the hash of every entry begins with, so that it is a hash of nothing else.
const DOMAIN: &[u8] = b"resync audit entry v1\n";
/// Stands for the hash of an entry before the first.
pub(super) const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The canonical text as it is read and written; the order of the fields is part of it.
#[derive(Debug, Serialize, Deserialize)]
struct Text {
    chain: String,
    sequence: u64,
    recorded_at: DateTime<Utc>,
    previous_hash: String,
    event: AuditEvent,
}

/// The head of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) sequence: u64,
    pub(super) hash: String,
    /// Of the record that holds it; 0: there is none yet.
    #[serde(skip)]
    pub(super) revision: i64,
}

impl Head {
    /// Of a chain without entries.
    pub(super) fn none() -> Self {
        Self { sequence: 0, hash: NO_HASH.to_owned(), revision: 0 }
    }

    pub(super) fn from_record(record: &Record) -> Result<Self, StoreError> {
        let head: Self = serde_json::from_str(&record.body).map_err(|error| foreign(record, &error))?;
        Ok(Self { revision: record.revision, ..head })
    }

    /// The record of this head, at the revision of the one it follows.
    pub(super) fn record(&self, chain: &str) -> Record {
        let body = format!("{{\"sequence\":{},\"hash\":\"{}\"}}", self.sequence, self.hash);
        Record { revision: self.revision, ..Record::new(AUDIT_CHAIN, chain, body) }
    }
}

/// An entry with what it is kept as.
#[derive(Debug, Clone)]
pub(super) struct Chained {
    pub(super) entry: AuditEntry,
    pub(super) record: Record,
}

/// The entry that follows `head`.
pub(super) fn follow(
    head: &Head,
    chain: &str,
    event: AuditEvent,
    now: DateTime<Utc>,
) -> Result<Chained, StoreError> {
    let text = Text {
        chain: chain.to_owned(),
        sequence: head.sequence + 1,
        recorded_at: now,
        previous_hash: head.hash.clone(),
        event,
    };
    let body = serde_json::to_string(&text)
        .map_err(|error| StoreError::Defect { store: "audit", cause: error.to_string() })?;
    let hash = hash(&body);
    let entry = entry(text, hash);
    let record = record(&entry, body);
    Ok(Chained { entry, record })
}

/// SHA-256 over a canonical text, in hexadecimal.
pub(super) fn hash(body: &str) -> String {
    let digest = Sha256::new().chain_update(DOMAIN).chain_update(body.as_bytes()).finalize();
    hex(&digest)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn entry(text: Text, hash: String) -> AuditEntry {
    let Text { chain, sequence, recorded_at, previous_hash, event } = text;
    AuditEntry { chain, sequence, recorded_at, previous_hash, event, hash }
}

/// Sorts as sequences do within one chain.
pub(super) fn position(chain: &str, sequence: u64) -> String {
    format!("{chain}/{sequence:020}")
}

fn record(entry: &AuditEntry, body: String) -> Record {
    let event = &entry.event;
    let target = event.target.as_ref();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Record::new(AUDIT_EVENT, event.id.as_str(), body)
        .with("chain", entry.chain.as_str())
        .with("position", position(&entry.chain, entry.sequence))
        .with("hash", entry.hash.as_str())
        .with("at", event.at)
        .with("category", word(&event.category))
        .with("action", event.action.as_str())
        .with("actor", event.actor.subject.as_str())
        .with_some("engine", target.and_then(|target| some(&target.engine)))
        .with_some("target", target.and_then(|target| some(&target.name)))
        .with("result", word(&event.outcome.result))
        .with_some("correlation_id", some(&event.correlation_id))
}

/// A variant of an enumeration as it is written.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// An entry as it was kept. Whether it is sound is another question.
pub(super) fn read(record: &Record) -> Result<AuditEntry, StoreError> {
    let text: Text = serde_json::from_str(&record.body).map_err(|error| foreign(record, &error))?;
    Ok(entry(text, record.text("hash").unwrap_or_default().to_owned()))
}

/// Whether what a record is found by follows from its text.
pub(super) fn is_labelled_truly(record: &Record, entry: &AuditEntry) -> bool {
    let expected = self::record(entry, String::new());
    record.key == expected.key && record.fields == expected.fields
}

fn foreign(record: &Record, error: &serde_json::Error) -> StoreError {
    StoreError::Foreign { store: "audit", cause: format!("{}: {error}", record.key) }
}
