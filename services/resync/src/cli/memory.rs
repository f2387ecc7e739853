//! `resync memory`: what people taught: looked at, proposed, and decided about.

use super::session::Session;
use super::{Format, Shared};
use crate::failure::{Failure, Outcome, Result};
use crate::terminal::{Cell, Style, Terminal, clean};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use resync_api::agent::model::Language;
use resync_api::memories::model::{
    CorrectionProposal, ListMemories, Memory, MemoryAction, MemoryCorrection, MemoryDecision, MemoryKind,
    MemoryObject, MemoryPage, MemoryProposal, MemoryScope, MemorySource, MemorySourceKind, MemoryState,
};
use resync_api::tws::model::ObjectKind;
use resync_fault::ErrorKind;
use serde::Serialize;

/// Commands about memories.
#[derive(Debug, Subcommand)]
pub(crate) enum MemoryCommand {
    /// List memories, the newest first
    List(ListArgs),
    /// Show one with its reviews and what contradicts it
    Show(ShowArgs),
    /// Propose to remember something
    Propose(ProposeArgs),
    /// Propose how a question is to be understood when it returns
    Correct(CorrectArgs),
    /// Let it be recalled, also after it was turned down, expired or put into quarantine
    Approve(ReviewArgs),
    /// Change what it says, and approve that
    Edit(EditArgs),
    /// Turn it down
    Reject(ReviewArgs),
    /// Say that it does not hold any more
    Expire(ReviewArgs),
    /// Let it not be recalled for now
    Quarantine(ReviewArgs),
}

/// States of a memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    /// Nobody decided yet
    Proposed,
    /// It is recalled
    Approved,
    /// Turned down
    Rejected,
    /// Its time is over
    Expired,
    /// Not recalled for now
    Quarantined,
}

/// Kinds of memories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Something that holds
    Fact,
    /// How a question is to be understood, or a note on its answer
    Correction,
}

/// Kinds of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AboutKind {
    /// A job
    Job,
    /// A job stream
    JobStream,
    /// A workstation
    Workstation,
    /// A resource
    Resource,
    /// A prompt
    Prompt,
}

/// What it is about.
#[derive(Debug, Args)]
pub(crate) struct AboutArgs {
    /// Name, key or pattern of what it is about
    #[arg(long, value_name = "NAME")]
    about: Option<String>,
    /// What that is
    #[arg(long, value_enum, default_value_t = AboutKind::Job, requires = "about")]
    about_kind: AboutKind,
}

/// Flags of `resync memory list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only in this state
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Only of this kind
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Of this engine and of none [default: all]
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
    #[command(flatten)]
    about: AboutArgs,
    /// Most memories to list
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
}

/// Arguments of `resync memory show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Its id
    id: String,
}

/// Flags of `resync memory propose`.
#[derive(Debug, Args)]
pub(crate) struct ProposeArgs {
    /// What is to be remembered; several words need no quotes
    #[arg(required = true, num_args = 1..)]
    text: Vec<String>,
    /// Engine it holds for [default: any]
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
    #[command(flatten)]
    about: AboutArgs,
    /// How sure it is, from 0 to 1
    #[arg(long)]
    confidence: Option<f64>,
    /// When it stops to hold, such as 2026-12-31T00:00:00Z
    #[arg(long, value_name = "TIME")]
    expires_at: Option<DateTime<Utc>>,
}

/// Flags of `resync memory correct`.
#[derive(Debug, Args)]
pub(crate) struct CorrectArgs {
    /// The question as it was asked
    question: String,
    /// The query that was meant, as "interpretation" of an answer shows it
    #[arg(long, default_value = "", hide_default_value = true)]
    intended_query: String,
    /// A note to be shown with the answer
    #[arg(long, default_value = "", hide_default_value = true)]
    note: String,
    /// Language of the question: en or pt-BR
    #[arg(long, default_value = "en")]
    language: String,
    /// Engine it holds for [default: any]
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
}

/// Flags of a decision.
#[derive(Debug, Args)]
pub(crate) struct ReviewArgs {
    /// Its id
    id: String,
    /// Why
    #[arg(long, default_value = "", hide_default_value = true)]
    reason: String,
    /// The revision that was looked at [default: the present one]
    #[arg(long)]
    revision: Option<u64>,
    /// With approve: when it stops to hold
    #[arg(long, value_name = "TIME")]
    expires_at: Option<DateTime<Utc>>,
}

/// Flags of `resync memory edit`.
#[derive(Debug, Args)]
pub(crate) struct EditArgs {
    #[command(flatten)]
    review: ReviewArgs,
    /// What it says from now on; of a correction its note
    #[arg(long, default_value = "", hide_default_value = true)]
    text: String,
    /// Of a correction: the query from now on
    #[arg(long, default_value = "", hide_default_value = true)]
    intended_query: String,
}

pub(crate) async fn run(command: MemoryCommand, shared: &Shared) -> Result<Outcome> {
    let session = Session::open(shared).await?;
    let out = Out { terminal: Terminal::detect(), format: shared.output };
    match command {
        MemoryCommand::List(args) => list(&session, args, &out).await,
        MemoryCommand::Show(args) => out.one(&session.memories.get(&args.id).await?),
        MemoryCommand::Propose(args) => out.one(&session.memories.propose(args.into()).await?.memory),
        MemoryCommand::Correct(args) => out.one(&session.memories.correct(correction(args)?).await?.memory),
        MemoryCommand::Approve(args) => review(&session, MemoryAction::Approve, args.into(), &out).await,
        MemoryCommand::Edit(args) => review(&session, MemoryAction::Edit, args, &out).await,
        MemoryCommand::Reject(args) => review(&session, MemoryAction::Reject, args.into(), &out).await,
        MemoryCommand::Expire(args) => review(&session, MemoryAction::Expire, args.into(), &out).await,
        MemoryCommand::Quarantine(args) => {
            review(&session, MemoryAction::Quarantine, args.into(), &out).await
        }
    }
}

async fn list(session: &Session, args: ListArgs, out: &Out) -> Result<Outcome> {
    let mut request = ListMemories {
        engine: args.engine,
        state: args.state.map(Into::into),
        kind: args.kind.map(Into::into),
        about: args.about.into(),
        page_size: args.limit,
        page_token: String::new(),
    };
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let mut page = session.memories.list(request.clone()).await?;
    while page.memories.len() < limit && !page.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut page.next_page_token);
        let more = session.memories.list(request.clone()).await?;
        page.next_page_token = more.next_page_token;
        page.memories.extend(more.memories);
    }
    page.memories.truncate(limit);
    out.page(&page)
}

async fn review(session: &Session, action: MemoryAction, args: EditArgs, out: &Out) -> Result<Outcome> {
    let EditArgs { review: ReviewArgs { id, reason, revision, expires_at }, text, intended_query } = args;
    let expected_revision = match revision {
        Some(revision) => revision,
        None => session.memories.get(&id).await?.revision,
    };
    let decision =
        MemoryDecision { memory_id: id, action, reason, expected_revision, text, intended_query, expires_at };
    out.one(&session.memories.review(decision).await?)
}

fn correction(args: CorrectArgs) -> Result<CorrectionProposal> {
    let CorrectArgs { question, intended_query, note, language, engine } = args;
    let language = Language::from_tag(&language).ok_or_else(|| {
        Failure::new(ErrorKind::InvalidArgument, "LANGUAGE_UNKNOWN", format!("{language} is not known"))
            .hint("use en or pt-BR")
    })?;
    Ok(CorrectionProposal {
        correction: MemoryCorrection { question, language, intended_query, note },
        engine,
        source: MemorySource { kind: MemorySourceKind::Answer, ..MemorySource::default() },
        confidence: None,
        expires_at: None,
    })
}

impl From<ReviewArgs> for EditArgs {
    fn from(review: ReviewArgs) -> Self {
        Self { review, text: String::new(), intended_query: String::new() }
    }
}

impl From<ProposeArgs> for MemoryProposal {
    fn from(args: ProposeArgs) -> Self {
        let ProposeArgs { text, engine, about, confidence, expires_at } = args;
        Self {
            text: text.join(" "),
            scope: MemoryScope { engine, about: about.into() },
            source: MemorySource::default(),
            confidence,
            expires_at,
        }
    }
}

impl From<AboutArgs> for Option<MemoryObject> {
    fn from(args: AboutArgs) -> Self {
        let AboutArgs { about, about_kind } = args;
        about.map(|name| MemoryObject { kind: about_kind.into(), name })
    }
}

impl From<Kind> for MemoryKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Fact => Self::Fact,
            Kind::Correction => Self::Correction,
        }
    }
}

impl From<AboutKind> for ObjectKind {
    fn from(kind: AboutKind) -> Self {
        match kind {
            AboutKind::Job => Self::Job,
            AboutKind::JobStream => Self::JobStream,
            AboutKind::Workstation => Self::Workstation,
            AboutKind::Resource => Self::Resource,
            AboutKind::Prompt => Self::Prompt,
        }
    }
}

impl From<State> for MemoryState {
    fn from(state: State) -> Self {
        match state {
            State::Proposed => Self::Proposed,
            State::Approved => Self::Approved,
            State::Rejected => Self::Rejected,
            State::Expired => Self::Expired,
            State::Quarantined => Self::Quarantined,
        }
    }
}

/// Where the answer goes, and how.
struct Out {
    terminal: Terminal,
    format: Format,
}

impl Out {
    fn json(&self, value: &impl Serialize) -> Result<Outcome> {
        let text = serde_json::to_string_pretty(value).map_err(|error| Failure::io("JSON", &error.into()))?;
        self.terminal.line(text);
        Ok(Outcome::Done)
    }

    fn page(&self, page: &MemoryPage) -> Result<Outcome> {
        if self.format == Format::Json {
            return self.json(page);
        }
        if page.memories.is_empty() {
            self.terminal.line("no memory matches");
            return Ok(Outcome::Done);
        }
        let rows: Vec<_> = page
            .memories
            .iter()
            .map(|memory| {
                vec![
                    Cell::styled(state(memory.state), style(memory.state)),
                    Cell::new(&memory.id),
                    Cell::new(about(memory)),
                    Cell::styled(said(memory), Style::Bold),
                    Cell::styled(
                        if memory.contradictions.is_empty() { "" } else { "contradicted" },
                        Style::Warn,
                    ),
                ]
            })
            .collect();
        self.terminal.table(&["state", "id", "about", "says", "note"], &rows);
        Ok(Outcome::Done)
    }

    fn one(&self, memory: &Memory) -> Result<Outcome> {
        if self.format == Format::Json {
            return self.json(memory);
        }
        let line = |text: String| self.terminal.line(clean(&text));
        self.terminal.line(self.terminal.paint(Style::Bold, &clean(&said(memory))));
        line(format!("{} · {} · revision {}", memory.id, state(memory.state), memory.revision));
        line(format!("about {}", about(memory)));
        line(format!(
            "proposed by {} on {}, confidence {}",
            memory.proposed_by,
            memory.created_at.format("%Y-%m-%d %H:%MZ"),
            memory.confidence
        ));
        if let Some(end) = memory.expires_at {
            line(format!("until {}", end.format("%Y-%m-%d %H:%MZ")));
        }
        for review in &memory.reviews {
            let action = format!("{:?}", review.action).to_lowercase();
            line(format!(
                "{action} by {} on {} {}",
                review.by,
                review.at.format("%Y-%m-%d %H:%MZ"),
                review.reason
            ));
        }
        for other in &memory.contradictions {
            let text =
                format!("contradicted by {} ({:?}: {})", other.memory_id, other.conflict, other.other_words);
            self.terminal.line(self.terminal.paint(Style::Warn, &clean(&text)));
        }
        Ok(Outcome::Done)
    }
}

fn said(memory: &Memory) -> String {
    match &memory.correction {
        None => memory.text.clone(),
        Some(MemoryCorrection { question, intended_query, note, .. }) => {
            let meant: Vec<_> =
                [intended_query, note].into_iter().filter(|part| !part.is_empty()).cloned().collect();
            format!("{question} => {}", meant.join("; "))
        }
    }
}

fn about(memory: &Memory) -> String {
    let engine = if memory.scope.engine.is_empty() { "any engine" } else { &memory.scope.engine };
    memory.scope.about.as_ref().map_or_else(
        || engine.to_owned(),
        |about| {
            let kind = format!("{:?}", about.kind).to_lowercase();
            format!("{kind} {} on {engine}", about.name)
        },
    )
}

fn state(state: MemoryState) -> String {
    format!("{state:?}").to_lowercase()
}

fn style(state: MemoryState) -> Style {
    match state {
        MemoryState::Approved => Style::Good,
        MemoryState::Proposed => Style::Warn,
        MemoryState::Rejected | MemoryState::Quarantined => Style::Bad,
        MemoryState::Expired => Style::Dim,
    }
}
