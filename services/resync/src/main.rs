//! The `resync` binary: every role of the mesh, and the command line of people and scripts.

mod backup;
mod cli;
mod data;
mod failure;
mod host;
mod installation;
mod roles;
mod settings;
mod terminal;
mod trail;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    // Before anything else: that process confines itself, and must not have a thread or an open file by then.
    if arguments.next().is_some_and(|first| first == settings::READ_DOCUMENT) {
        return resync_knowledge_graph::documents::reader::process::main(arguments);
    }
    cli::main()
}
