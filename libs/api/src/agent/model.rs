//! Domain types of questions and answers. The same types are the JSON of `POST /api/chat`
//! where the REST shape does not differ.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::json::{optional_seconds, seconds};

/// A question, with the conversation it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Name of the engine in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// At most 4,000 characters.
    pub message: String,
    /// From an earlier answer, to follow up; empty: a new conversation.
    pub conversation_id: String,
    /// Empty: `operations`.
    pub agent_id: String,
    /// Unset: the language of the message.
    pub language: Option<Language>,
    /// IANA zone for times in the answer; empty: the engine's.
    pub time_zone: String,
}

/// Languages the agent understands and answers in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Brazilian Portuguese.
    #[serde(rename = "pt-BR")]
    Portuguese,
}

/// What kind of answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// The question was answered.
    Answer,
    /// Asks back; candidates may be offered as buttons.
    Clarification,
    /// Nothing of that name; nearest names are candidates.
    NotFound,
    /// Out of scope, or not allowed.
    Refusal,
    /// What would be done; nothing was done.
    Proposal,
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// To follow up.
    pub conversation_id: String,
    /// What kind of answer it is.
    pub kind: AnswerKind,
    /// In reading order.
    pub spans: Vec<Span>,
    /// The spans as Markdown.
    pub markdown: String,
    /// What proves the facts.
    pub citations: Vec<Citation>,
    /// Tables, lists, charts and log excerpts.
    pub blocks: Vec<Block>,
    /// Every tool call made for it.
    pub tool_calls: Vec<ToolCall>,
    /// Age of the oldest row used; unset when no plan data was used.
    #[serde(rename = "data_age_seconds", with = "optional_seconds")]
    pub data_age: Option<Duration>,
    /// Who understood the question: `engine` is the built-in question engine.
    pub mode: String,
    /// Language of the answer.
    pub language: Language,
    /// To choose from, for clarifications and unknown names.
    pub candidates: Vec<Candidate>,
    /// The engine answered about.
    pub engine: String,
    /// Set while the engine cannot be reached: the answer is as of this time.
    pub stale_since: Option<DateTime<Utc>>,
    /// How the question was understood, as a canonical query text.
    pub interpretation: String,
}

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Words of ours: no digits, no object names.
    Text(String),
    /// A value taken from a tool result.
    Fact {
        /// The citation that proves it.
        citation_id: String,
        /// As shown.
        value: String,
    },
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// Unique in the answer.
    pub id: String,
    /// The tool call whose result holds it.
    pub tool_call_id: String,
    /// Resource name of the object, such as `engines/default/jobs/…`; empty for totals.
    pub resource: String,
    /// JSON pointer into the tool result.
    pub field: String,
    /// As in the tool result.
    pub value: String,
    /// When the row was last verified; unset for facts that do not age.
    pub observed_at: Option<DateTime<Utc>>,
}

/// A tool call made for an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Unique in the answer.
    pub id: String,
    /// Name of the tool.
    pub name: String,
    /// JSON object.
    pub arguments: serde_json::Value,
    /// It returned a result.
    pub ok: bool,
    /// How long it took.
    #[serde(rename = "duration_seconds", with = "seconds")]
    pub duration: Duration,
}

/// Outcome of a tool call, in one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolResult {
    /// The call.
    pub tool_call_id: String,
    /// It returned a result.
    pub ok: bool,
    /// Such as `12 jobs`.
    pub summary: String,
    /// How long it took.
    #[serde(rename = "duration_seconds", with = "seconds")]
    pub duration: Duration,
}

/// Something to ask instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Ready to send.
    pub message: String,
    /// To show on the button.
    pub label: String,
    /// Resource name of the object meant; empty: none.
    pub resource: String,
}

/// A structured part of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Unique in the answer.
    pub id: String,
    /// Heading; may be empty.
    pub title: String,
    /// What it shows.
    #[serde(flatten)]
    pub content: BlockContent,
}

/// Kinds of blocks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BlockContent {
    /// Rows and columns.
    Table {
        /// Headings.
        columns: Vec<String>,
        /// One cell per column.
        rows: Vec<Vec<Cell>>,
        /// Rows in the plan that match; more than shown when truncated.
        total_rows: u64,
    },
    /// Bullets.
    List {
        /// In order.
        items: Vec<ListItem>,
    },
    /// Bars.
    Chart {
        /// In order.
        bars: Vec<Bar>,
        /// Unit of the values; empty: a count.
        unit: String,
    },
    /// Lines of a job's log: untrusted text, shown as it is.
    Log {
        /// Key of the job.
        job: String,
        /// What proves it.
        citation_id: String,
        /// In order.
        lines: Vec<LogLine>,
        /// The log has more lines.
        truncated: bool,
    },
}

/// A table cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// As shown.
    pub value: String,
    /// Empty for words of ours.
    pub citation_id: String,
}

/// A bullet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListItem {
    /// What it says.
    pub spans: Vec<Span>,
    /// Indentation, from 0.
    pub level: u32,
}

/// A bar of a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// What is measured.
    pub label: String,
    /// How much.
    pub value: f64,
    /// What proves it.
    pub citation_id: String,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Line number in the log, from 1.
    pub number: u32,
    /// Without line end.
    pub text: String,
    /// It says why the job failed.
    pub matters: bool,
}

/// What happens while an answer is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum AnswerEvent {
    /// What is being done, in words.
    Status(String),
    /// A tool was called.
    ToolCall(ToolCall),
    /// A tool call ended.
    ToolResult(ToolResult),
    /// The next part of the answer.
    Text(Vec<Span>),
    /// Precedes the text that uses it.
    Citation(Citation),
    /// A structured part.
    Block(Block),
    /// The whole answer; the last event.
    Done(Box<Answer>),
}

/// An agent that can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Such as `operations`.
    pub id: String,
    /// For people.
    pub display_name: String,
    /// What it is good for.
    pub description: String,
    /// What it can use.
    pub tools: Vec<Tool>,
    /// Languages it understands.
    pub languages: Vec<Language>,
    /// To try it out.
    pub example_questions: Vec<String>,
}

/// A tool an agent can use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Such as `list_jobs`.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Whether it can lead to a change.
    pub class: ToolClass,
}

/// What a tool may do. No tool writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolClass {
    /// Reads only.
    Read,
    /// Proposes a command for a person to approve.
    Propose,
}
