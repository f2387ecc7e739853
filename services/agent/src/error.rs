//! What can go wrong with a question, and what the person can do about it.
//!
//! A question that is understood but has no good answer is no error: it gets an answer of its own kind.

use std::borrow::Cow;
use std::time::Duration;

use resync_fault::{ErrorKind, Fault, FaultBody, FieldViolation};
use thiserror::Error;

/// Why a question was not answered.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing was asked.
    #[error("the message is empty")]
    EmptyMessage,
    /// More than an answer can take in.
    #[error("the message has {length} characters, {limit} is the most")]
    MessageTooLong {
        /// Characters of the message.
        length: usize,
        /// The most.
        limit: usize,
    },
    /// No agent of that id.
    #[error("there is no agent {0:?}")]
    UnknownAgent(String),
    /// Not an IANA name.
    #[error("{0:?} is not a time zone")]
    UnknownTimeZone(String),
    /// No engine of that name is configured.
    #[error("there is no engine {name:?}")]
    UnknownEngine {
        /// What was asked for; empty when several exist and none was named.
        name: String,
        /// Those that exist.
        known: Vec<String>,
    },
    /// As many questions as are allowed at once are being answered.
    #[error("too many questions are being answered at the moment")]
    Busy,
    /// The time for one question ran out.
    #[error("the question took longer than {} s", limit.as_secs())]
    TimedOut {
        /// The time a question may take.
        limit: Duration,
    },
    /// More tool calls than one question may make.
    #[error("the question needs more than {limit} tool calls")]
    TooManyToolCalls {
        /// The most.
        limit: u32,
    },
    /// The plan of the engine has not been read yet.
    #[error("the plan of engine {engine:?} has not been read yet")]
    PlanNotRead {
        /// The engine.
        engine: String,
        /// Code of its last error; empty: it is being read.
        code: String,
        /// What to do about that error.
        hint: String,
    },
    /// The bridge refused or could not be reached.
    #[error("the plan cannot be asked: {0}")]
    Plan(FaultBody),
    /// No knowledge graph is among the agent's clients.
    #[error("the knowledge graph is not reachable from here")]
    NoGraph,
    /// The knowledge graph refused or could not be reached.
    #[error("the knowledge graph cannot be asked: {0}")]
    Graph(FaultBody),
    /// The knowledge graph refused, or could not be reached.
    #[error("memories cannot be asked: {0}")]
    Memories(FaultBody),
    /// The knowledge graph did not answer soon enough.
    #[error("memories were not told in time")]
    MemoriesSilent,
    /// A tool's result could not be turned into JSON: a defect.
    #[error("a tool result is not JSON")]
    Result,
}

impl Error {
    /// Memories could not be asked, for whatever reason; an answer can do without them.
    pub(crate) fn is_of_memories(&self) -> bool {
        matches!(self, Self::Memories(_) | Self::MemoriesSilent)
    }

    /// Nobody could be asked for memories, as opposed to a refusal that says what to change.
    pub(crate) fn is_outage_of_memories(&self) -> bool {
        self.is_of_memories() && matches!(self.kind(), ErrorKind::Unavailable | ErrorKind::DeadlineExceeded)
    }
}

impl Fault for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::EmptyMessage | Self::MessageTooLong { .. } | Self::UnknownTimeZone(_) => {
                ErrorKind::InvalidArgument
            }
            Self::UnknownAgent(_) | Self::UnknownEngine { .. } => ErrorKind::NotFound,
            Self::Busy | Self::TooManyToolCalls { .. } => ErrorKind::ResourceExhausted,
            Self::TimedOut { .. } => ErrorKind::DeadlineExceeded,
            Self::PlanNotRead { .. } | Self::NoGraph | Self::MemoriesSilent => ErrorKind::Unavailable,
            Self::Plan(body) | Self::Graph(body) | Self::Memories(body) => body.kind,
            Self::Result => ErrorKind::Internal,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::EmptyMessage => "MESSAGE_EMPTY",
            Self::MessageTooLong { .. } => "MESSAGE_TOO_LONG",
            Self::UnknownAgent(_) => "AGENT_UNKNOWN",
            Self::UnknownTimeZone(_) => "TIME_ZONE_UNKNOWN",
            Self::UnknownEngine { .. } => "ENGINE_UNKNOWN",
            Self::Busy => "AGENT_BUSY",
            Self::TimedOut { .. } => "QUESTION_TIMED_OUT",
            Self::TooManyToolCalls { .. } => "TOO_MANY_TOOL_CALLS",
            Self::PlanNotRead { .. } => "PLAN_NOT_READ",
            Self::NoGraph => "GRAPH_ABSENT",
            Self::Plan(body) | Self::Graph(body) | Self::Memories(body) => &body.reason,
            Self::MemoriesSilent => "MEMORIES_SILENT",
            Self::Result => "TOOL_RESULT",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::EmptyMessage => Some("ask something, such as: what is in error?".into()),
            Self::MessageTooLong { .. } => Some("ask a shorter question".into()),
            Self::UnknownAgent(_) => Some("leave agent_id out, or list the agents".into()),
            Self::UnknownTimeZone(_) => Some(
                "use an IANA name such as America/Sao_Paulo, or leave it out for the engine's zone".into(),
            ),
            Self::UnknownEngine { known, .. } if known.is_empty() => {
                Some("no engine is configured that you may see".into())
            }
            Self::UnknownEngine { known, .. } => Some(format!("name one of: {}", known.join(", ")).into()),
            Self::Busy => Some("ask again in a moment".into()),
            Self::TimedOut { .. } | Self::TooManyToolCalls { .. } => {
                Some("ask about fewer objects, or name the one you mean".into())
            }
            Self::PlanNotRead { engine, code, hint } if !code.is_empty() => Some(
                format!("{hint} Run `resync engines check {engine}` to look closer.")
                    .trim_start()
                    .to_owned()
                    .into(),
            ),
            Self::PlanNotRead { .. } => Some("it is being read; ask again in a moment".into()),
            Self::NoGraph => {
                Some("start the role knowledge-graph, or give its address in mesh.addresses".into())
            }
            Self::Plan(body) | Self::Graph(body) | Self::Memories(body) => {
                body.hint.as_deref().map(Cow::Borrowed)
            }
            Self::MemoriesSilent => Some("ask again in a moment".into()),
            Self::Result => None,
        }
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Plan(body) | Self::Graph(body) | Self::Memories(body) => body.retryable,
            Self::Busy | Self::PlanNotRead { .. } | Self::MemoriesSilent => true,
            _ => false,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy => Some(Duration::from_secs(1)),
            Self::PlanNotRead { .. } => Some(Duration::from_secs(2)),
            Self::Plan(body) | Self::Graph(body) | Self::Memories(body) => body.retry_after(),
            _ => None,
        }
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::EmptyMessage | Self::MessageTooLong { .. } => {
                vec![FieldViolation::new("question.message", self.to_string())]
            }
            Self::UnknownTimeZone(_) => vec![FieldViolation::new("question.time_zone", self.to_string())],
            Self::Plan(body) | Self::Graph(body) | Self::Memories(body) => body.violations.clone(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_about_an_unread_plan_is_for_people() {
        let hint = |code: &str, hint: &str| {
            let (engine, code, hint) = ("prod".to_owned(), code.to_owned(), hint.to_owned());
            Error::PlanNotRead { engine, code, hint }.hint().map(Cow::into_owned)
        };
        assert_eq!(
            hint("ENGINE_UNREACHABLE", "cannot reach the engine. Is it running?").as_deref(),
            Some("cannot reach the engine. Is it running? Run `resync engines check prod` to look closer.")
        );
        assert_eq!(
            hint("ENGINE_UNREACHABLE", "").as_deref(),
            Some("Run `resync engines check prod` to look closer.")
        );
        assert_eq!(hint("", "").as_deref(), Some("it is being read; ask again in a moment"));
    }
}
