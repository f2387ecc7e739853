//! `POST /api/chat`: one question, answered at once as JSON or as it goes as server-sent events.
//!
//! The shape is fixed for clients of the REST API, so it has its own types; everything else about an answer is in the
//! gRPC contract.

use crate::app::CHAT_BODY_BYTES;
use crate::call::{Call, json};
use crate::error::Error;
use crate::params::Params;
use crate::problem::Problem;
use crate::sse::{self, EVENT_STREAM, Event};
use axum::body::Body;
use axum::response::Response;
use futures::StreamExt as _;
use http::{HeaderMap, Request, header};
use resync_api::agent::model::{
    Answer, AnswerEvent, AnswerKind, Block, Citation, Language, Question, Span, ToolCall, ToolResult,
};
use resync_fault::FaultBody;
use serde::Serialize;
use serde_json::{Value, json};
use std::time::Duration;

const FIELDS: &[&str] = &["message", "conversation_id", "agent_id", "engine", "language", "time_zone"];
const MAX_MESSAGE_CHARS: usize = 4_000;

/// `POST /api/chat`
pub(crate) async fn chat(call: Call, request: Request<Body>) -> Result<Response, Error> {
    // Before the body is read: nobody makes us parse who may not ask anything.
    call.agent("Ask", "")?;
    let streamed = accepts_event_stream(request.headers());
    let question = question(Params::from_json(request, FIELDS, CHAT_BODY_BYTES).await?)?;
    if !streamed {
        let answer = call.agent("Ask", &question.engine)?.ask(question).await;
        return json(&ChatAnswer::from(answer.map_err(refused)?));
    }
    let client = call.agent("StreamAsk", &question.engine)?;
    let events = client.stream_ask(question).await.map_err(refused)?;
    let events = events.map(|event| event.map(event_of).map_err(refused));
    let context = call.context().clone();
    sse::response(events, call.app().ending.drain(), call.stream(), move |error| {
        Event::new("error", &Problem::new(error, &context))
    })
    .await
}

/// What the agent said, with fields named as in the body here: the contract has them one level deeper.
fn refused(mut fault: FaultBody) -> Error {
    for violation in &mut fault.violations {
        if let Some(field) = violation.field.strip_prefix("question.") {
            violation.field = field.to_owned();
        }
    }
    Error::Upstream(fault)
}

fn accepts_event_stream(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT);
    accepted.iter().filter_map(|value| value.to_str().ok()).any(|value| value.contains(EVENT_STREAM))
}

fn question(mut params: Params) -> Result<Question, Error> {
    let message = params.take("message").ok_or_else(|| Error::field("message", "required"))?;
    if message.trim().is_empty() {
        return Err(Error::field("message", "a question is needed"));
    }
    if message.chars().count() > MAX_MESSAGE_CHARS {
        return Err(Error::field("message", format!("longer than {MAX_MESSAGE_CHARS} characters")));
    }
    let language = match params.take("language").as_deref() {
        None | Some("") => None,
        Some("en") => Some(Language::English),
        Some("pt-BR") => Some(Language::Portuguese),
        Some(_) => return Err(Error::field("language", "en or pt-BR is needed")),
    };
    Ok(Question {
        engine: params.text("engine"),
        message,
        conversation_id: params.text("conversation_id"),
        agent_id: params.text("agent_id"),
        language,
        time_zone: params.text("time_zone"),
    })
}

/// The body of an answer.
#[derive(Debug, Serialize)]
struct ChatAnswer {
    conversation_id: String,
    kind: AnswerKind,
    /// Markdown.
    answer: String,
    citations: Vec<Citation>,
    blocks: Vec<Block>,
    tool_calls: Vec<ChatToolCall>,
    /// Unset when no plan data was used.
    data_age_ms: Option<u64>,
    mode: String,
}

/// A tool call in that body.
#[derive(Debug, Serialize)]
struct ChatToolCall {
    id: String,
    name: String,
    arguments: Value,
    ok: bool,
    duration_ms: f64,
}

impl From<Answer> for ChatAnswer {
    fn from(answer: Answer) -> Self {
        Self {
            conversation_id: answer.conversation_id,
            kind: answer.kind,
            answer: answer.markdown,
            citations: answer.citations,
            blocks: answer.blocks,
            tool_calls: answer.tool_calls.into_iter().map(ChatToolCall::from).collect(),
            data_age_ms: answer.data_age.map(|age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX)),
            mode: answer.mode,
        }
    }
}

impl From<ToolCall> for ChatToolCall {
    fn from(call: ToolCall) -> Self {
        Self {
            id: call.id,
            name: call.name,
            arguments: call.arguments,
            ok: call.ok,
            duration_ms: milliseconds(call.duration),
        }
    }
}

/// Microseconds matter here, more does not.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

fn event_of(event: AnswerEvent) -> Event {
    match event {
        AnswerEvent::Status(status) => Event::new("status", &json!({ "status": status })),
        AnswerEvent::ToolCall(ToolCall { id, name, arguments, ok: _, duration: _ }) => {
            Event::new("tool_call", &json!({ "id": id, "name": name, "arguments": arguments }))
        }
        AnswerEvent::ToolResult(ToolResult { tool_call_id, ok, summary, duration }) => Event::new(
            "tool_result",
            &json!({
                "tool_call_id": tool_call_id,
                "ok": ok,
                "summary": summary,
                "duration_ms": milliseconds(duration),
            }),
        ),
        AnswerEvent::Text(spans) => Event::new("text", &json!({ "text": shown(&spans), "spans": spans })),
        AnswerEvent::Citation(citation) => Event::new("citation", &citation),
        AnswerEvent::Block(block) => Event::new("block", &block),
        AnswerEvent::Done(answer) => Event::new("done", &ChatAnswer::from(*answer)),
    }
}

fn shown(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) => text.as_str(),
            Span::Fact { citation_id: _, value } => value.as_str(),
        })
        .collect()
}
