//! `resync jobs history`: what earlier runs of a job say, whether it is out of the ordinary now, and its latest runs.

use std::time::Duration;

use super::super::ask::show::{short, status_style};
use super::super::session::Session;
use super::super::{Format, Shared};
use crate::failure::{Failure, Outcome, Result};
use crate::terminal::{Cell, Style, Terminal, clean};
use clap::Args;
use resync_api::history::model::{
    FinishedRun, RunSearch, RunStatistics, StatisticsRequest, Unusual, UnusualCheck, UnusualRequest,
    UnusualVerdict,
};
use resync_fault::ErrorKind;
use serde_json::json;

/// Flags of `resync jobs history`.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// Key of the job, such as WS#/FOLDER/STREAM.JOB, or its id in the plan
    job: String,
    /// Most runs to list, the latest
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
    /// Engine [default: the only one, or "default"]
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
}

pub(crate) async fn run(args: HistoryArgs, shared: &Shared) -> Result<Outcome> {
    let session = Session::open(shared).await?;
    let HistoryArgs { job, limit, engine } = args;
    let request = StatisticsRequest { engine: engine.clone(), job: job.clone(), from: None, until: None };
    let statistics = session.history.statistics(request).await?;
    let search =
        RunSearch { engine: engine.clone(), job: job.clone(), page_size: limit, ..RunSearch::default() };
    let runs = session.history.list(search).await?.runs;
    // A job that the plan does not hold now can have run before.
    let unusual = match session.history.unusual(UnusualRequest { engine, job }).await {
        Ok(unusual) => Some(unusual),
        Err(fault) if matches!(fault.kind, ErrorKind::NotFound | ErrorKind::InvalidArgument) => None,
        Err(fault) => return Err(fault.into()),
    };
    let terminal = Terminal::detect();
    if shared.output == Format::Json {
        let document = json!({ "statistics": statistics, "unusual": unusual, "runs": runs });
        let text = serde_json::to_string_pretty(&document);
        terminal.line(text.map_err(|error| Failure::io("JSON", &error.into()))?);
        return Ok(Outcome::Done);
    }
    terminal.line(terminal.paint(Style::Bold, &clean(&statistics.job)));
    for line in told(&statistics) {
        terminal.line(clean(&line));
    }
    for line in unusual.iter().flat_map(present) {
        terminal.line(terminal.paint(Style::Warn, &clean(&line)));
    }
    if !runs.is_empty() {
        terminal.table(&["status", "start", "took", "rc", "run"], &runs.iter().map(row).collect::<Vec<_>>());
    }
    Ok(Outcome::Done)
}

/// The statistics in words.
fn told(statistics: &RunStatistics) -> Vec<String> {
    let Some(first) = statistics.first_end else { return vec!["no run is kept".to_owned()] };
    let mut lines = vec![format!(
        "{} runs since {}, {} failed ({:.0} %)",
        statistics.runs,
        first.format("%Y-%m-%d"),
        statistics.failed_runs,
        100.0 * statistics.failure_rate.unwrap_or_default(),
    )];
    if let Some(durations) = &statistics.durations {
        let at = |wanted: f64| {
            let found = durations.quantiles.iter().find(|quantile| quantile.probability == wanted);
            found.map_or_else(|| "?".to_owned(), |quantile| span(quantile.seconds))
        };
        lines.push(format!(
            "takes {} usually, {} to {} in eight of ten ({} runs)",
            at(0.5),
            at(0.1),
            at(0.9),
            durations.runs,
        ));
    }
    for start in &statistics.starts {
        let due = if start.scheduled_at.is_empty() {
            String::new()
        } else {
            format!(", scheduled for {}", start.scheduled_at)
        };
        lines.push(format!(
            "starts at {} usually, {} to {} in eight of ten{due} ({}, {} runs)",
            start.usual_start, start.early_start, start.late_start, statistics.time_zone, start.runs,
        ));
    }
    lines
}

/// What is out of the ordinary, in words.
fn present(unusual: &Unusual) -> Vec<String> {
    let mut lines = Vec::new();
    let mut tell = |what: &str, check: &UnusualCheck| {
        if let (UnusualVerdict::Unusual, Some(seconds), Some(usual)) =
            (check.verdict, check.seconds, check.usual_seconds)
        {
            let (found, usual) = (span(seconds), span(usual));
            lines.push(format!("unusually {what}: {found}, usually {usual} ({} runs)", check.runs));
        }
    };
    tell(if unusual.duration.earlier_run { "long last time" } else { "long" }, &unusual.duration);
    tell("late after its scheduled time", &unusual.start);
    lines
}

fn span(seconds: f64) -> String {
    let text = short(Duration::try_from_secs_f64(seconds.abs()).unwrap_or_default());
    if seconds < 0.0 { format!("-{text}") } else { text }
}

fn row(run: &FinishedRun) -> Vec<Cell> {
    let status = format!("{:?}", run.status).to_uppercase();
    vec![
        Cell::styled(&status, status_style(&status)),
        Cell::new(run.start_time.format("%Y-%m-%d %H:%M:%SZ").to_string()),
        Cell::new(span(run.duration_seconds)),
        Cell::new(run.return_code.map(|code| code.to_string()).unwrap_or_default()),
        Cell::new(if run.job_number == 0 { String::new() } else { run.job_number.to_string() }),
    ]
}
