//! `resync engines`: whether the configured engines can be used, and how their mirrors do.

use super::ask::show::short;
use super::session::Session;
use super::{Format, Shared};
use crate::failure::{Failure, Outcome, Result};
use crate::settings::{self, REGISTRY};
use crate::terminal::{Cell, Style, Terminal, clean};
use clap::{Args, Subcommand};
use resync_api::tws::model::EngineStatus;
use resync_fault::ErrorKind;
use resync_hwa::check::{self, Report, Step};
use serde_json::{Value, json};

/// Commands about engines.
#[derive(Debug, Subcommand)]
pub(crate) enum EnginesCommand {
    /// Test each step to each configured engine, and say how to fix what fails
    Check(CheckArgs),
    /// Show the engines of the running Resync
    List,
}

/// Flags of `resync engines check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Only these engines
    names: Vec<String>,
}

pub(crate) async fn run(command: EnginesCommand, shared: &Shared) -> Result<Outcome> {
    match command {
        EnginesCommand::Check(args) => check(args, shared).await,
        EnginesCommand::List => list(shared).await,
    }
}

async fn check(args: CheckArgs, shared: &Shared) -> Result<Outcome> {
    let engines = settings::engines(&shared.settings.load(&REGISTRY, Vec::new())?)?;
    if engines.is_empty() {
        let text = "no engine is configured; \"resync up\" simulates one";
        return Err(Failure::new(ErrorKind::InvalidArgument, "NO_ENGINE", text)
            .hint("set TWS_HOST, TWS_USER and TWS_PASSWORD, or [engines.NAME] in settings.toml"));
    }
    if let Some(unknown) = args.names.iter().find(|name| engines.iter().all(|engine| engine.name != **name)) {
        return Err(Failure::new(
            ErrorKind::InvalidArgument,
            "UNKNOWN_ENGINE",
            format!("no engine is called {unknown}"),
        ));
    }
    let terminal = Terminal::detect();
    let (mut all_passed, mut documents) = (true, Vec::new());
    for engine in engines.iter().filter(|engine| args.names.is_empty() || args.names.contains(&engine.name)) {
        for report in check::check(&engine.access).await {
            all_passed &= report.passed();
            match shared.output {
                Format::Json => documents.push(document(&engine.name, &report)),
                Format::Text => show(terminal, &engine.name, &report),
            }
        }
    }
    if shared.output == Format::Json {
        terminal.line(format!("{:#}", Value::Array(documents)));
    }
    Ok(if all_passed { Outcome::Done } else { Outcome::CheckFailed })
}

fn show(terminal: Terminal, engine: &str, report: &Report) {
    let heading = format!("{} at {}", clean(engine), clean(&report.address));
    terminal.line(terminal.paint(Style::Bold, &heading));
    for step in &report.steps {
        let (mark, style) = match step.outcome {
            check::Outcome::Ok => ("ok     ", Style::Good),
            check::Outcome::Failed => ("failed ", Style::Bad),
            check::Outcome::Skipped => ("skipped", Style::Dim),
        };
        terminal.line(format!(
            "  {}  {:<12}  {}",
            terminal.paint(style, mark),
            step.name.as_str(),
            clean(&step.detail)
        ));
        if let Some(hint) = &step.hint {
            terminal.line(format!("           {}", terminal.paint(Style::Warn, &clean(hint))));
        }
    }
    terminal.line("");
}

fn document(engine: &str, report: &Report) -> Value {
    let step = |step: &Step| {
        json!({
            "name": step.name.as_str(),
            "outcome": format!("{:?}", step.outcome).to_lowercase(),
            "detail": step.detail,
            "hint": step.hint,
            "duration_ms": step.duration.as_millis(),
        })
    };
    json!({
        "engine": engine,
        "address": report.address,
        "passed": report.passed(),
        "steps": report.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

async fn list(shared: &Shared) -> Result<Outcome> {
    let engines = Session::open(shared).await?.tws.list_engines().await?;
    let terminal = Terminal::detect();
    if shared.output == Format::Json {
        terminal.line(
            serde_json::to_string_pretty(&engines).map_err(|error| Failure::io("JSON", &error.into()))?,
        );
        return Ok(Outcome::Done);
    }
    let rows: Vec<_> = engines.iter().map(row).collect();
    terminal.table(&["engine", "state", "address", "version", "jobs", "streams", "skew", "note"], &rows);
    Ok(Outcome::Done)
}

fn row(engine: &EngineStatus) -> Vec<Cell> {
    let (state, style) = match (engine.reachable, engine.synced) {
        (true, true) => ("live", Style::Good),
        (true, false) => ("reading the plan", Style::Warn),
        (false, _) => ("unreachable", Style::Bad),
    };
    let stale = engine.freshness.as_ref().and_then(|freshness| freshness.stale_since);
    let note = match stale {
        Some(since) => format!("as of {}; {}", since.format("%H:%M:%S UTC"), engine.last_error),
        None => format!("sweep every {}", short(engine.sweep_period)),
    };
    vec![
        Cell::styled(&engine.engine, Style::Bold),
        Cell::styled(state, style),
        Cell::new(&engine.url),
        Cell::new(&engine.version),
        Cell::new(engine.job_count.to_string()),
        Cell::new(engine.job_stream_count.to_string()),
        Cell::new(format!("{:.1} s", engine.clock_skew_seconds)),
        Cell::new(note),
    ]
}
