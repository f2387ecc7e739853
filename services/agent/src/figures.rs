//! The names and meanings of the agent's metrics.

use metrics::{Unit, describe_counter, describe_histogram};

pub(crate) const QUESTION_DURATION: &str = "resync_agent_question_duration_seconds";
pub(crate) const TOOL_DURATION: &str = "resync_agent_tool_duration_seconds";
pub(crate) const QUESTIONS_REFUSED: &str = "resync_agent_questions_refused_total";
pub(crate) const TURNS_NOT_KEPT: &str = "resync_agent_turns_not_kept_total";
pub(crate) const WITHHELD: &str = "resync_agent_withheld_total";

/// Tells the recorder what the metrics mean; harmless when told twice.
pub(crate) fn describe() {
    describe_histogram!(QUESTION_DURATION, Unit::Seconds, "time to answer a question, by result");
    describe_histogram!(TOOL_DURATION, Unit::Seconds, "time a tool took, by tool");
    describe_counter!(QUESTIONS_REFUSED, "questions refused because too many were being answered");
    describe_counter!(TURNS_NOT_KEPT, "turns of conversations that could not be kept, by reason");
    describe_counter!(WITHHELD, "parts of answers withheld for lack of evidence; each is a defect");
}
