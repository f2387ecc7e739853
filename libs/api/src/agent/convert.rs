//! The only conversions between answer types and Protobuf.

use crate::proto::agent::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{
    all, duration, enumeration, into_all, optional_duration, optional_time, required, required_duration,
    same_enumeration, timestamp,
};

use super::model::{
    Answer, AnswerEvent, AnswerKind, Candidate, Citation, Question, Span, ToolCall, ToolResult,
};

mod block;
mod agents;

use agents::language;

same_enumeration!(AnswerKind { Answer, Clarification, NotFound, Refusal, Proposal });

/// The engine is a field of the request, beside the question, because permissions are checked on it.
pub(crate) fn split_question(value: Question) -> (String, proto::Question) {
    let Question { engine, message, conversation_id, agent_id, language, time_zone } = value;
    let language = language.map(|language| language.tag().to_owned()).unwrap_or_default();
    (engine, proto::Question { message, conversation_id, agent_id, language, time_zone })
}

fn join_question(engine: String, value: Option<proto::Question>) -> Result<Question, ProtocolError> {
    let proto::Question { message, conversation_id, agent_id, language: tag, time_zone } =
        required(value, "question")?;
    let language = if tag.is_empty() { None } else { Some(language(&tag, "question.language")?) };
    Ok(Question { engine, message, conversation_id, agent_id, language, time_zone })
}

impl TryFrom<proto::AskRequest> for Question {
    type Error = ProtocolError;

    fn try_from(value: proto::AskRequest) -> Result<Self, ProtocolError> {
        let proto::AskRequest { engine, question } = value;
        join_question(engine, question)
    }
}

impl TryFrom<proto::StreamAskRequest> for Question {
    type Error = ProtocolError;

    fn try_from(value: proto::StreamAskRequest) -> Result<Self, ProtocolError> {
        let proto::StreamAskRequest { engine, question } = value;
        join_question(engine, question)
    }
}

impl From<Answer> for proto::Answer {
    fn from(value: Answer) -> Self {
        let Answer {
            conversation_id,
            kind,
            spans,
            markdown,
            citations,
            blocks,
            tool_calls,
            data_age,
            mode,
            language,
            candidates,
            engine,
            stale_since,
            interpretation,
        } = value;
        Self {
            conversation_id,
            kind: proto::AnswerKind::from(kind).into(),
            spans: into_all(spans),
            markdown,
            citations: into_all(citations),
            blocks: into_all(blocks),
            tool_calls: into_all(tool_calls),
            data_age: data_age.map(duration),
            mode,
            language: language.tag().to_owned(),
            candidates: into_all(candidates),
            engine,
            stale_since: stale_since.map(timestamp),
            interpretation,
        }
    }
}

impl TryFrom<proto::Answer> for Answer {
    type Error = ProtocolError;

    fn try_from(value: proto::Answer) -> Result<Self, ProtocolError> {
        let proto::Answer {
            conversation_id,
            kind,
            spans,
            markdown,
            citations,
            blocks,
            tool_calls,
            data_age,
            mode,
            language: tag,
            candidates,
            engine,
            stale_since,
            interpretation,
        } = value;
        Ok(Self {
            conversation_id,
            kind: enumeration::<proto::AnswerKind, AnswerKind>(kind, "kind")?,
            spans: all(spans)?,
            markdown,
            citations: all(citations)?,
            blocks: all(blocks)?,
            tool_calls: all(tool_calls)?,
            data_age: optional_duration(data_age, "data_age")?,
            mode,
            language: language(&tag, "language")?,
            candidates: into_all(candidates),
            engine,
            stale_since: optional_time(stale_since, "stale_since")?,
            interpretation,
        })
    }
}

impl From<Span> for proto::Span {
    fn from(value: Span) -> Self {
        let span = match value {
            Span::Text(text) => proto::span::Span::Text(text),
            Span::Fact { citation_id, value } => proto::span::Span::Fact(proto::Fact { citation_id, value }),
        };
        Self { span: Some(span) }
    }
}

impl TryFrom<proto::Span> for Span {
    type Error = ProtocolError;

    fn try_from(value: proto::Span) -> Result<Self, ProtocolError> {
        Ok(match required(value.span, "span")? {
            proto::span::Span::Text(text) => Self::Text(text),
            proto::span::Span::Fact(proto::Fact { citation_id, value }) => Self::Fact { citation_id, value },
        })
    }
}

impl From<Citation> for proto::Citation {
    fn from(value: Citation) -> Self {
        let Citation { id, tool_call_id, resource, field, value, observed_at } = value;
        Self { id, tool_call_id, resource, field, value, observed_at: observed_at.map(timestamp) }
    }
}

impl TryFrom<proto::Citation> for Citation {
    type Error = ProtocolError;

    fn try_from(value: proto::Citation) -> Result<Self, ProtocolError> {
        let proto::Citation { id, tool_call_id, resource, field, value, observed_at } = value;
        let observed_at = optional_time(observed_at, "observed_at")?;
        Ok(Self { id, tool_call_id, resource, field, value, observed_at })
    }
}

impl From<ToolCall> for proto::ToolCall {
    fn from(value: ToolCall) -> Self {
        let ToolCall { id, name, arguments, ok, duration: took } = value;
        Self { id, name, arguments: arguments.to_string(), ok, duration: Some(duration(took)) }
    }
}

impl TryFrom<proto::ToolCall> for ToolCall {
    type Error = ProtocolError;

    fn try_from(value: proto::ToolCall) -> Result<Self, ProtocolError> {
        let proto::ToolCall { id, name, arguments, ok, duration } = value;
        let arguments =
            serde_json::from_str(&arguments).map_err(|_| ProtocolError::invalid("arguments", &arguments))?;
        Ok(Self { id, name, arguments, ok, duration: required_duration(duration, "duration")? })
    }
}

impl From<ToolResult> for proto::ToolResult {
    fn from(value: ToolResult) -> Self {
        let ToolResult { tool_call_id, ok, summary, duration: took } = value;
        Self { tool_call_id, ok, summary, duration: Some(duration(took)) }
    }
}

impl TryFrom<proto::ToolResult> for ToolResult {
    type Error = ProtocolError;

    fn try_from(value: proto::ToolResult) -> Result<Self, ProtocolError> {
        let proto::ToolResult { tool_call_id, ok, summary, duration } = value;
        Ok(Self { tool_call_id, ok, summary, duration: required_duration(duration, "duration")? })
    }
}

impl From<Candidate> for proto::Candidate {
    fn from(Candidate { message, label, resource }: Candidate) -> Self {
        Self { message, label, resource }
    }
}

impl From<proto::Candidate> for Candidate {
    fn from(proto::Candidate { message, label, resource }: proto::Candidate) -> Self {
        Self { message, label, resource }
    }
}

impl From<AnswerEvent> for proto::StreamAskResponse {
    fn from(value: AnswerEvent) -> Self {
        use proto::stream_ask_response::Event;
        let event = match value {
            AnswerEvent::Status(text) => Event::Status(text),
            AnswerEvent::ToolCall(call) => Event::ToolCall(call.into()),
            AnswerEvent::ToolResult(result) => Event::ToolResult(result.into()),
            AnswerEvent::Text(spans) => Event::Text(proto::TextDelta { spans: into_all(spans) }),
            AnswerEvent::Citation(citation) => Event::Citation(citation.into()),
            AnswerEvent::Block(block) => Event::Block(block.into()),
            AnswerEvent::Done(answer) => Event::Done((*answer).into()),
        };
        Self { event: Some(event) }
    }
}

impl TryFrom<proto::StreamAskResponse> for AnswerEvent {
    type Error = ProtocolError;

    fn try_from(value: proto::StreamAskResponse) -> Result<Self, ProtocolError> {
        use proto::stream_ask_response::Event;
        Ok(match required(value.event, "event")? {
            Event::Status(text) => Self::Status(text),
            Event::ToolCall(call) => Self::ToolCall(call.try_into()?),
            Event::ToolResult(result) => Self::ToolResult(result.try_into()?),
            Event::Text(proto::TextDelta { spans }) => Self::Text(all(spans)?),
            Event::Citation(citation) => Self::Citation(citation.try_into()?),
            Event::Block(block) => Self::Block(block.try_into()?),
            Event::Done(answer) => Self::Done(Box::new(answer.try_into()?)),
        })
    }
}
