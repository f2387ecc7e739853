//! Searches, reports, exports and verdicts about the audit log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{AuditCategory, AuditEntry, AuditResult};

/// Which events. Empty and unset parts select everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditSearch {
    /// Of this engine.
    pub engine: String,
    /// By this actor.
    pub actor: String,
    /// About this.
    pub category: Option<AuditCategory>,
    /// What was done.
    pub action: String,
    /// On a target whose name begins so.
    pub target: String,
    /// How it ended.
    pub result: Option<AuditResult>,
    /// Of this request.
    pub correlation_id: String,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

/// A page of entries, the newest event first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// Empty at the end.
    pub next_page_token: String,
}

/// A name and how often it occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedName {
    /// What is counted; empty where events have none.
    pub name: String,
    /// Events.
    pub events: u64,
}

/// Events counted. Each list begins with the most frequent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditReport {
    /// Events that match.
    pub events: u64,
    /// All categories that occur.
    pub by_category: Vec<CountedName>,
    /// All results that occur.
    pub by_result: Vec<CountedName>,
    /// The most active actors.
    pub by_actor: Vec<CountedName>,
    /// The most frequent actions.
    pub by_action: Vec<CountedName>,
    /// The most frequent engines.
    pub by_engine: Vec<CountedName>,
    /// Actors with the most refusals and failures.
    pub troubled_actors: Vec<CountedName>,
    /// There were more names than the lists hold.
    pub truncated: bool,
}

/// Forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// One JSON object a line, each with the canonical text and its hash, so that others can verify the chain.
    JsonLines,
    /// A table for spreadsheets.
    Csv,
}

/// Where an event went when it was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recorded {
    /// Into its chain.
    Chained,
    /// Into a local file, because the store is out; it goes into its chain later.
    Spooled,
}

/// A statement about the head of a chain, kept outside the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Name of the chain.
    pub chain: String,
    /// Of its head.
    pub sequence: u64,
    /// Of its head, in hexadecimal.
    pub hash: String,
    /// When it was stated.
    pub at: DateTime<Utc>,
    /// Which key signed it.
    pub key_id: String,
    /// Ed25519 signature over all of the above, in hexadecimal.
    pub signature: String,
}

/// In which way a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakKind {
    /// The entry is not there, though later ones are.
    Missing,
    /// The entry does not match its hash.
    Altered,
    /// What the entry is found by does not match what it says.
    Mislabelled,
    /// The entry after it was chained to another one.
    Replaced,
    /// The chain ends before this entry, which was there.
    Truncated,
    /// The entry matches its hash, but another one was stated here by a signed checkpoint.
    Rewritten,
    /// The entry lies behind the head of its chain.
    BehindHead,
    /// The signature of a checkpoint does not fit; nothing follows from it.
    CheckpointForged,
}

/// The first place where a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainBreak {
    /// Of the first entry concerned.
    pub sequence: u64,
    /// In which way.
    pub kind: BreakKind,
    /// For people.
    pub explanation: String,
}

/// What verifying a chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainVerdict {
    /// Name of the chain.
    pub chain: String,
    /// Entries that are sound, from the first on without a gap.
    pub sound: u64,
    /// Hash of the last sound entry; empty when there is none.
    pub head: String,
    /// Checkpoints that were compared.
    pub checkpoints: u64,
    /// Unset: nothing is broken.
    pub first_break: Option<ChainBreak>,
}
