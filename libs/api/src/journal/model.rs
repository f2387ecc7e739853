//! Commands and proposals as they are kept.

mod proposal;

pub use proposal::{Decision, Proposal, ProposalDecision, ProposalRequest, ProposalSearch, ProposalState};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::audit::model::{Actor, AuditOrigin, Justification};

/// What repeating a command would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandNature {
    /// The same again: it states what shall be.
    Absolute,
    /// Nothing, once it took effect: the state of the target tells.
    Transition,
    /// Another one: it makes something new.
    Creating,
}

/// How far a command got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandState {
    /// It may be sent; the engine has not seen it.
    Claimed,
    /// It was or is being sent; the engine may have seen it.
    Dispatched,
    /// It took effect.
    Succeeded,
    /// It did not take effect.
    Failed,
    /// Whether it took effect cannot be told. Its target takes no commands until a person decides.
    Unknown,
    /// It was given up before it was sent.
    Cancelled,
}

impl CommandState {
    /// Its outcome is still to come.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Claimed | Self::Dispatched)
    }
}

/// What was done with a request, by whom and from where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    /// Who does it.
    pub actor: Actor,
    /// From where.
    pub origin: AuditOrigin,
    /// The request it belongs to; empty: none.
    pub correlation_id: String,
}

/// Asks for the right to send a command once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommandRequest {
    /// Names this attempt and no other, for example a random UUID. Asking again with it is safe.
    pub command_id: String,
    /// Idempotency key of the client; unique for principal and engine.
    pub key: String,
    /// Hash of all that makes the request what it is.
    pub request_hash: String,
    /// Engine it goes to.
    pub engine: String,
    /// What it does, such as `job.rerun`.
    pub kind: String,
    /// What repeating it would do.
    pub nature: CommandNature,
    /// Resource name of what it is done to.
    pub target: String,
    /// Version of the target it was decided for; empty: not looked at.
    pub target_version: String,
    /// All parameters, by name. Credentials do not belong here.
    pub parameters: Map<String, Value>,
    /// Why.
    pub justification: Justification,
    /// The approved proposal it executes; empty: none.
    pub proposal_id: String,
    /// Who decided it, and from where.
    pub acting: Acting,
}

/// Something that happened to a command on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommandStep {
    /// When.
    pub at: DateTime<Utc>,
    /// What, such as `dispatched` or `verified`.
    pub name: String,
    /// What recovery needs to know of it.
    pub details: Map<String, Value>,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommandOutcome {
    /// One that is not open.
    pub state: CommandState,
    /// Stable reason code; empty: none.
    pub reason: String,
    /// For people; empty: none.
    pub message: String,
    /// What shows it: engine's answer, new instance, verification.
    pub details: Map<String, Value>,
}

/// What a person decided about an outcome that could not be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// Whether it took effect.
    pub took_effect: bool,
}

/// A command and everything known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// What was asked for.
    pub request: CommandRequest,
    /// How far it got.
    pub state: CommandState,
    /// When it was claimed.
    pub claimed_at: DateTime<Utc>,
    /// What happened on its way, oldest first.
    pub steps: Vec<CommandStep>,
    /// How it ended; unset while it is open.
    pub outcome: Option<CommandOutcome>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Set when a person decided what became of it.
    pub resolution: Option<Resolution>,
}

/// Answer to a claim. At most one attempt is ever granted a key.
#[derive(Clone, Debug, PartialEq)]
pub enum CommandClaim {
    /// Send it, then say how it ended.
    Granted(Box<Command>),
    /// Another attempt with the same request has the key: this is what became of it.
    Existing(Box<Command>),
}

/// A target that takes no commands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedTarget {
    /// Its engine.
    pub engine: String,
    /// Its resource name.
    pub target: String,
    /// The command that has it.
    pub command_id: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The command's outcome is unknown and a person must decide; else it is under way.
    pub unknown: bool,
}

/// Which commands. Empty and unset parts select everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandSearch {
    /// To this engine.
    pub engine: String,
    /// In one of these states.
    pub states: Vec<CommandState>,
    /// To exactly this target.
    pub target: String,
    /// By this principal.
    pub principal: String,
}
