//! The command line. Each command has its file; here are their names, shared flags, and the way out.

mod ask;
mod audit;
mod backup;
mod config;
mod conversations;
mod documents;
mod engines;
mod graph;
mod incidents;
mod jobs;
mod login;
mod memory;
mod serve;
mod session;
mod simulate;
mod up;
mod watch;

use crate::failure::{Outcome, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};
use resync_service_kit::args::SettingsArgs;
use resync_service_kit::runtime;
use std::process::ExitCode;

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 failed; 2 wrong command line or setting; 3 question not answered (asked back, refused, unknown);
4 not logged in or not allowed; 5 Resync or an engine cannot be reached.";

/// Ask a live batch plan a question, and run the mesh that answers.
#[derive(Debug, Parser)]
#[command(name = "resync", version, about, after_help = EXIT_CODES, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    shared: Shared,
}

/// Flags of every command.
#[derive(Debug, Args)]
pub(crate) struct Shared {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Form of the output
    #[arg(long, short, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) output: Format,
    /// Address of Resync [default: the one started with the same data folder]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// PEM file of the authority to trust when Resync is called over HTTPS
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<std::path::PathBuf>,
}

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything in one process
    Up(up::UpArgs),
    /// Start some roles, which reach the others at the addresses in the settings (mesh.*)
    Serve(serve::ServeArgs),
    /// Log in and remember it
    Login(login::LoginArgs),
    /// Ask a question about the plan
    Ask(ask::AskArgs),
    /// Look at one's own conversations
    #[command(subcommand)]
    Conversations(conversations::ConversationsCommand),
    /// List jobs of the plan
    Jobs(jobs::JobsArgs),
    /// Tell what will not run if something fails
    Impact(graph::ImpactArgs),
    /// Tell when a job, a job stream or the whole plan ends
    Forecast(graph::ForecastArgs),
    /// Compare the plan as it is with the plan after a change; nothing is changed
    WhatIf(graph::WhatIfArgs),
    /// Look at failures of the plans, and say how they were resolved
    #[command(subcommand)]
    Incidents(incidents::IncidentsCommand),
    /// Follow the plan as it changes
    Watch(watch::WatchArgs),
    /// Look at the configured engines
    #[command(subcommand)]
    Engines(engines::EnginesCommand),
    /// Look at the audit log and verify it
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Look after runbooks and manuals
    #[command(subcommand)]
    Documents(documents::DocumentsCommand),
    /// Copy everything that must last to a new folder, also while Resync runs
    Backup(backup::BackupArgs),
    /// Put a backup into the data folder of a Resync that does not run
    Restore(backup::RestoreArgs),
    /// Look at what people taught, and decide about it
    #[command(subcommand)]
    Memory(memory::MemoryCommand),
    /// Run a simulated engine
    SimulateHwa(simulate::SimulateArgs),
    /// Look at settings
    #[command(subcommand)]
    Config(config::ConfigCommand),
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.shared.output == Format::Json;
    let outcome = match runtime::run(run(cli)) {
        Ok(outcome) => outcome,
        Err(error) => Err(crate::failure::Failure::io("the runtime does not start", &error)),
    };
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            failure.report(json);
            ExitCode::from(failure.exit_code())
        }
    }
}

async fn run(cli: Cli) -> Result<Outcome> {
    let Cli { command, shared } = cli;
    match command {
        Command::Up(args) => up::run(args, &shared).await,
        Command::Serve(args) => serve::run(args, &shared).await,
        Command::Login(args) => login::run(args, &shared).await,
        Command::Ask(args) => ask::run(args, &shared).await,
        Command::Conversations(command) => conversations::run(command, &shared).await,
        Command::Jobs(args) => jobs::run(args, &shared).await,
        Command::Impact(args) => graph::impact(args, &shared).await,
        Command::Forecast(args) => graph::forecast(args, &shared).await,
        Command::WhatIf(args) => graph::what_if(args, &shared).await,
        Command::Incidents(command) => incidents::run(command, &shared).await,
        Command::Watch(args) => watch::run(args, &shared).await,
        Command::Engines(command) => engines::run(command, &shared).await,
        Command::Audit(command) => audit::run(command, &shared).await,
        Command::Documents(command) => documents::run(command, &shared).await,
        Command::Backup(args) => backup::backup(args, &shared).await,
        Command::Restore(args) => backup::restore(args, &shared).await,
        Command::Memory(command) => memory::run(command, &shared).await,
        Command::SimulateHwa(args) => simulate::run(args, &shared).await,
        Command::Config(command) => config::run(command, &shared),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
