//! `resync jobs`: a list of jobs, filtered and ordered; and what earlier runs of one of them say.

mod history;

use super::ask::show::{short, status_style};
use super::session::Session;
use super::{Format, Shared};
use crate::failure::{Failure, Outcome, Result};
use crate::terminal::{Cell, Style, Terminal};
use clap::{Args, Subcommand};
use resync_api::tws::model::{Freshness, Job, ListRequest, Page};

/// More about one job.
#[derive(Debug, Subcommand)]
enum JobsCommand {
    /// Tell what earlier runs of a job say, and whether it is out of the ordinary now
    History(history::HistoryArgs),
}

/// Flags of `resync jobs`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct JobsArgs {
    #[command(subcommand)]
    command: Option<JobsCommand>,
    /// Condition, such as: status = ERROR AND folder = "/FIN*"
    #[arg(default_value = "", hide_default_value = true)]
    filter: String,
    /// Order, such as: elapsed desc
    #[arg(long, default_value = "", hide_default_value = true)]
    order_by: String,
    /// Most jobs to list
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Engine [default: the only one, or "default"]
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
}

pub(crate) async fn run(args: JobsArgs, shared: &Shared) -> Result<Outcome> {
    if let Some(JobsCommand::History(args)) = args.command {
        return history::run(args, shared).await;
    }
    let session = Session::open(shared).await?;
    let page = fetch(&session, &args).await?;
    let terminal = Terminal::detect();
    if shared.output == Format::Json {
        terminal
            .line(serde_json::to_string_pretty(&page).map_err(|error| Failure::io("JSON", &error.into()))?);
        return Ok(Outcome::Done);
    }
    let rows: Vec<_> = page.items.iter().map(row).collect();
    if rows.is_empty() {
        terminal.line("no job matches");
    } else {
        terminal.table(&["status", "job", "runs on", "start", "elapsed", "rc", "note"], &rows);
        let total = format!("{} of {} jobs", page.items.len(), page.total_size);
        terminal.line(terminal.paint(Style::Dim, &total));
    }
    warn_when_stale(terminal, &page.freshness);
    Ok(Outcome::Done)
}

/// As many pages as the limit needs.
async fn fetch(session: &Session, args: &JobsArgs) -> Result<Page<Job>> {
    let mut request = ListRequest {
        engine: args.engine.clone(),
        filter: args.filter.clone(),
        order_by: args.order_by.clone(),
        page_size: args.limit,
        page_token: String::new(),
    };
    let mut page = session.tws.list_jobs(request.clone()).await?;
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    while page.items.len() < limit && !page.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut page.next_page_token);
        let more = session.tws.list_jobs(request.clone()).await?;
        page.next_page_token = more.next_page_token;
        page.items.extend(more.items);
    }
    page.items.truncate(limit);
    Ok(page)
}

fn row(job: &Job) -> Vec<Cell> {
    let status = format!("{:?}", job.status).to_uppercase();
    let start = job.start_time.or(job.scheduled_time);
    let notes: Vec<_> = [
        (job.late, "late"),
        (job.at_risk, "at risk"),
        (job.long_running, "long running"),
        (job.critical, "critical"),
        (job.cancel_pending, "cancel pending"),
        (job.unresolved_dependency_count > 0, "waits"),
    ]
    .into_iter()
    .filter_map(|(holds, note)| holds.then_some(note))
    .collect();
    vec![
        Cell::styled(&status, status_style(&status)),
        Cell::styled(&job.key, Style::Bold),
        Cell::new(&job.workstation),
        Cell::new(start.map(|time| time.format("%m-%d %H:%MZ").to_string()).unwrap_or_default()),
        Cell::new(job.elapsed.map(short).unwrap_or_default()),
        Cell::new(job.return_code.map(|code| code.to_string()).unwrap_or_default()),
        Cell::styled(notes.join(", "), Style::Warn),
    ]
}

/// Says when the engine cannot be reached.
pub(super) fn warn_when_stale(terminal: Terminal, freshness: &Freshness) {
    if let Some(since) = freshness.stale_since {
        let text = format!("as of {}: {}", since.format("%Y-%m-%d %H:%M:%S UTC"), freshness.stale_reason);
        terminal.line(terminal.paint(Style::Warn, &crate::terminal::clean(&text)));
    }
}
