//! The repository's own commands: `cargo xtask up | test | tidy | bench | eval | neo4j`.
//!
//! One place for what a developer and CI both run, so that neither needs a shell script of its own. It knows the
//! workspace's layout and the tools around it (npm, buf, cargo-deny, a browser) and nothing about the product.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its terminal")]

mod workspace;
mod process;
mod report;
mod toolbox;
mod console;
mod neo4j;
mod collector;
mod alerts;
mod tidy;
mod gate;
mod up;
mod measure;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Build, run, check and measure Resync")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build what is stale in release mode and start the whole product.
    Up {
        /// Arguments for `resync up`, after `--`.
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Run every check that CI runs and report all of them.
    Test {
        /// Fetch what the checks need and this machine lacks.
        #[arg(long)]
        install: bool,
        /// Run only these steps (by name, as the summary prints them).
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
    },
    /// Check directions of dependency and the form of source files.
    Tidy,
    /// Run every benchmark of the workspace in release mode.
    Bench {
        /// Arguments for the benchmarks, after `--`.
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Run the evaluation set of the question engine and print its table.
    Eval {
        /// Arguments for the evaluation, after `--`.
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Rebuild the console page's committed bundle.
    Console,
    /// Fetch a Neo4j server through Maven and run it on loopback below target/neo4j.
    Neo4j {
        /// Port for Bolt.
        #[arg(long, default_value_t = 7687)]
        port: u16,
    },
    /// Run an OpenTelemetry collector that prints traces; built with Go the first time.
    Collector,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not the default report: a backtrace of xtask says nothing about what went wrong outside it.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let workspace = Workspace::load()?;
    match task {
        Task::Up { args } => up::run(&workspace, &args),
        Task::Test { install, only } => gate::run(&workspace, install, &only),
        Task::Tidy => tidy::run(&workspace),
        Task::Bench { args } => measure::bench(&workspace, &args),
        Task::Eval { args } => measure::eval(&workspace, &args),
        Task::Console => console::rebuild(&workspace),
        Task::Neo4j { port } => neo4j::run(&workspace, port),
        Task::Collector => collector::run(&workspace),
    }
}
