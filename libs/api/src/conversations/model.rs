//! Conversations that are kept, and what can be asked about them.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::agent::model::{AnswerKind, Citation, Language};
use crate::json::optional_seconds;

/// A conversation, without its turns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// To follow up.
    pub id: String,
    /// The first question that is known, shortened.
    pub title: String,
    /// The engine that the last turn was about.
    pub engine: String,
    /// When it was begun.
    pub started_at: DateTime<Utc>,
    /// When its last turn was answered.
    pub last_turn_at: DateTime<Utc>,
    /// Number of the last turn: how many there were.
    pub turns: u32,
    /// Turns that are kept: the newest.
    pub kept_turns: u32,
}

/// One question and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversationTurn {
    /// Names this turn and no other: a random UUID.
    pub id: String,
    /// 1 for the first of its conversation, without gaps.
    pub number: u32,
    /// When it was answered.
    pub at: DateTime<Utc>,
    /// What was asked, secrets masked.
    pub question: String,
    /// What kind of answer it got.
    pub kind: AnswerKind,
    /// The answer as it was given, secrets masked.
    pub markdown: String,
    /// What proved its facts.
    pub citations: Vec<Citation>,
    /// How the question was understood, as a canonical query text.
    pub interpretation: String,
    /// Age of the oldest row used when it was answered; unset when no plan data was used.
    #[serde(rename = "data_age_seconds", with = "optional_seconds")]
    pub data_age: Option<Duration>,
    /// Set when the engine could not be reached: the answer is as of this time.
    pub stale_since: Option<DateTime<Utc>>,
    /// The engine answered about.
    pub engine: String,
    /// Who understood the question.
    pub mode: String,
    /// Language of the answer.
    pub language: Language,
    /// It was too long to be kept whole.
    pub shortened: bool,
}

/// Which page of the caller's conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListConversations {
    /// 0: 50. More than 200 counts as 200.
    pub page_size: u32,
    /// From the page before; empty: the first page.
    pub page_token: String,
}

/// A page of conversations, the one with the newest turn first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationPage {
    /// In order.
    pub conversations: Vec<Conversation>,
    /// Empty: there are no more.
    pub next_page_token: String,
}

/// Which conversation, and which page of its turns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GetConversation {
    /// Which.
    pub conversation_id: String,
    /// 0: 50. More than 200 counts as 200.
    pub page_size: u32,
    /// From the page before; empty: the first page.
    pub page_token: String,
}

/// A conversation with a page of its turns, the oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversationText {
    /// Which.
    pub conversation: Conversation,
    /// In order.
    pub turns: Vec<ConversationTurn>,
    /// Empty: there are no more.
    pub next_page_token: String,
}

/// Forms of an exported conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationExportFormat {
    /// For people.
    Markdown,
    /// A JSON object a turn, each in a line of its own.
    JsonLines,
}

/// A conversation to be exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportConversation {
    /// Which.
    pub conversation_id: String,
    /// In which form.
    pub format: ConversationExportFormat,
}

/// A turn to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct AppendTurn {
    /// 1 to 64 bytes.
    pub conversation_id: String,
    /// Its number is not looked at.
    pub turn: ConversationTurn,
    /// What the agent needs to go on from this turn: a JSON object of its own; empty: nothing.
    pub context: serde_json::Map<String, serde_json::Value>,
    /// Number of an earlier turn that is known to be kept; 0: none is. When one is and the conversation is not there, it was
    /// deleted since, and nothing is kept.
    pub follows: u32,
}

/// Turns to go on from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadTurns {
    /// Which conversation.
    pub conversation_id: String,
    /// 0: 12. More than 50 counts as 50.
    pub limit: u32,
}

/// A turn as the agent remembers it.
#[derive(Clone, Debug, PartialEq)]
pub struct RememberedTurn {
    /// Its number.
    pub number: u32,
    /// As it was appended, secrets masked.
    pub context: serde_json::Map<String, serde_json::Value>,
}
