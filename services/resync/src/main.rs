//! The `resync` binary: every role of the mesh, and the command line of people and scripts.

mod cli;
mod failure;
mod host;
mod installation;
mod roles;
mod settings;
mod terminal;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
