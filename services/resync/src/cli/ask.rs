//! `resync ask`: a question in plain words, its answer as it comes, and what the answer rests on.

pub(crate) mod show;

use super::session::Session;
use super::{Format, Shared};
use crate::failure::{Failure, Outcome, Result};
use crate::terminal::Terminal;
use clap::Args;
use futures::StreamExt as _;
use resync_api::agent::model::{Answer, AnswerEvent, AnswerKind, Question};
use show::Show;

/// Flags of `resync ask`.
#[derive(Debug, Args)]
pub(crate) struct AskArgs {
    /// The question; several words need no quotes
    #[arg(required = true, num_args = 1..)]
    question: Vec<String>,
    /// Engine to ask about [default: the only one, or "default"]
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
    /// Conversation to go on with, from an earlier answer
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ID")]
    conversation: String,
    /// Zone for times in the answer [default: the engine's]
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ZONE")]
    time_zone: String,
    /// Show the evidence of every fact
    #[arg(long)]
    evidence: bool,
}

pub(crate) async fn run(args: AskArgs, shared: &Shared) -> Result<Outcome> {
    let session = Session::open(shared).await?;
    let question = Question {
        engine: args.engine,
        message: args.question.join(" "),
        conversation_id: args.conversation,
        time_zone: args.time_zone,
        ..Question::default()
    };
    let terminal = Terminal::detect();
    let answer = match shared.output {
        Format::Json => {
            let answer = session.agent.ask(question).await?;
            let text =
                serde_json::to_string_pretty(&answer).map_err(|error| Failure::io("JSON", &error.into()))?;
            terminal.line(text);
            answer
        }
        Format::Text => streamed(&session, question, Show::new(terminal, args.evidence)).await?,
    };
    Ok(match answer.kind {
        AnswerKind::Answer | AnswerKind::Proposal => Outcome::Done,
        AnswerKind::Clarification | AnswerKind::NotFound | AnswerKind::Refusal => Outcome::NotAnswered,
    })
}

async fn streamed(session: &Session, question: Question, mut show: Show) -> Result<Answer> {
    let mut events = session.agent.stream_ask(question).await?;
    while let Some(event) = events.next().await {
        match event? {
            AnswerEvent::Status(_) | AnswerEvent::ToolCall(_) | AnswerEvent::ToolResult(_) => {}
            AnswerEvent::Citation(citation) => show.citation(citation),
            AnswerEvent::Text(spans) => show.text(&spans),
            AnswerEvent::Block(block) => show.block(&block),
            AnswerEvent::Done(answer) => {
                show.end(&answer);
                return Ok(*answer);
            }
        }
    }
    Err(Failure::new(
        resync_fault::ErrorKind::Unavailable,
        "ANSWER_CUT_OFF",
        "the answer ended before it was complete",
    )
    .hint("ask again"))
}
