//! `resync incidents`: failures of the plans, how they were resolved, and what looks like them.

use super::session::Session;
use super::{Format, Shared};
use crate::failure::{Failure, Outcome, Result};
use crate::terminal::{Cell, Style, Terminal, clean};
use chrono::{DateTime, Utc};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use resync_api::incidents::model::{
    FindSimilar, Incident, IncidentDetail, IncidentPage, IncidentSearch, IncidentState, NewResolution,
    NewResolutionReport, SimilarIncidents, SimilarTo,
};
use serde::Serialize;

/// Commands about incidents.
#[derive(Debug, Subcommand)]
pub(crate) enum IncidentsCommand {
    /// List incidents, the one that failed last first
    List(ListArgs),
    /// Show one incident with its jobs and its timeline
    Show {
        /// Id of the incident
        incident: String,
    },
    /// Say how an incident was resolved
    Resolve(ResolveArgs),
    /// Say whether the resolution of a past incident helped
    Feedback(FeedbackArgs),
    /// Find incidents that look like one, with how they were resolved
    Similar(SimilarArgs),
}

/// Flags of `resync incidents list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// In this state; may be given more than once [default: any]
    #[arg(long, value_enum)]
    state: Vec<State>,
    /// A job by key or plan id, or what caused it
    #[arg(long, default_value = "", hide_default_value = true)]
    object: String,
    /// Engine [default: every engine]
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
    /// Failed last not before, such as 2026-03-01T06:00:00Z
    #[arg(long)]
    from: Option<DateTime<Utc>>,
    /// Failed last before
    #[arg(long)]
    until: Option<DateTime<Utc>>,
    /// Most incidents to list
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
}

/// Flags of `resync incidents resolve`.
#[derive(Debug, Args)]
pub(crate) struct ResolveArgs {
    /// Id of the incident
    incident: String,
    /// What was done
    resolution: String,
    /// Who confirmed that it is resolved
    #[arg(long, default_value = "", hide_default_value = true)]
    confirmed_by: String,
}

/// Flags of `resync incidents feedback`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("outcome").required(true)))]
pub(crate) struct FeedbackArgs {
    /// Id of the resolved incident
    incident: String,
    /// Its resolution helped
    #[arg(long, group = "outcome")]
    worked: bool,
    /// Its resolution did not help
    #[arg(long, group = "outcome")]
    failed: bool,
    /// Id of the incident it was tried on [default: not said]
    #[arg(long, value_name = "INCIDENT", default_value = "", hide_default_value = true)]
    tried_on: String,
    /// What else is to be said
    #[arg(long, default_value = "", hide_default_value = true)]
    note: String,
}

/// Flags of `resync incidents similar`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("to").required(true)))]
pub(crate) struct SimilarArgs {
    /// Id of the incident
    #[arg(group = "to")]
    incident: Option<String>,
    /// Plan id or key of a job that failed, instead of an incident
    #[arg(long, group = "to")]
    job: Option<String>,
    /// Engine of the job [default: the only one, or "default"]
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
    /// Most incidents to show
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=50))]
    limit: u32,
}

/// States by their names.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum State {
    /// Jobs have failed and have not ended well since
    Open,
    /// All jobs have ended well since, and nobody has said how it was resolved
    Recovered,
    /// A person has said how it was resolved
    Resolved,
}

impl From<State> for IncidentState {
    fn from(state: State) -> Self {
        match state {
            State::Open => Self::Open,
            State::Recovered => Self::Recovered,
            State::Resolved => Self::Resolved,
        }
    }
}

pub(crate) async fn run(command: IncidentsCommand, shared: &Shared) -> Result<Outcome> {
    let incidents = Session::open(shared).await?.incidents;
    let terminal = Terminal::detect();
    let json = shared.output == Format::Json;
    match command {
        IncidentsCommand::List(ListArgs { state, object, engine, from, until, limit }) => {
            let states = state.into_iter().map(IncidentState::from).collect();
            let search = IncidentSearch { engine, states, object, from, until };
            let page = incidents.list(search, limit, String::new()).await?;
            if json { print(terminal, &page)? } else { show_list(terminal, &page) }
        }
        IncidentsCommand::Show { incident } => {
            let detail = incidents.get(&incident).await?;
            if json { print(terminal, &detail)? } else { show_detail(terminal, &detail) }
        }
        IncidentsCommand::Resolve(ResolveArgs { incident, resolution, confirmed_by }) => {
            let said = NewResolution { incident_id: incident, resolution, confirmed_by };
            let incident = incidents.resolve(said).await?;
            if json { print(terminal, &incident)? } else { show_head(terminal, &incident) }
        }
        IncidentsCommand::Feedback(FeedbackArgs { incident, worked, failed, tried_on, note }) => {
            let worked = worked && !failed;
            let said = NewResolutionReport { incident_id: incident, worked, tried_on, note };
            let incident = incidents.report(said).await?;
            if json { print(terminal, &incident)? } else { show_head(terminal, &incident) }
        }
        IncidentsCommand::Similar(SimilarArgs { incident, job, engine, limit }) => {
            let to = match incident {
                Some(incident) => SimilarTo::Incident(incident),
                None => SimilarTo::Job { engine, job: job.unwrap_or_default() },
            };
            let similar = incidents.similar(FindSimilar { to, limit }).await?;
            if json { print(terminal, &similar)? } else { show_similar(terminal, &similar) }
        }
    }
    Ok(Outcome::Done)
}

fn print(terminal: Terminal, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::io("JSON", &error.into()))?;
    terminal.line(text);
    Ok(())
}

fn word(state: IncidentState) -> (&'static str, Style) {
    match state {
        IncidentState::Open => ("OPEN", Style::Bad),
        IncidentState::Recovered => ("RECOVERED", Style::Warn),
        IncidentState::Resolved => ("RESOLVED", Style::Good),
    }
}

/// What it shows, in a few words.
fn symptom(incident: &Incident) -> String {
    let symptom = &incident.symptom;
    let code = symptom.return_code.map(|code| format!("rc {code}"));
    let line = symptom.lines.last().map(|line| line.chars().take(60).collect::<String>());
    let parts =
        [Some(symptom.internal_status.clone()), code, line.or(symptom.message_codes.first().cloned())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn show_list(terminal: Terminal, page: &IncidentPage) {
    if page.incidents.is_empty() {
        terminal.line("no incident matches");
        return;
    }
    let row = |incident: &Incident| {
        let (state, style) = word(incident.state);
        vec![
            Cell::new(&incident.id),
            Cell::styled(state, style),
            Cell::new(incident.last_failed_at.format("%m-%d %H:%MZ").to_string()),
            Cell::new(incident.member_count.to_string()),
            Cell::styled(&incident.cause.object.key, Style::Bold),
            Cell::new(symptom(incident)),
        ]
    };
    let rows: Vec<_> = page.incidents.iter().map(row).collect();
    terminal.table(&["incident", "state", "failed", "jobs", "cause", "symptom"], &rows);
    if !page.next_page_token.is_empty() {
        terminal.line(terminal.paint(Style::Dim, "there are more; see --limit"));
    }
}

fn show_head(terminal: Terminal, incident: &Incident) {
    let (state, style) = word(incident.state);
    let name = clean(&incident.cause.object.key);
    terminal.line(format!("{} {}", terminal.paint(style, state), terminal.paint(Style::Bold, &name)));
    let counts = format!(
        "{} of {} jobs still failing, {} failures since {}",
        incident.failing_count,
        incident.member_count,
        incident.failure_count,
        incident.opened_at.format("%Y-%m-%d %H:%M:%S UTC")
    );
    terminal.line(terminal.paint(Style::Dim, &counts));
    if let Some(resolution) = &incident.resolution {
        let by = format!("resolved by {}", resolution.by);
        terminal.line(clean(&format!("{by}: {}", resolution.text)));
        if !resolution.confirmed_by.is_empty() {
            terminal.line(clean(&format!("confirmed by {}", resolution.confirmed_by)));
        }
        terminal
            .line(format!("helped {} times, did not {} times", incident.worked_count, incident.failed_count));
    }
}

fn show_detail(terminal: Terminal, detail: &IncidentDetail) {
    let incident = &detail.incident;
    show_head(terminal, incident);
    terminal.line(clean(&symptom(incident)));
    for line in &incident.symptom.lines {
        terminal.line(format!("  {}", clean(line)));
    }
    if incident.symptom.lines_withheld {
        terminal.line(terminal.paint(Style::Warn, "  lines of the log are for those who may read logs"));
    }
    if !incident.symptom.log_problem.is_empty() {
        let problem = format!("  the log could not be read: {}", incident.symptom.log_problem);
        terminal.line(terminal.paint(Style::Warn, &clean(&problem)));
    }
    let row = |member: &resync_api::incidents::model::IncidentMember| {
        vec![
            Cell::styled(&member.job, Style::Bold),
            Cell::new(&member.workstation),
            Cell::new(member.last_failed_at.format("%m-%d %H:%MZ").to_string()),
            Cell::new(member.return_code.map(|code| code.to_string()).unwrap_or_default()),
            Cell::new(member.failures.to_string()),
            Cell::new(member.ended_at.map(|at| at.format("%m-%d %H:%MZ").to_string()).unwrap_or_default()),
        ]
    };
    let rows: Vec<_> = detail.members.iter().map(row).collect();
    terminal.table(&["job", "runs on", "failed", "rc", "failures", "ended since"], &rows);
    for entry in &detail.timeline {
        let kind = serde_json::to_value(entry.kind).ok();
        let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default().replace('_', " ");
        let what =
            if entry.by.is_empty() { entry.jobs.join(", ") } else { format!("{}: {}", entry.by, entry.text) };
        let at = entry.at.format("%Y-%m-%d %H:%M:%SZ").to_string();
        terminal.line(format!("{} {kind} {}", terminal.paint(Style::Dim, &at), clean(&what)));
    }
}

fn show_similar(terminal: Terminal, found: &SimilarIncidents) {
    if found.similar.is_empty() {
        terminal.line("no incident looks like it");
    }
    for similar in &found.similar {
        let percent = format!("{:.0} % alike", similar.likeness * 100.0);
        terminal.line(format!("{} {}", terminal.paint(Style::Name, &similar.incident.id), percent));
        show_head(terminal, &similar.incident);
        for reason in &similar.reasons {
            let kind = serde_json::to_value(reason.kind).ok();
            let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default().replace('_', " ");
            let shared = clean(&reason.shared.join(" | "));
            terminal.line(format!("  {:.0} % {kind}: {shared}", reason.weight * 100.0));
        }
    }
}
