//! `resync audit`: who did what, whether the log is what it was, and what an auditor keeps of it.

use super::session::Session;
use super::{Format, Shared};
use crate::data;
use crate::failure::{Failure, Outcome, Result};
use crate::settings::{Process, REGISTRY};
use crate::terminal::{Cell, Style, Terminal};
use crate::trail;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use futures::StreamExt as _;
use resync_api::audit::client::VerifyStep;
use resync_api::audit::model::{
    AuditCategory, AuditEntry, AuditReport, AuditResult, AuditSearch, ChainVerdict, Checkpoint, CountedName,
    ExportFormat,
};
use resync_fault::ErrorKind;
use resync_knowledge_graph::durable::CHECKPOINTS_FILE;
use resync_service_kit::data_dir::DataDir;
use resync_service_kit::identity::RootKey;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Most entries that one page of the service holds.
const PAGE: u32 = 1_000;
/// Most checkpoints that one request to the service holds.
const CHECKPOINTS: usize = 1_000;

/// Commands about the audit log.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// List events, the newest first
    Events(EventsArgs),
    /// Count events by what they are about, how they ended and who did them
    Report(Period),
    /// Write all events that match to a file
    Export(ExportArgs),
    /// Read every record and name the first one that is not what it was
    Verify(VerifyArgs),
    /// Show the newest signed statement about each chain, to be kept elsewhere
    Checkpoints,
}

/// A time and an engine.
#[derive(Debug, Clone, Args)]
pub(crate) struct Period {
    /// Of this engine
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
    /// Not before, such as 2026-03-01T06:00:00Z
    #[arg(long)]
    from: Option<DateTime<Utc>>,
    /// Before
    #[arg(long)]
    until: Option<DateTime<Utc>>,
}

/// Flags of `resync audit events`.
#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    #[command(flatten)]
    period: Period,
    /// By this user
    #[arg(long, default_value = "", hide_default_value = true)]
    actor: String,
    /// About this, such as authentication, authorization, administration, security
    #[arg(long, value_parser = word::<AuditCategory>)]
    category: Option<AuditCategory>,
    /// What was done, such as login
    #[arg(long, default_value = "", hide_default_value = true)]
    action: String,
    /// On something whose name begins so
    #[arg(long, default_value = "", hide_default_value = true)]
    target: String,
    /// How it ended: intended, succeeded, failed, refused, unknown
    #[arg(long, value_parser = word::<AuditResult>)]
    result: Option<AuditResult>,
    /// Of one request
    #[arg(long, default_value = "", hide_default_value = true)]
    correlation_id: String,
    /// Most events to list
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
}

/// Flags of `resync audit export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    period: Period,
    /// By this user
    #[arg(long, default_value = "", hide_default_value = true)]
    actor: String,
    /// About this
    #[arg(long, value_parser = word::<AuditCategory>)]
    category: Option<AuditCategory>,
    /// Form of the file
    #[arg(long, value_enum, default_value_t = FileFormat::Jsonl)]
    format: FileFormat,
    /// The file, which must not exist [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Forms of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileFormat {
    /// A JSON object a line, from which others can verify the chain
    Jsonl,
    /// A table for spreadsheets
    Csv,
}

/// Flags of `resync audit verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Checkpoints kept elsewhere: a file of them, or one as text
    #[arg(long, value_name = "FILE|JSON")]
    checkpoint: Vec<String>,
    /// Only this chain
    #[arg(long, default_value = "", hide_default_value = true)]
    chain: String,
    /// Read the files of the data folder instead of asking Resync [default when it does not run there]
    #[arg(long)]
    offline: bool,
}

fn word<T: DeserializeOwned>(text: &str) -> std::result::Result<T, String> {
    serde_json::from_value(Value::from(text)).map_err(|error| error.to_string().replace('`', ""))
}

fn print_json(value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::io("JSON", &error.into()))?;
    Terminal::detect().line(text);
    Ok(())
}

pub(crate) async fn run(command: AuditCommand, shared: &Shared) -> Result<Outcome> {
    match command {
        AuditCommand::Events(args) => events(args, shared).await,
        AuditCommand::Report(period) => report(period, shared).await,
        AuditCommand::Export(args) => export(args, shared).await,
        AuditCommand::Verify(args) => verify(args, shared).await,
        AuditCommand::Checkpoints => checkpoints(shared).await,
    }
}

impl Period {
    fn search(self) -> AuditSearch {
        let Self { engine, from, until } = self;
        AuditSearch { engine, from, until, ..AuditSearch::default() }
    }
}

async fn events(args: EventsArgs, shared: &Shared) -> Result<Outcome> {
    let EventsArgs { period, actor, category, action, target, result, correlation_id, limit } = args;
    let search = AuditSearch { actor, category, action, target, result, correlation_id, ..period.search() };
    let audit = Session::open(shared).await?.audit;
    let (mut entries, mut token) = (Vec::new(), String::new());
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    loop {
        let left = u32::try_from(most - entries.len()).unwrap_or(PAGE);
        let page = audit.list(search.clone(), left.min(PAGE), token).await?;
        entries.extend(page.entries);
        token = page.next_page_token;
        if token.is_empty() || entries.len() >= most {
            break;
        }
    }
    entries.truncate(most);
    if shared.output == Format::Json {
        print_json(&json!({ "entries": entries, "more": !token.is_empty() }))?;
        return Ok(Outcome::Done);
    }
    let terminal = Terminal::detect();
    if entries.is_empty() {
        terminal.line("no event matches");
        return Ok(Outcome::Done);
    }
    let rows: Vec<_> = entries.iter().map(row).collect();
    terminal.table(&["record", "at", "actor", "action", "result", "reason", "from", "target"], &rows);
    if !token.is_empty() {
        terminal.line(terminal.paint(Style::Dim, "there are more; see --limit"));
    }
    Ok(Outcome::Done)
}

fn row(entry: &AuditEntry) -> Vec<Cell> {
    let event = &entry.event;
    let result = format!("{:?}", event.outcome.result).to_lowercase();
    let style = match event.outcome.result {
        AuditResult::Succeeded | AuditResult::Intended => Style::Plain,
        AuditResult::Failed | AuditResult::Refused => Style::Bad,
        AuditResult::Unknown => Style::Warn,
    };
    vec![
        Cell::new(entry.sequence.to_string()),
        Cell::new(event.at.format("%Y-%m-%d %H:%M:%SZ").to_string()),
        Cell::styled(&event.actor.subject, Style::Bold),
        Cell::new(&event.action),
        Cell::styled(result, style),
        Cell::new(&event.outcome.reason),
        Cell::new(&event.origin.address),
        Cell::new(event.target.as_ref().map(|target| target.name.as_str()).unwrap_or_default()),
    ]
}

async fn report(period: Period, shared: &Shared) -> Result<Outcome> {
    let report = Session::open(shared).await?.audit.report(period.search()).await?;
    if shared.output == Format::Json {
        print_json(&report)?;
        return Ok(Outcome::Done);
    }
    let terminal = Terminal::detect();
    terminal.line(format!("{} events", report.events));
    let AuditReport { by_category, by_result, by_actor, by_action, by_engine, troubled_actors, .. } = report;
    for (heading, counts) in [
        ("category", by_category),
        ("result", by_result),
        ("actor", by_actor),
        ("action", by_action),
        ("engine", by_engine),
        ("refused or failed", troubled_actors),
    ] {
        if counts.is_empty() {
            continue;
        }
        let row = |CountedName { name, events }: &CountedName| {
            let name = if name.is_empty() { "(none)" } else { name };
            vec![Cell::new(name), Cell::new(events.to_string())]
        };
        terminal.line("");
        terminal.table(&[heading, "events"], &counts.iter().map(row).collect::<Vec<_>>());
    }
    if report.truncated {
        terminal.line(terminal.paint(Style::Dim, "only the most frequent names are listed"));
    }
    Ok(Outcome::Done)
}

async fn export(args: ExportArgs, shared: &Shared) -> Result<Outcome> {
    let ExportArgs { period, actor, category, format, out } = args;
    let search = AuditSearch { actor, category, ..period.search() };
    let format = match format {
        FileFormat::Jsonl => ExportFormat::JsonLines,
        FileFormat::Csv => ExportFormat::Csv,
    };
    let mut parts = Session::open(shared).await?.audit.export(search, format).await?;
    let (name, mut target): (String, Box<dyn Write + Send>) = match &out {
        Some(path) => {
            let failed = |error| Failure::io(&format!("cannot write {}", path.display()), &error);
            (path.display().to_string(), Box::new(File::create_new(path).map_err(failed)?))
        }
        None => ("standard output".to_owned(), Box::new(io::stdout())),
    };
    let failed = |error: io::Error| Failure::io(&format!("cannot write {name}"), &error);
    while let Some(part) = parts.next().await {
        target.write_all(&part?).map_err(failed)?;
    }
    target.flush().map_err(failed)?;
    Ok(Outcome::Done)
}

async fn checkpoints(shared: &Shared) -> Result<Outcome> {
    let (checkpoints, public_key) = Session::open(shared).await?.audit.checkpoints().await?;
    if shared.output == Format::Json {
        print_json(&json!({ "checkpoints": checkpoints, "public_key": public_key }))?;
        return Ok(Outcome::Done);
    }
    let terminal = Terminal::detect();
    for checkpoint in &checkpoints {
        let line = serde_json::to_string(checkpoint).map_err(|error| Failure::io("JSON", &error.into()))?;
        terminal.line(line);
    }
    Ok(Outcome::Done)
}

async fn verify(args: VerifyArgs, shared: &Shared) -> Result<Outcome> {
    let VerifyArgs { checkpoint, chain, offline } = args;
    let mut given = Vec::new();
    for source in &checkpoint {
        given.extend(kept_elsewhere(source)?);
    }
    let settings = shared.settings.load(&REGISTRY, Vec::new())?;
    let process = Process::read(&settings, "resync".to_owned())?;
    let folder = process.data_dir.as_path();
    let store = folder.join(data::KNOWLEDGE);
    let runs_elsewhere = shared.url.is_some() || DataDir::in_use(folder) || !store.exists();
    let verdicts = if offline || !runs_elsewhere {
        if !store.exists() {
            let text = format!("there is no embedded store in {}", folder.display());
            return Err(Failure::new(ErrorKind::FailedPrecondition, "NO_STORE", text).hint(
                "name its folder with --data-dir; a store in Neo4j is verified by the running product",
            ));
        }
        let root = match &process.secret_key {
            Some(secret) => Some(RootKey::from_secret(secret)?),
            None => RootKey::load(folder)?,
        };
        trail::verify(&store, &folder.join(CHECKPOINTS_FILE), root.as_ref(), &chain, given).await?
    } else {
        ask(shared, chain, given).await?
    };
    if shared.output == Format::Json {
        print_json(&json!({ "verdicts": verdicts }))?;
    } else {
        let terminal = Terminal::detect();
        for verdict in &verdicts {
            terminal.line(crate::terminal::clean(&trail::line(verdict)));
        }
        if verdicts.is_empty() {
            terminal.line("there are no records yet");
        }
    }
    trail::conclude(&verdicts)?;
    Ok(Outcome::Done)
}

/// More checkpoints than one request holds are compared in several.
async fn ask(shared: &Shared, chain: String, mut given: Vec<Checkpoint>) -> Result<Vec<ChainVerdict>> {
    let audit = Session::open(shared).await?.audit;
    let mut verdicts = Vec::new();
    loop {
        let later = given.split_off(given.len().min(CHECKPOINTS));
        let mut steps = audit.verify(chain.clone(), given).await?;
        while let Some(step) = steps.next().await {
            if let VerifyStep::Verdict(verdict) = step? {
                keep_verdict(&mut verdicts, verdict);
            }
        }
        if later.is_empty() {
            return Ok(verdicts);
        }
        given = later;
    }
}

/// A later verdict on a chain takes the place of an earlier one, unless that found it broken.
fn keep_verdict(verdicts: &mut Vec<ChainVerdict>, verdict: ChainVerdict) {
    match verdicts.iter_mut().find(|earlier| earlier.chain == verdict.chain) {
        Some(earlier) if earlier.first_break.is_none() => *earlier = verdict,
        Some(_) => {}
        None => verdicts.push(verdict),
    }
}

/// Checkpoints as text, or those of a file: one a line, a list, or an answer of `/api/audit/checkpoints`.
fn kept_elsewhere(source: &str) -> Result<Vec<Checkpoint>> {
    let text = if source.trim_start().starts_with(['{', '[']) {
        source.to_owned()
    } else {
        std::fs::read_to_string(Path::new(source))
            .map_err(|error| Failure::io(&format!("cannot read {source}"), &error))?
    };
    parse(&text).map_err(|error| {
        let text = format!("{} holds something else than checkpoints: {error}", short(source));
        Failure::new(ErrorKind::InvalidArgument, "CHECKPOINTS_INVALID", text)
            .hint("give what \"resync audit checkpoints\" printed")
    })
}

fn parse(text: &str) -> serde_json::Result<Vec<Checkpoint>> {
    let mut checkpoints = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let value = match value? {
            Value::Object(mut answer) if answer.contains_key("checkpoints") => {
                answer.remove("checkpoints").unwrap_or_default()
            }
            other => other,
        };
        match value {
            Value::Array(all) => {
                for one in all {
                    checkpoints.push(serde_json::from_value(one)?);
                }
            }
            one => checkpoints.push(serde_json::from_value(one)?),
        }
    }
    Ok(checkpoints)
}

fn short(source: &str) -> String {
    source.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_api::audit::model::{BreakKind, ChainBreak};

    #[test]
    fn a_chain_that_one_batch_of_checkpoints_finds_broken_is_broken() {
        let verdict = |chain: &str, sound, broken: bool| ChainVerdict {
            chain: chain.to_owned(),
            sound,
            head: String::new(),
            checkpoints: 1,
            first_break: broken.then(|| ChainBreak {
                sequence: sound + 1,
                kind: BreakKind::CheckpointForged,
                explanation: String::new(),
            }),
        };
        let batches = [
            ("main", 4, false),
            ("other", 2, false),
            ("main", 3, true),
            ("main", 5, false),
            ("other", 6, false),
        ];
        let mut verdicts = Vec::new();
        for (chain, sound, broken) in batches {
            keep_verdict(&mut verdicts, verdict(chain, sound, broken));
        }
        assert_eq!(verdicts, [verdict("main", 3, true), verdict("other", 6, false)]);
    }

    #[test]
    fn checkpoints_are_read_in_every_form_they_are_given_out_in() {
        let one = r#"{"chain":"main","sequence":4,"hash":"ab","at":"2026-03-01T06:00:00Z","key_id":"k","signature":"s"}"#;
        for (text, expected) in [
            (one.to_owned(), 1),
            (format!("{one}\n{one}\n"), 2),
            (format!("[{one},{one}]"), 2),
            (format!("{{\"checkpoints\":[{one}],\"public_key\":\"aa\"}}"), 1),
        ] {
            assert_eq!(parse(&text).unwrap().len(), expected, "{text}");
        }
        for wrong in ["{}", "[1]", "text", &format!("{one},")] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
