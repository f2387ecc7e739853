//! `resync conversations`: what one asked and was answered, to be gone on with, exported or deleted.

use super::session::Session;
use super::{Format, Shared};
use crate::failure::{Failure, Outcome, Result};
use crate::terminal::{Cell, Style, Terminal, clean};
use clap::{Args, Subcommand, ValueEnum};
use futures::StreamExt as _;
use resync_api::conversations::model::{
    Conversation, ConversationExportFormat, ConversationTurn, ExportConversation, GetConversation,
    ListConversations,
};
use serde_json::json;
use std::path::PathBuf;
use tokio::io::AsyncWriteExt as _;

/// Commands about one's own conversations.
#[derive(Debug, Subcommand)]
pub(crate) enum ConversationsCommand {
    /// List conversations, the newest first
    List(ListArgs),
    /// Show a conversation; go on with "resync ask --conversation ID"
    Show(OneArgs),
    /// Write a conversation to a file, or to standard output
    Export(ExportArgs),
    /// Delete a conversation with everything in it
    Delete(OneArgs),
}

/// Flags of `resync conversations list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Most conversations to list
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
}

/// Which conversation.
#[derive(Debug, Args)]
pub(crate) struct OneArgs {
    /// Its id, from the list or from an answer
    #[arg(value_name = "ID")]
    conversation: String,
}

/// Flags of `resync conversations export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    one: OneArgs,
    /// Form of the file
    #[arg(long, value_enum, default_value_t = FileFormat::Markdown)]
    format: FileFormat,
    /// File to write; it must not exist [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Forms of an exported conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileFormat {
    /// For people.
    Markdown,
    /// A JSON object a turn, each in a line of its own.
    Jsonl,
}

pub(crate) async fn run(command: ConversationsCommand, shared: &Shared) -> Result<Outcome> {
    let session = Session::open(shared).await?;
    match command {
        ConversationsCommand::List(args) => list(&session, &args, shared).await,
        ConversationsCommand::Show(args) => show(&session, args, shared).await,
        ConversationsCommand::Export(args) => export(&session, args).await,
        ConversationsCommand::Delete(args) => delete(&session, &args, shared).await,
    }
}

async fn list(session: &Session, args: &ListArgs, shared: &Shared) -> Result<Outcome> {
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let mut request = ListConversations { page_size: args.limit, page_token: String::new() };
    let mut all: Vec<Conversation> = Vec::new();
    loop {
        let page = session.conversations.list(request.clone()).await?;
        all.extend(page.conversations);
        if all.len() >= limit || page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    all.truncate(limit);
    let terminal = Terminal::detect();
    if shared.output == Format::Json {
        terminal.line(pretty(&json!({ "conversations": all }))?);
        return Ok(Outcome::Done);
    }
    if all.is_empty() {
        terminal.line("no conversations are kept");
        return Ok(Outcome::Done);
    }
    let rows: Vec<_> = all.iter().map(row).collect();
    terminal.table(&["id", "last turn", "turns", "began with"], &rows);
    Ok(Outcome::Done)
}

fn row(conversation: &Conversation) -> Vec<Cell> {
    vec![
        Cell::styled(&conversation.id, Style::Bold),
        Cell::new(conversation.last_turn_at.format("%Y-%m-%d %H:%MZ").to_string()),
        Cell::new(conversation.turns.to_string()),
        Cell::new(&conversation.title),
    ]
}

async fn show(session: &Session, args: OneArgs, shared: &Shared) -> Result<Outcome> {
    let terminal = Terminal::detect();
    let mut request = GetConversation { conversation_id: args.conversation, ..GetConversation::default() };
    let mut whole = session.conversations.get(request.clone()).await?;
    while !whole.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut whole.next_page_token);
        let more = session.conversations.get(request.clone()).await?;
        whole.next_page_token = more.next_page_token;
        whole.turns.extend(more.turns);
    }
    if shared.output == Format::Json {
        terminal.line(pretty(&whole)?);
        return Ok(Outcome::Done);
    }
    for turn in &whole.turns {
        show_turn(terminal, turn);
    }
    Ok(Outcome::Done)
}

fn show_turn(terminal: Terminal, turn: &ConversationTurn) {
    let heading = format!("{}. {}", turn.number, turn.at.format("%Y-%m-%d %H:%M:%S UTC"));
    terminal.line(terminal.paint(Style::Dim, &heading));
    for line in turn.question.lines() {
        terminal.line(terminal.paint(Style::Bold, &clean(line)));
    }
    for line in turn.markdown.lines() {
        terminal.line(clean(line));
    }
    if turn.shortened {
        terminal.line(terminal.paint(Style::Warn, "this turn was too long to be kept whole"));
    }
    terminal.line("");
}

async fn export(session: &Session, args: ExportArgs) -> Result<Outcome> {
    let format = match args.format {
        FileFormat::Markdown => ConversationExportFormat::Markdown,
        FileFormat::Jsonl => ConversationExportFormat::JsonLines,
    };
    let request = ExportConversation { conversation_id: args.one.conversation, format };
    let mut parts = session.conversations.export(request).await?;
    let Some(path) = args.out else {
        let terminal = Terminal::detect();
        while let Some(part) = parts.next().await {
            for line in String::from_utf8_lossy(&part?).lines() {
                terminal.line(clean(line));
            }
        }
        return Ok(Outcome::Done);
    };
    let failed = |error: std::io::Error| Failure::io(&format!("cannot write {}", path.display()), &error);
    let mut file = tokio::fs::File::create_new(&path).await.map_err(failed)?;
    while let Some(part) = parts.next().await {
        file.write_all(&part?).await.map_err(failed)?;
    }
    file.sync_all().await.map_err(failed)?;
    Ok(Outcome::Done)
}

async fn delete(session: &Session, args: &OneArgs, shared: &Shared) -> Result<Outcome> {
    session.conversations.delete(&args.conversation).await?;
    let terminal = Terminal::detect();
    match shared.output {
        Format::Json => terminal.line(pretty(&json!({ "deleted": args.conversation }))?),
        Format::Text => terminal.line("deleted"),
    }
    Ok(Outcome::Done)
}

fn pretty(what: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string_pretty(what).map_err(|error| Failure::io("JSON", &error.into()))
}
