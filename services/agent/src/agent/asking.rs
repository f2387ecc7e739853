//! One question from message to answer: engine, interpretation, findings, text, check.

use chrono::Utc;
use resync_api::agent::model::{Answer, AnswerEvent, Block, Candidate, Language, Question, Span};
use tokio::sync::mpsc;
use tracing::Instrument as _;

use super::linking::PlanLinker;
use super::memory::listed;
use super::recalling::{self, Correction, Recalled};
use super::resuming::{Earlier, earlier};
use super::understanding::{Understanding, understand};
use super::{Asker, Shared};
use crate::assemble::{Parts, assemble};
use crate::compose::{Draft, compose, is_about_the_plan, memory};
use crate::conversation::Turn;
use crate::error::Error;
use crate::evidence::At;
use crate::figures::{QUESTION_DURATION, WITHHELD};
use crate::interpret::{Context, Interpretation};
use crate::markdown::markdown;
use crate::phrases::{DialogueMessage, Label, PlanMessage};
use crate::render::{Format, Locale};
use crate::tools::{EngineReport, PlanReader, ReadEngineStatus, Recorded, Tool as _, Toolbox};
use crate::verify::Checker;

/// Who understood the question.
const MODE: &str = "engine";
/// Bytes of a conversation id; ours have fewer.
pub(super) const MAX_CONVERSATION_ID: usize = 64;

/// The engine asked, and the toolbox that reads it.
struct Opened {
    tools: Toolbox,
    status: Recorded<EngineReport>,
}

impl Opened {
    /// For a question of this conversation.
    fn of(self, conversation_id: &str) -> Self {
        Self { tools: self.tools.in_conversation(conversation_id), ..self }
    }
}

/// Answers a question, telling what happens on the way.
pub(super) async fn answer(
    shared: &Shared,
    question: Question,
    asker: Asker,
    events: mpsc::Sender<AnswerEvent>,
) -> Result<Answer, Error> {
    let started = std::time::Instant::now();
    let outcome = answer_question(shared, &question, &asker, &events).await;
    let result = if outcome.is_ok() { "ok" } else { "error" };
    metrics::histogram!(QUESTION_DURATION, "result" => result).record(started.elapsed().as_secs_f64());
    outcome
}

async fn answer_question(
    shared: &Shared,
    question: &Question,
    asker: &Asker,
    events: &mpsc::Sender<AnswerEvent>,
) -> Result<Answer, Error> {
    let conversation_id = conversation_id(&question.conversation_id);
    let opening = open(shared, question, asker, &question.engine, events);
    let (opened, earlier) = tokio::join!(opening, earlier(shared, question, asker));
    let mut opened = opened?.of(&conversation_id);
    let (mut recalled, mut interpretation) = interpret(shared, question, &earlier, &opened).await?;
    if let Some(other) = other_engine(&interpretation, &opened) {
        // Names were looked for in the wrong plan: begin again in the right one.
        opened = open(shared, question, asker, &other, events).await?.of(&conversation_id);
        (recalled, interpretation) = interpret(shared, question, &earlier, &opened).await?;
    }
    let Opened { tools, status } = &opened;
    let language = question.language.unwrap_or_else(|| language_of(&interpretation));
    tools.tell(AnswerEvent::Status(Label::LookingAtThePlan.text(language).to_owned())).await;
    let linker = PlanLinker { tools };
    let understanding = understand(interpretation, &linker, shared.config.max_rows).await?;
    let locale = locale(&status.output, understanding.language);
    let recalled = recalling::about(&understanding, tools, recalled).await?;
    let mut draft = compose(&understanding.findings, &locale);
    add_recalled(&mut draft, &recalled);
    frame(&mut draft, &status.at(), &understanding);
    if matches!(earlier, Earlier::Unknown) {
        let unknown = draft.words(DialogueMessage::EarlierNotKnown);
        draft.paragraphs.insert(0, vec![unknown]);
    }
    let parts = checked(&draft, tools);
    let turn = Turn::new(&understanding.outcome, listed(&understanding.findings));
    let answer = finish(&opened, &draft, &parts, understanding, conversation_id);
    shared.keeper.remember(&shared.conversations, asker, question, &answer, turn);
    tell(tools, parts).await;
    Ok(answer)
}

async fn open(
    shared: &Shared,
    question: &Question,
    asker: &Asker,
    engine: &str,
    events: &mpsc::Sender<AnswerEvent>,
) -> Result<Opened, Error> {
    let read_status =
        ReadEngineStatus { engine: engine.to_owned(), display_zone: question.time_zone.clone() };
    let reader = PlanReader::new(asker.plan.clone(), asker.knowledge.clone(), engine.to_owned());
    let mut tools = Toolbox::new(reader, shared.config.max_tool_calls, events.clone());
    let status = tools.call(read_status).await?;
    // From here on the engine has a name, also when the question gave none.
    tools.read_engine(&status.output.status.engine);
    Ok(Opened { tools, status })
}

/// How a reviewer said the question is to be understood; else what the grammar makes of it.
async fn interpret(
    shared: &Shared,
    question: &Question,
    earlier: &Earlier,
    opened: &Opened,
) -> Result<(Recalled, Interpretation), Error> {
    let linker = PlanLinker { tools: &opened.tools };
    let (recalled, corrected) = recalling::corrected(question, &linker).await?;
    if let Some(corrected) = corrected {
        return Ok((recalled, corrected));
    }
    let report = &opened.status.output;
    let context = Context {
        now: report.freshness.engine_time,
        time_zone: report.freshness.time_zone.parse().unwrap_or(chrono_tz::UTC),
        plan_day_start: report.freshness.plan_day_start,
        language: question.language,
        engines: &report.engines,
        conversation: earlier.conversation(),
    };
    // What is asked is people's text and no attribute.
    let span = tracing::info_span!("interpret");
    let interpretation =
        shared.interpreter.interpret(&question.message, &context, &linker).instrument(span).await?;
    Ok((recalled, interpretation))
}

/// A conversation goes on under the name it has; a new one gets a name nobody can guess.
fn conversation_id(given: &str) -> String {
    if given.is_empty() || given.len() > MAX_CONVERSATION_ID {
        uuid::Uuid::new_v4().to_string()
    } else {
        given.to_owned()
    }
}

fn other_engine(interpretation: &Interpretation, opened: &Opened) -> Option<String> {
    let Interpretation::Query(understood) = interpretation else { return None };
    understood.engine.clone().filter(|other| *other != opened.status.output.status.engine)
}

fn language_of(interpretation: &Interpretation) -> Language {
    match interpretation {
        Interpretation::Query(understood) => understood.query.language,
        Interpretation::Ambiguous(ambiguity) => ambiguity.language,
        Interpretation::UnknownName(unknown) => unknown.language,
        Interpretation::AskBack(ask) => ask.language,
        Interpretation::OutOfScope { language, .. } => *language,
    }
}

fn locale(report: &EngineReport, language: Language) -> Locale {
    let own = report.freshness.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let zone = report.display_zone.parse().unwrap_or(own);
    Locale {
        language,
        zone,
        says_zone: zone != own,
        today: report.freshness.engine_time.with_timezone(&zone).date_naive(),
    }
}

/// What people taught, after the answer proper.
fn add_recalled(draft: &mut Draft, recalled: &Recalled) {
    match &recalled.correction {
        Some(Correction::Applied(place)) => memory::corrected(draft, place),
        Some(Correction::Unusable(place)) => memory::not_corrected(draft, place),
        Some(Correction::Contradictory(count)) => memory::contradictory(draft, count),
        None => {}
    }
    let known: Vec<At> = recalled.notes.iter().chain(&recalled.memories).cloned().collect();
    memory::block(draft, &known);
    // What a question back says does not depend on memories.
    if recalled.failed && is_about_the_plan(draft.kind) {
        memory::not_looked_up(draft);
    }
}

/// What stands around the answer proper: staleness before it, assumptions and the time zone after it.
fn frame(draft: &mut Draft, status: &At, understanding: &Understanding) {
    if !is_about_the_plan(draft.kind) {
        return;
    }
    for (text, object) in &understanding.assumed {
        draft.say_apart(DialogueMessage::Took {
            text: text.fact(Format::Plain),
            name: object.get("key").fact(Format::Plain),
        });
    }
    if shows_times(draft) {
        let zone = status.get("display_zone").fact(Format::Plain);
        if draft.locale.says_zone {
            draft.say_apart(PlanMessage::Zone { zone });
        } else {
            draft.say_apart(PlanMessage::EngineZone { zone });
        }
    }
    let freshness = status.get("freshness");
    let since = freshness.get("stale_since");
    if since.is_given() {
        let mut stale = vec![draft.words(PlanMessage::Stale {
            engine: status.get("status").get("engine").fact(Format::Plain),
            since: since.fact(Format::Time),
        })];
        let reason = freshness.get("stale_reason");
        if reason.is_given() {
            let reason = reason.fact(Format::Plain);
            stale.push(draft.words(PlanMessage::StaleReason { reason }));
        }
        draft.paragraphs.insert(0, stale);
    }
}

fn shows_times(draft: &Draft) -> bool {
    let pieces = draft.paragraphs.iter().flatten().flat_map(|sentence| &sentence.0);
    let in_text = pieces.filter_map(|piece| match piece {
        crate::phrases::Piece::Fact(fact) => Some(fact.format()),
        crate::phrases::Piece::Text(_) => None,
    });
    in_text.chain(draft.block_formats()).any(|format| format == Format::Time)
}

/// Renders the draft and withholds what its evidence does not support.
fn checked(draft: &Draft, tools: &Toolbox) -> Parts {
    let evidence = tools.entries();
    let mut parts = assemble(draft);
    let violations = Checker::new(&evidence, draft.locale).enforce(&mut parts);
    for violation in &violations {
        tracing::error!(?violation, "part of an answer withheld");
    }
    let withheld = parts.withheld + violations.len();
    if withheld > 0 {
        metrics::counter!(WITHHELD).increment(withheld as u64);
    }
    debug_assert!(withheld == 0, "an answer must be supported by its evidence: {violations:?}");
    parts
}

fn finish(
    opened: &Opened,
    draft: &Draft,
    parts: &Parts,
    understanding: Understanding,
    conversation_id: String,
) -> Answer {
    let spans: Vec<Span> = parts.spans();
    let blocks: Vec<Block> = parts.blocks.iter().map(|block| block.part.clone()).collect();
    let candidates: Vec<Candidate> = understanding.candidates;
    let report = &opened.status.output;
    Answer {
        conversation_id,
        kind: draft.kind,
        markdown: markdown(&spans, &blocks, draft.locale.language),
        spans,
        citations: parts.citations(),
        blocks,
        tool_calls: opened.tools.calls(),
        data_age: data_age(&opened.tools),
        mode: MODE.to_owned(),
        language: draft.locale.language,
        candidates,
        engine: report.status.engine.clone(),
        stale_since: report.freshness.stale_since,
        interpretation: understanding.interpretation,
    }
}

/// Time since the oldest row used was last verified, by the wall clock.
fn data_age(tools: &Toolbox) -> Option<std::time::Duration> {
    // The engine's status speaks of the whole mirror, not of the rows of this answer.
    let entries = tools.entries();
    let of_rows = entries.iter().filter(|entry| entry.call().name != ReadEngineStatus::NAME);
    let oldest = of_rows.filter_map(|entry| At::root(entry).observed_at()).min()?;
    Some((Utc::now() - oldest).to_std().unwrap_or_default())
}

/// Streams the answer: each citation before the text or block that uses it.
async fn tell(tools: &Toolbox, parts: Parts) {
    for sentence in parts.sentences {
        for citation in sentence.citations {
            tools.tell(AnswerEvent::Citation(citation)).await;
        }
        tools.tell(AnswerEvent::Text(sentence.part)).await;
    }
    for block in parts.blocks {
        for citation in block.citations {
            tools.tell(AnswerEvent::Citation(citation)).await;
        }
        tools.tell(AnswerEvent::Block(block.part)).await;
    }
}
