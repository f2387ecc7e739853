//! `resync config show`: every setting, its effective value, and where that came from. Secrets are masked.

use super::{Format, Shared};
use crate::failure::{Failure, Outcome, Result};
use crate::settings::REGISTRY;
use crate::terminal::{Cell, Style, Terminal, clean};
use clap::{Args, Subcommand};
use resync_service_kit::settings::Row;

/// Commands about settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print effective settings
    Show(ShowArgs),
}

/// Flags of `resync config show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Only what somebody set
    #[arg(long)]
    changed: bool,
    /// Say what each setting does
    #[arg(long)]
    explain: bool,
}

pub(crate) fn run(command: ConfigCommand, shared: &Shared) -> Result<Outcome> {
    let ConfigCommand::Show(args) = command;
    let settings = shared.settings.load(&REGISTRY, Vec::new())?;
    let rows: Vec<_> = settings
        .rows()
        .into_iter()
        .filter(|row| !args.changed || !matches!(row.origin.as_str(), "default" | "unset"))
        .collect();
    let terminal = Terminal::detect();
    if shared.output == Format::Json {
        terminal
            .line(serde_json::to_string_pretty(&rows).map_err(|error| Failure::io("JSON", &error.into()))?);
        return Ok(Outcome::Done);
    }
    let headings: &[&str] = if args.explain {
        &["setting", "value", "from", "meaning"]
    } else {
        &["setting", "value", "from", "note"]
    };
    let cells: Vec<_> = rows.iter().map(|row| cells(row, args.explain)).collect();
    terminal.table(headings, &cells);
    for warning in settings.warnings() {
        terminal.line(terminal.paint(Style::Warn, &clean(warning)));
    }
    Ok(Outcome::Done)
}

fn cells(row: &Row, explain: bool) -> Vec<Cell> {
    let set = !matches!(row.origin.as_str(), "default" | "unset");
    let note = match (row.status, &row.note) {
        ("not_applicable", Some(why)) => format!("not applicable: {why}"),
        (_, Some(note)) => format!("not built yet: {note}"),
        (_, None) => String::new(),
    };
    vec![
        Cell::styled(&row.path, if set { Style::Bold } else { Style::Plain }),
        Cell::styled(row.value.as_deref().unwrap_or("-"), if set { Style::Name } else { Style::Plain }),
        Cell::styled(&row.origin, Style::Dim),
        Cell::styled(if explain { row.doc.to_owned() } else { note }, Style::Dim),
    ]
}
