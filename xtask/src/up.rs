//! `cargo xtask up`: from a clone to a running product with one command.

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{console, process};

/// Builds what is stale in release mode, says where the binary is, and runs `resync up`.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    console::refresh(workspace)?;
    process::run(process::cargo().args(["build", "--release", "-p", "resync"]).current_dir(&workspace.root))?;
    let binary =
        workspace.target.join("release").join("resync").with_extension(std::env::consts::EXE_EXTENSION);
    println!("binary: {}", binary.display());
    process::run(std::process::Command::new(&binary).arg("up").args(args))
}
