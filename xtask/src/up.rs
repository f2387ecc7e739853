//! `cargo xtask up`: from a clone to a running product with one command.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use crate::{console, process};

/// Builds what is stale in release mode, says where the binary is, and becomes `resync up`: its signals and its exit
/// code are the product's own. Comes back only when that cannot be started.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    console::refresh(workspace)?;
    process::run(process::cargo().args(["build", "--release", "-p", "resync"]).current_dir(&workspace.root))?;
    let binary = workspace.target.join("release/resync");
    println!("binary: {}", binary.display());
    let error = Command::new(&binary).arg("up").args(args).exec();
    Err(error).with_context(|| format!("could not start {}", binary.display()))
}
