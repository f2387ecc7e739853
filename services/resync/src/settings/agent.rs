//! Settings of the agent.

use super::key;
use resync_agent::Config;
use resync_service_kit::settings::{Key, Kind, Settings};

pub(super) const KEYS: &[Key] = &[
    key("agent.question_timeout", Kind::Duration, Some("20s"), "Time for one question"),
    key(
        "agent.max_concurrent_questions",
        Kind::Integer(1, 100_000),
        Some("64"),
        "Questions answered at once",
    ),
    key("agent.max_tool_calls", Kind::Integer(1, 1_000), Some("24"), "Tool calls for one question"),
    key("agent.max_message_chars", Kind::Integer(1, 100_000), Some("4000"), "Characters of a message"),
    key("agent.max_rows", Kind::Integer(1, 1_000), Some("20"), "Rows shown of a list"),
];

/// The agent's configuration.
pub(crate) fn agent(settings: &Settings) -> Config {
    Config {
        max_message_chars: settings.integer("agent.max_message_chars"),
        max_concurrent_questions: settings.integer("agent.max_concurrent_questions"),
        max_tool_calls: settings.integer("agent.max_tool_calls"),
        question_timeout: settings.duration("agent.question_timeout"),
        max_rows: settings.integer("agent.max_rows"),
    }
}
