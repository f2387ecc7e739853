//! `cargo xtask tidy`: the parts of the design that a compiler does not check.
//!
//! Directions of dependency come from cargo's metadata and from the paths that sources name; the form of files from
//! the files; names of metrics from the macros that use them. It reads text, not syntax: cheap, and wrong only where
//! somebody writes code to fool it.

mod directions;
mod metrics;
mod sources;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

/// Checks everything, prints each problem, and fails if there is one.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut problems = directions::problems(workspace);
    problems.extend(sources::problems(workspace)?);
    problems.extend(metrics::problems(workspace)?);
    for problem in &problems {
        println!("{problem}");
    }
    match problems.len() {
        0 => {
            println!("tidy: {} crates follow the rules", workspace.packages.len());
            Ok(())
        }
        1 => bail!("1 problem"),
        count => bail!("{count} problems"),
    }
}
