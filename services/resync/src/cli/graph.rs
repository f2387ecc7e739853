//! `resync impact`, `resync forecast` and `resync what-if`: what follows from the plan, computed by the dependency graph.

use super::jobs::warn_when_stale;
use super::session::Session;
use super::{Format, Shared};
use crate::failure::{Failure, Outcome, Result};
use crate::terminal::{Cell, Style, Terminal};
use chrono::{DateTime, Utc};
use clap::{ArgGroup, Args};
use resync_api::graph::model::{
    Assumption, Coverage, Expectation, ForecastRequest, Impact, ImpactRequest, ObjectForecast, PlanForecast,
    Prospect, Simulation, SimulationRequest, TimeRange, WhatIf,
};
use resync_fault::ErrorKind;
use serde::Serialize;
use std::time::Duration;

/// Flags of `resync impact`.
#[derive(Debug, Args)]
pub(crate) struct ImpactArgs {
    /// Job or job stream, by key or plan id; or workstation:NAME, resource:NAME, prompt:NAME
    object: String,
    /// Most jobs to list
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    limit: u32,
    /// Engine [default: the only one, or "default"]
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
}

/// Flags of `resync forecast`.
#[derive(Debug, Args)]
pub(crate) struct ForecastArgs {
    /// Job or job stream, by key or plan id [default: the whole plan]
    #[arg(default_value = "", hide_default_value = true)]
    object: String,
    /// Most jobs to list
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=2_000))]
    limit: u32,
    /// Engine [default: the only one, or "default"]
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
}

/// Flags of `resync what-if`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true)))]
pub(crate) struct WhatIfArgs {
    /// Job or job stream, by key or plan id; with --set-limit, the name of a workstation
    object: String,
    /// It comes so many minutes later
    #[arg(long, group = "change", value_name = "MINUTES")]
    delay: Option<u32>,
    /// It ends with an error
    #[arg(long, group = "change")]
    fail: bool,
    /// It is cancelled
    #[arg(long, group = "change")]
    cancel: bool,
    /// It is held
    #[arg(long, group = "change")]
    hold: bool,
    /// The workstation runs at most so many jobs at once
    #[arg(long, group = "change", value_name = "JOBS")]
    set_limit: Option<u32>,
    /// Most jobs to list
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=2_000))]
    limit: u32,
    /// Engine [default: the only one, or "default"]
    #[arg(long, default_value = "", hide_default_value = true)]
    engine: String,
}

pub(crate) async fn impact(args: ImpactArgs, shared: &Shared) -> Result<Outcome> {
    let ImpactArgs { object, limit, engine } = args;
    let request = ImpactRequest { engine, object, assumption: Assumption::Fails, max_results: limit };
    let impact = Session::open(shared).await?.graph.impact(request).await?;
    show(shared, &impact, show_impact)
}

pub(crate) async fn forecast(args: ForecastArgs, shared: &Shared) -> Result<Outcome> {
    let ForecastArgs { object, limit, engine } = args;
    let graph = Session::open(shared).await?.graph;
    let whole_plan = object.is_empty();
    let request = ForecastRequest { engine, object, max_results: limit };
    if whole_plan {
        return show(shared, &graph.forecast_plan(request).await?, show_plan);
    }
    show(shared, &graph.forecast(request).await?, show_object)
}

pub(crate) async fn what_if(args: WhatIfArgs, shared: &Shared) -> Result<Outcome> {
    let changes = vec![change(&args)?];
    let WhatIfArgs { limit, engine, .. } = args;
    let request = SimulationRequest { engine, changes, max_results: limit };
    let simulation = Session::open(shared).await?.graph.simulate(request).await?;
    show(shared, &simulation, show_simulation)
}

fn change(args: &WhatIfArgs) -> Result<WhatIf> {
    let object = || args.object.clone();
    if let Some(minutes) = args.delay {
        return Ok(WhatIf::Delay { object: object(), by: Duration::from_secs(u64::from(minutes) * 60) });
    }
    if let Some(limit) = args.set_limit {
        return Ok(WhatIf::SetLimit { workstation: object(), limit });
    }
    match (args.fail, args.cancel, args.hold) {
        (true, ..) => Ok(WhatIf::Fail { object: object() }),
        (_, true, _) => Ok(WhatIf::Cancel { object: object() }),
        (.., true) => Ok(WhatIf::Hold { object: object() }),
        _ => Err(Failure::new(ErrorKind::InvalidArgument, "CHANGE_NEEDED", "no change is given")),
    }
}

fn show<T: Serialize>(shared: &Shared, answer: &T, text: impl Fn(Terminal, &T)) -> Result<Outcome> {
    let terminal = Terminal::detect();
    match shared.output {
        Format::Json => terminal
            .line(serde_json::to_string_pretty(answer).map_err(|error| Failure::io("JSON", &error.into()))?),
        Format::Text => text(terminal, answer),
    }
    Ok(Outcome::Done)
}

fn show_impact(terminal: Terminal, impact: &Impact) {
    let tense = if impact.happened { "cannot run because of" } else { "will not run without" };
    terminal.line(crate::terminal::clean(&format!(
        "{} jobs of {} job streams {tense} {}; critical: {}, with a deadline: {}",
        impact.blocked_jobs,
        impact.blocked_streams,
        impact.subject.key,
        impact.critical_jobs,
        impact.deadline_jobs
    )));
    let rows = impact.jobs.iter().map(|job| {
        vec![
            Cell::styled(&job.job.key, Style::Bold),
            Cell::styled(if job.critical { "critical" } else { "" }, Style::Warn),
            Cell::new(job.deadline.map(time).unwrap_or_default()),
            Cell::new(job.steps.to_string()),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        terminal.table(&["job", "note", "deadline", "steps"], &rows);
    }
    end(terminal, &impact.coverage);
    warn_when_stale(terminal, &impact.freshness);
}

fn show_object(terminal: Terminal, forecast: &ObjectForecast) {
    terminal.line(crate::terminal::clean(&format!(
        "{} {}: starts {}, ends {}",
        forecast.subject.key,
        prospect(forecast.prospect),
        range(forecast.start),
        range(forecast.end)
    )));
    if let Some(deadline) = forecast.deadline {
        let late = forecast
            .late_probability
            .map(|share| format!(", missed in {:.0} % of the nights", share * 100.0));
        terminal.line(format!("deadline {}{}", time(deadline), late.unwrap_or_default()));
    }
    let rows: Vec<_> = forecast
        .critical_path
        .iter()
        .map(|step| {
            vec![
                Cell::styled(&step.object.key, Style::Bold),
                Cell::new(time(step.start)),
                Cell::new(time(step.end)),
                Cell::new(format!("{:?}", step.basis).to_lowercase()),
            ]
        })
        .collect();
    if !rows.is_empty() {
        terminal.table(&["critical path", "start", "end", "rests on"], &rows);
    }
    end(terminal, &forecast.coverage);
    warn_when_stale(terminal, &forecast.freshness);
}

fn show_plan(terminal: Terminal, forecast: &PlanForecast) {
    terminal.line(format!(
        "the plan ends {}; to run: {}, blocked: {}",
        range(forecast.end),
        forecast.jobs_to_run,
        forecast.blocked_jobs
    ));
    let rows: Vec<_> = forecast
        .jobs
        .iter()
        .map(|job| {
            vec![
                Cell::styled(&job.job.key, Style::Bold),
                Cell::new(prospect(job.prospect)),
                Cell::new(range(job.end)),
                Cell::new(job.deadline.map(time).unwrap_or_default()),
                Cell::new(
                    job.late_probability.map(|share| format!("{:.0} %", share * 100.0)).unwrap_or_default(),
                ),
            ]
        })
        .collect();
    if !rows.is_empty() {
        terminal.table(&["job", "prospect", "end", "deadline", "late in"], &rows);
    }
    end(terminal, &forecast.coverage);
    warn_when_stale(terminal, &forecast.freshness);
}

fn show_simulation(terminal: Terminal, simulation: &Simulation) {
    terminal.line(format!(
        "later: {}, earlier: {}, no longer run: {}, run in that case only: {}; deadlines lost: {}, won: {}",
        simulation.later,
        simulation.earlier,
        simulation.no_longer_run,
        simulation.newly_run,
        simulation.deadlines_lost,
        simulation.deadlines_won
    ));
    let rows: Vec<_> = simulation
        .jobs
        .iter()
        .map(|job| {
            vec![
                Cell::styled(&job.job.key, Style::Bold),
                Cell::new(expectation(job.before)),
                Cell::new(expectation(job.after)),
                Cell::new(job.deadline.map(time).unwrap_or_default()),
            ]
        })
        .collect();
    if !rows.is_empty() {
        terminal.table(&["job", "as it is", "then", "deadline"], &rows);
    }
    end(terminal, &simulation.coverage);
    warn_when_stale(terminal, &simulation.freshness);
}

fn end(terminal: Terminal, coverage: &Coverage) {
    let text = format!(
        "dependencies read from the plan for {} of {} jobs, from definitions for {}",
        coverage.plan_from_plan, coverage.plan_jobs, coverage.plan_from_model
    );
    terminal.line(terminal.paint(Style::Dim, &text));
}

fn expectation(expectation: Expectation) -> String {
    match expectation.end {
        Some(end) => time(end),
        None => prospect(expectation.prospect).to_owned(),
    }
}

fn prospect(prospect: Prospect) -> &'static str {
    match prospect {
        Prospect::Over => "is over",
        Prospect::Running => "is running",
        Prospect::WillRun => "will run",
        Prospect::WillBeSkipped => "will be skipped",
        Prospect::Blocked => "does not run unless somebody acts",
    }
}

fn range(range: Option<TimeRange>) -> String {
    range.map_or_else(
        || "not".to_owned(),
        |range| format!("around {} ({} to {})", time(range.expected), time(range.low), time(range.high)),
    )
}

fn time(time: DateTime<Utc>) -> String {
    time.format("%m-%d %H:%MZ").to_string()
}
