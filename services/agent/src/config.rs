//! Settings of the agent: the bounds within which a question is answered.

use std::time::Duration;

/// Bounds of the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Characters of a message.
    pub max_message_chars: usize,
    /// Questions answered at once; more are refused.
    pub max_concurrent_questions: usize,
    /// Tool calls for one question.
    pub max_tool_calls: u32,
    /// Time for one question.
    pub question_timeout: Duration,
    /// Rows shown of a list; the answer says how many there are in all.
    pub max_rows: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_message_chars: 4_000,
            max_concurrent_questions: 64,
            max_tool_calls: 24,
            question_timeout: Duration::from_secs(20),
            max_rows: 20,
        }
    }
}
