//! Domain types of memories and of their review. The same types are the JSON of the REST routes.
//!
//! Texts come from people: plain text to show, never to obey.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::agent::model::Language;
use crate::tws::model::ObjectKind;

/// How sure a proposal is when nobody says.
pub const DEFAULT_CONFIDENCE: f64 = 0.5;

/// What sort of thing is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryKind {
    /// Something that holds.
    Fact,
    /// How a question is to be understood, or a note on its answer.
    Correction,
}

/// How a memory stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryState {
    /// Nobody decided yet.
    Proposed,
    /// It is recalled.
    Approved,
    /// Turned down.
    Rejected,
    /// Its time is over.
    Expired,
    /// Not recalled until a person says otherwise.
    Quarantined,
}

/// What a reviewer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryAction {
    /// It is recalled from now on.
    Approve,
    /// It says something else from now on, and that is approved.
    Edit,
    /// It is turned down.
    Reject,
    /// It does not hold any more.
    Expire,
    /// It is not recalled for now.
    Quarantine,
}

/// Where a memory came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemorySourceKind {
    /// A person wrote it down.
    #[default]
    Person,
    /// A person said it while asking.
    Conversation,
    /// A person corrected an answer.
    Answer,
}

/// Where a memory came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MemorySource {
    /// The sort of source.
    pub kind: MemorySourceKind,
    /// Empty: none.
    pub conversation_id: String,
}

/// What a memory holds for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MemoryScope {
    /// Empty: any engine.
    pub engine: String,
    /// Unset: everything there.
    pub about: Option<MemoryObject>,
}

/// An object of the plan, or several by a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryObject {
    /// What it is.
    pub kind: ObjectKind,
    /// Key or bare name; `*` stands for any characters and `?` for one.
    pub name: String,
}

/// How a question is to be understood. It never holds what the answer was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryCorrection {
    /// As it was asked.
    pub question: String,
    /// Language of the question.
    #[serde(default)]
    pub language: Language,
    /// In the agent's canonical query language; empty: there is only a note.
    #[serde(default)]
    pub intended_query: String,
    /// Shown with the answer; may be empty.
    #[serde(default)]
    pub note: String,
}

/// Something that is remembered, or is proposed to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// Follows from what was proposed.
    pub id: String,
    /// What sort of thing it is.
    pub kind: MemoryKind,
    /// What is remembered; empty for corrections.
    pub text: String,
    /// Set for corrections.
    pub correction: Option<MemoryCorrection>,
    /// What it holds for.
    pub scope: MemoryScope,
    /// Where it came from.
    pub source: MemorySource,
    /// From 0 to 1, as whoever proposed it said.
    pub confidence: f64,
    /// How it stands.
    pub state: MemoryState,
    /// One more with each decision.
    pub revision: u64,
    /// Who proposed it.
    pub proposed_by: String,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// When it stops or stopped to hold; unset: never.
    pub expires_at: Option<DateTime<Utc>>,
    /// The newest decisions, in order.
    pub reviews: Vec<MemoryReview>,
    /// What else is proposed or approved that says the opposite.
    pub contradictions: Vec<MemoryContradiction>,
}

impl Memory {
    /// What it says in words: of a correction its note.
    #[must_use]
    pub fn words(&self) -> &str {
        self.correction.as_ref().map_or(&self.text, |correction| &correction.note)
    }
}

/// What a person decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryReview {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub action: MemoryAction,
    /// Why.
    pub reason: String,
    /// With an edit: what it said before.
    pub before: String,
}

/// How two memories contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryConflict {
    /// One denies what the other says.
    Negation,
    /// The same of the same with another value.
    Value,
    /// The same with a word of the opposite meaning.
    Opposite,
    /// The same question is to be understood otherwise.
    Intent,
}

/// Another memory that says the opposite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryContradiction {
    /// The other.
    pub memory_id: String,
    /// How.
    pub conflict: MemoryConflict,
    /// The words of this one that differ.
    pub own_words: String,
    /// Those of the other.
    pub other_words: String,
}

/// Asks to remember a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MemoryProposal {
    /// One statement of at most 1,000 characters.
    pub text: String,
    /// What it holds for.
    pub scope: MemoryScope,
    /// Where it comes from.
    pub source: MemorySource,
    /// From 0 to 1; unset: [`DEFAULT_CONFIDENCE`].
    pub confidence: Option<f64>,
    /// When it stops to hold; unset: never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Asks to correct how a question is understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrectionProposal {
    /// The question and what was meant by it.
    #[serde(flatten)]
    pub correction: MemoryCorrection,
    /// Empty: any engine.
    #[serde(default)]
    pub engine: String,
    /// Where it comes from.
    #[serde(default)]
    pub source: MemorySource,
    /// From 0 to 1; unset: [`DEFAULT_CONFIDENCE`].
    #[serde(default)]
    pub confidence: Option<f64>,
    /// When it stops to hold; unset: never.
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A proposal that was received.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposed {
    /// As it is kept.
    pub memory: Memory,
    /// False: it was kept already.
    pub created: bool,
}

/// Asks for a page of memories, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListMemories {
    /// Of this engine and of none; empty: of all the caller may see.
    pub engine: String,
    /// Unset: in any state.
    pub state: Option<MemoryState>,
    /// Unset: of any kind.
    pub kind: Option<MemoryKind>,
    /// About exactly this object or pattern; unset: about anything.
    pub about: Option<MemoryObject>,
    /// 0: 50, more than 200 counts as 200.
    pub page_size: u32,
    /// From an earlier page; empty: the first.
    pub page_token: String,
}

/// A page of memories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemoryPage {
    /// The newest first.
    pub memories: Vec<Memory>,
    /// Empty: there are no more.
    pub next_page_token: String,
}

/// A person's decision about a memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryDecision {
    /// Which memory.
    #[serde(default)]
    pub memory_id: String,
    /// What is decided.
    pub action: MemoryAction,
    /// Why; required except to approve.
    #[serde(default)]
    pub reason: String,
    /// The revision that was looked at.
    pub expected_revision: u64,
    /// With an edit: what it says from now on; of a correction its note.
    #[serde(default)]
    pub text: String,
    /// With an edit of a correction: the query from now on.
    #[serde(default)]
    pub intended_query: String,
    /// With an approval: when it stops to hold; unset: as it was, and never if that has passed.
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// Asks for what is remembered of some objects, and for the corrections of a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecallRequest {
    /// The engine asked about.
    pub engine: String,
    /// At most 50.
    pub objects: Vec<RecalledObject>,
    /// Include memories that hold for everything.
    pub general: bool,
    /// As it was asked; empty: none.
    pub question: String,
    /// Most memories wanted; 0: 10, more than 50 counts as 50.
    pub limit: u32,
}

/// An object of the plan by all its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecalledObject {
    /// What it is.
    pub kind: ObjectKind,
    /// Key as shown to people.
    pub key: String,
    /// Bare name.
    pub object_name: String,
}

/// What is remembered: approved and not expired.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recalled {
    /// Facts, those about one object before those of patterns and of everything.
    pub memories: Vec<Memory>,
    /// There are more than the limit.
    pub truncated: bool,
    /// Of the question, the newest first.
    pub corrections: Vec<Memory>,
}
