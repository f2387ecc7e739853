//! Audit events and what can be asked about them.

mod search;

pub use search::{
    AuditPage, AuditReport, AuditSearch, BreakKind, ChainBreak, ChainVerdict, Checkpoint, CountedName,
    ExportFormat, Recorded,
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditCategory {
    /// Logging in and out, tokens.
    Authentication,
    /// Something was asked for without the permission.
    Authorization,
    /// A command to a scheduler.
    Command,
    /// A command that waits for a decision.
    Proposal,
    /// What the product learned or was taught.
    Knowledge,
    /// Conversations of users.
    Conversation,
    /// Settings, users, backups.
    Administration,
    /// What a browser or the product itself reports about attacks and faults.
    Security,
}

/// How the thing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditResult {
    /// It is about to be done.
    Intended,
    /// It was done.
    Succeeded,
    /// It was tried and not done.
    Failed,
    /// It was not allowed.
    Refused,
    /// Whether it was done is not known.
    Unknown,
}

/// Kinds of actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A human being.
    Person,
    /// A program with an account, or a role of the mesh.
    Service,
    /// Nobody who is known; the name is what was claimed.
    Anonymous,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Stable name, such as the user name.
    pub subject: String,
    /// What kind of actor.
    pub kind: ActorKind,
}

/// From where it was done. All parts may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditOrigin {
    /// Network address of the client.
    pub address: String,
    /// What the client calls itself.
    pub client: String,
    /// Session or token id.
    pub session: String,
    /// Role of the mesh that reports it.
    pub role: String,
}

/// On what it was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditTarget {
    /// Engine it belongs to; empty: none.
    pub engine: String,
    /// Resource name, such as `engines/default/jobs/…`.
    pub name: String,
}

/// Why it was done, in the words of who did it. All parts may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Justification {
    /// One of the categories of the settings.
    pub category: String,
    /// Number of a ticket elsewhere.
    pub ticket: String,
    /// Free text.
    pub text: String,
}

/// How it ended, and what was said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditOutcome {
    /// How it ended.
    pub result: AuditResult,
    /// Stable reason code; empty: none.
    pub reason: String,
    /// For people; empty: none.
    pub message: String,
}

/// Something that happened, as its witness reports it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// Names this event and no other, for example a random UUID. Reporting it again changes nothing.
    pub id: String,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What it is about.
    pub category: AuditCategory,
    /// What was done, such as `login` or `job.rerun`.
    pub action: String,
    /// Who did it.
    pub actor: Actor,
    /// From where.
    pub origin: AuditOrigin,
    /// On what; unset: on nothing in particular.
    pub target: Option<AuditTarget>,
    /// With which parameters, by name. Secrets are masked before anything is kept.
    pub parameters: serde_json::Map<String, serde_json::Value>,
    /// Why.
    pub justification: Justification,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// The request it belongs to; empty: none.
    pub correlation_id: String,
}

/// An event in its chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Name of the chain.
    pub chain: String,
    /// 1 for the first of a chain, without gaps.
    pub sequence: u64,
    /// When it was added to the chain.
    pub recorded_at: DateTime<Utc>,
    /// Hash of the entry before, in hexadecimal; zeros for the first.
    pub previous_hash: String,
    /// The event, secrets masked.
    pub event: AuditEvent,
    /// SHA-256 over the entry's canonical text, in hexadecimal.
    pub hash: String,
}
