//! `cargo xtask bench` and `cargo xtask eval`: figures, in release mode, never part of the gate.

use anyhow::{Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// Runs every `[[bench]]` of the workspace, one after the other so that they do not disturb each other. The binary is
/// built first: what the mesh's bench starts must be of the same sources.
pub(crate) fn bench(workspace: &Workspace, args: &[String]) -> Result<()> {
    let mut build = process::cargo();
    build.args(["build", "--release", "-p", "resync"]);
    process::run(build.current_dir(&workspace.root))?;
    let mut failed = Vec::new();
    let mut found = false;
    for package in &workspace.packages {
        for bench in package.targets_of("bench") {
            found = true;
            let mut command = process::cargo();
            command.args(["bench", "-p", &package.name, "--bench", bench, "--"]).args(args);
            if let Err(error) = process::run(command.current_dir(&workspace.root)) {
                println!("{error:#}");
                failed.push(format!("{}/{bench}", package.name));
            }
        }
    }
    if !found {
        bail!("no crate of the workspace has a benchmark");
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

/// Runs the evaluation set and prints its table by category.
pub(crate) fn eval(workspace: &Workspace, args: &[String]) -> Result<()> {
    let mut command = process::cargo();
    command.args(["run", "--release", "-p", "resync-tests", "--bin", "eval", "--"]).args(args);
    process::run(command.current_dir(&workspace.root))
}
