//! Commands that wait for a person's decision.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Acting, CommandNature};
use crate::audit::model::Justification;

/// How far a proposal got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// Nobody decided yet.
    Pending,
    /// It may be executed once.
    Approved,
    /// It may not be executed.
    Rejected,
    /// Its time is over.
    Expired,
    /// It was executed.
    Used,
}

/// A command to be decided about. What it would do cannot be changed; something else is another proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposalRequest {
    /// Names this proposal and no other, for example a random UUID. Asking again with it is safe.
    pub proposal_id: String,
    /// Engine it goes to.
    pub engine: String,
    /// What it does, such as `job.rerun`.
    pub kind: String,
    /// What repeating it would do.
    pub nature: CommandNature,
    /// Resource name of what it is done to.
    pub target: String,
    /// Version of the target as it was seen.
    pub target_version: String,
    /// All parameters, by name. Credentials do not belong here.
    pub parameters: Map<String, Value>,
    /// What it would cause beyond the target, as it was computed.
    pub effects: Map<String, Value>,
    /// Why.
    pub justification: Justification,
    /// Somebody else than who asked must decide.
    pub needs_other_person: bool,
    /// How long it may wait for its decision and its execution.
    #[serde(rename = "ttl_seconds", with = "crate::json::seconds")]
    pub ttl: Duration,
    /// Who asks for it, and from where.
    pub acting: Acting,
}

/// What a person decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Approved, or rejected.
    pub approved: bool,
    /// Why; empty: not given.
    pub reason: String,
}

/// A proposal and everything known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// What was asked for.
    pub request: ProposalRequest,
    /// Hash over engine, kind, target, its version and the parameters, in hexadecimal: what exactly is approved.
    pub parameters_hash: String,
    /// How far it got.
    pub state: ProposalState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its time is over.
    pub expires_at: DateTime<Utc>,
    /// Set once somebody decided.
    pub decision: Option<Decision>,
    /// The command that executed it; empty: none.
    pub command_id: String,
}

/// A person's decision about a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalDecision {
    /// About which.
    pub proposal_id: String,
    /// Hash of what the person saw.
    pub parameters_hash: String,
    /// Approve, or reject.
    pub approve: bool,
    /// Why; required to reject.
    pub reason: String,
    /// Who decides, and from where.
    pub acting: Acting,
}

/// Which proposals. Empty and unset parts select everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalSearch {
    /// To this engine.
    pub engine: String,
    /// In this state.
    pub state: Option<ProposalState>,
    /// Asked for by this person.
    pub requested_by: String,
}
