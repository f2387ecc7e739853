//! `resync documents`: runbooks and manuals, listed, found, added and removed.

use super::session::Session;
use super::{Format, Shared};
use crate::failure::{Failure, Outcome, Result};
use crate::terminal::{Cell, Style, Terminal, clean};
use clap::{Args, Subcommand};
use resync_api::documents::model::{
    Document, DocumentHeader, DocumentIndex, DocumentUploadOutcome, GetDocument, ListDocuments, SearchRequest,
};
use resync_fault::ErrorKind;
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;

/// Most documents, and passages, of one page.
const DOCUMENTS: u32 = 1_000;
const PASSAGES: u32 = 100;

/// Commands about documents.
#[derive(Debug, Subcommand)]
pub(crate) enum DocumentsCommand {
    /// List all documents, those that could not be read included
    List,
    /// Show a document's text
    Show(Named),
    /// Find passages that answer a question
    Search(SearchArgs),
    /// Upload a file: Markdown, text, HTML or PDF
    Add(AddArgs),
    /// Remove an uploaded document
    Remove(Named),
    /// Read all documents again
    Reindex,
}

/// A document.
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// Name or identifier
    document: String,
}

/// Flags of `resync documents search`.
#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// A question, keywords or a message code
    query: String,
    /// Most passages
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=20))]
    limit: u32,
}

/// Flags of `resync documents add`.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// The file
    file: PathBuf,
    /// Name to keep it under [default: that of the file]
    #[arg(long)]
    name: Option<String>,
    /// Title [default: the document's own]
    #[arg(long, default_value = "", hide_default_value = true)]
    title: String,
}

pub(crate) async fn run(command: DocumentsCommand, shared: &Shared) -> Result<Outcome> {
    match command {
        DocumentsCommand::List => list(shared).await?,
        DocumentsCommand::Show(named) => show(named, shared).await?,
        DocumentsCommand::Search(args) => search(args, shared).await?,
        DocumentsCommand::Add(args) => add(args, shared).await?,
        DocumentsCommand::Remove(named) => {
            Session::open(shared).await?.documents.delete(&named.document).await?;
            said(shared, &json!({ "removed": named.document }), &format!("{} is removed", named.document))?;
        }
        DocumentsCommand::Reindex => {
            let index = Session::open(shared).await?.documents.reindex().await?;
            said(shared, &index, &format!("{} documents are being read again", index.pending_documents))?;
        }
    }
    Ok(Outcome::Done)
}

/// One line for people, or the whole for programs.
fn said(shared: &Shared, value: &impl Serialize, text: &str) -> Result<()> {
    let terminal = Terminal::detect();
    if shared.output == Format::Json {
        let text = serde_json::to_string_pretty(value).map_err(|error| Failure::io("JSON", &error.into()))?;
        terminal.line(text);
    } else {
        terminal.line(clean(text));
    }
    Ok(())
}

async fn list(shared: &Shared) -> Result<()> {
    let client = Session::open(shared).await?.documents;
    let mut request = ListDocuments { page_size: DOCUMENTS, ..ListDocuments::default() };
    let mut page = client.list(request.clone()).await?;
    while !page.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut page.next_page_token);
        let more = client.list(request.clone()).await?;
        page.documents.extend(more.documents);
        page.next_page_token = more.next_page_token;
    }
    if shared.output == Format::Json {
        return said(shared, &page, "");
    }
    let terminal = Terminal::detect();
    if page.documents.is_empty() {
        terminal.line("there are no documents");
    } else {
        let rows: Vec<_> = page.documents.iter().map(row).collect();
        terminal.table(&["name", "title", "format", "passages", "stored", "by", "problem"], &rows);
    }
    state(terminal, &page.index);
    Ok(())
}

fn row(document: &Document) -> Vec<Cell> {
    let problem = document.problem.as_ref().map(|problem| problem.message.as_str()).unwrap_or_default();
    let by = if document.stored_by.is_empty() { "folder" } else { &document.stored_by };
    vec![
        Cell::styled(&document.name, Style::Bold),
        Cell::new(&document.title),
        Cell::new(format!("{:?}", document.format).to_lowercase()),
        Cell::new(document.passages.to_string()),
        Cell::new(document.stored_at.format("%Y-%m-%d %H:%MZ").to_string()),
        Cell::new(by),
        Cell::styled(problem, Style::Bad),
    ]
}

fn state(terminal: Terminal, index: &DocumentIndex) {
    if index.pending_documents > 0 {
        let text = format!("{} documents are still to be read", index.pending_documents);
        terminal.line(terminal.paint(Style::Warn, &text));
    }
    if let Some(problem) = &index.folder_problem {
        terminal.line(terminal.paint(Style::Warn, &clean(problem)));
    }
}

async fn show(named: Named, shared: &Shared) -> Result<()> {
    let client = Session::open(shared).await?.documents;
    let mut request =
        GetDocument { document_id: named.document, page_size: PASSAGES, page_token: String::new() };
    let mut text = client.get(request.clone()).await?;
    while !text.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut text.next_page_token);
        let more = client.get(request.clone()).await?;
        text.passages.extend(more.passages);
        text.next_page_token = more.next_page_token;
    }
    if shared.output == Format::Json {
        return said(shared, &text, "");
    }
    let terminal = Terminal::detect();
    terminal.line(terminal.paint(Style::Bold, &clean(&text.document.title)));
    if let Some(problem) = &text.document.problem {
        terminal.line(terminal.paint(Style::Bad, &clean(&problem.message)));
    }
    for passage in &text.passages {
        terminal.line("");
        terminal.line(terminal.paint(Style::Dim, &clean(&passage.citation)));
        passage.text.lines().for_each(|line| terminal.line(clean(line)));
    }
    Ok(())
}

async fn search(args: SearchArgs, shared: &Shared) -> Result<()> {
    let SearchArgs { query, limit } = args;
    let client = Session::open(shared).await?.documents;
    let results = client.search(SearchRequest { query, limit, document_ids: Vec::new() }).await?;
    if shared.output == Format::Json {
        return said(shared, &results, "");
    }
    let terminal = Terminal::detect();
    if results.hits.is_empty() {
        terminal.line("nothing was found");
    }
    for hit in &results.hits {
        terminal.line(terminal.paint(Style::Bold, &clean(&hit.passage.citation)));
        hit.passage.text.lines().for_each(|line| terminal.line(format!("  {}", clean(line))));
        terminal.line("");
    }
    state(terminal, &results.index);
    Ok(())
}

async fn add(args: AddArgs, shared: &Shared) -> Result<()> {
    let AddArgs { file, name, title } = args;
    let name = name.or_else(|| Some(file.file_name()?.to_str()?.to_owned())).ok_or_else(|| {
        Failure::new(ErrorKind::InvalidArgument, "NAME_NEEDED", "the file has no name that can be shown")
            .hint("give one with --name")
    })?;
    let content = tokio::fs::read(&file)
        .await
        .map_err(|error| Failure::io(&format!("cannot read {}", file.display()), &error))?;
    let header = DocumentHeader { name, title };
    let uploaded = Session::open(shared).await?.documents.upload(header, content.into()).await?;
    let document = &uploaded.document;
    let what = match uploaded.outcome {
        DocumentUploadOutcome::Created => "is added",
        DocumentUploadOutcome::Replaced => "replaces the earlier one",
        DocumentUploadOutcome::Unchanged => "was there already, exactly so",
    };
    let mut text = format!("{} {what}: {} passages", document.name, document.passages);
    if let Some(problem) = &document.problem {
        text += &format!("; {} ({})", problem.message, problem.hint);
    }
    said(shared, &uploaded, &text)
}
