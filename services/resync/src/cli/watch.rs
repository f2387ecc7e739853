//! `resync watch`: follows the plan, and goes on where it was when the connection breaks.

use super::session::Session;
use super::{Format, Shared};
use crate::failure::{Failure, Outcome, Result};
use crate::terminal::{Style, Terminal, clean};
use clap::Args;
use futures::StreamExt as _;
use resync_api::tws::model::{ChangeKind, PlanChange, PlanOverview, PlanUpdate, WatchRequest};
use std::time::Duration;

const PAUSE: Duration = Duration::from_secs(2);

/// Flags of `resync watch`.
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// Engine [default: the only one, or "default"]
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
    /// Stop after so many changes
    #[arg(long, value_name = "N")]
    count: Option<u64>,
}

pub(crate) async fn run(args: WatchArgs, shared: &Shared) -> Result<Outcome> {
    let terminal = Terminal::detect();
    let mut watch = Watch { terminal, format: shared.output, left: args.count, counts: String::new() };
    let mut request = WatchRequest { engine: args.engine, resume_token: String::new() };
    loop {
        // A token lives for minutes, a watch for hours: each connection logs in anew.
        let outcome = follow(shared, &mut watch, &mut request).await;
        match outcome {
            Ok(()) => return Ok(Outcome::Done),
            // Only a watch that worked is worth going on with.
            Err(failure) if failure.exit_code() == 5 && !request.resume_token.is_empty() => {
                failure.report(shared.output == Format::Json);
                tokio::time::sleep(PAUSE).await;
            }
            Err(failure) => return Err(failure),
        }
    }
}

async fn follow(shared: &Shared, watch: &mut Watch, request: &mut WatchRequest) -> Result<()> {
    let session = Session::open(shared).await?;
    let mut updates = session.tws.watch(request.clone()).await?;
    while let Some(update) = updates.next().await {
        let update = update?;
        request.resume_token.clone_from(&update.resume_token);
        if watch.show(&update)? == Some(0) {
            return Ok(());
        }
    }
    Err(Failure::new(
        resync_fault::ErrorKind::Unavailable,
        "WATCH_ENDED",
        "the stream ended; going on where it was",
    ))
}

/// What has been shown so far.
struct Watch {
    terminal: Terminal,
    format: Format,
    left: Option<u64>,
    counts: String,
}

impl Watch {
    /// Shows an update; says how many changes are still wanted.
    fn show(&mut self, update: &PlanUpdate) -> Result<Option<u64>> {
        let terminal = self.terminal;
        if self.format == Format::Json {
            terminal.line(serde_json::to_string(update).map_err(|error| Failure::io("JSON", &error.into()))?);
        } else {
            if update.gap {
                terminal.line(
                    terminal.paint(Style::Warn, "some changes were missed while the connection was away"),
                );
            }
            for change in &update.changes {
                terminal.line(line(terminal, change));
            }
            let counts = update.overview.as_ref().map(counts).filter(|counts| *counts != self.counts);
            if let Some(counts) = counts {
                terminal.line(terminal.paint(Style::Dim, &counts));
                self.counts = counts;
            }
        }
        let shown = u64::try_from(update.changes.len()).unwrap_or(u64::MAX);
        self.left = self.left.map(|left| left.saturating_sub(shown));
        Ok(self.left)
    }
}

fn counts(overview: &PlanOverview) -> String {
    let counts: Vec<_> = overview
        .jobs_by_status
        .iter()
        .filter(|count| count.count > 0)
        .map(|count| format!("{} {}", count.count, format!("{:?}", count.status).to_lowercase()))
        .collect();
    format!("jobs: {}", counts.join(", "))
}

fn line(terminal: Terminal, change: &PlanChange) -> String {
    let style = match change.kind {
        ChangeKind::JobFailed | ChangeKind::JobStreamBlocked | ChangeKind::EngineUnreachable => Style::Bad,
        ChangeKind::WorkstationUnlinked | ChangeKind::JobLate | ChangeKind::JobLongRunning => Style::Warn,
        ChangeKind::JobSucceeded | ChangeKind::JobStreamCompleted | ChangeKind::EngineRecovered => {
            Style::Good
        }
        _ => Style::Plain,
    };
    let states = match (change.before.as_str(), change.after.as_str()) {
        ("", "") => String::new(),
        ("", after) => after.to_owned(),
        (before, after) => format!("{before} -> {after}"),
    };
    format!(
        "{}  {}  {}  {}",
        terminal.paint(Style::Dim, &change.time.format("%H:%M:%SZ").to_string()),
        terminal.paint(style, &format!("{:<22}", words(change.kind))),
        terminal.paint(Style::Bold, &clean(&change.key)),
        terminal.paint(Style::Dim, &clean(&states)),
    )
}

/// `JobStreamBlocked` as `job stream blocked`.
fn words(kind: ChangeKind) -> String {
    let mut words = String::new();
    for c in format!("{kind:?}").chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}
