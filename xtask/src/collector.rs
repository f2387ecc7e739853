//! `cargo xtask collector`: an OpenTelemetry collector on this machine that prints the traces it is sent.
//!
//! Nobody packages one, but it is a Go program put together by its own builder, which Go's module proxy has. Built once,
//! kept below `target`; never part of the gate.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// Has the version of the modules in `collector-build.yaml`.
const BUILDER: &str = "go.opentelemetry.io/collector/cmd/builder@v0.165.0";
const FOLDER: &str = "docs/observability";

/// Builds the collector where it is missing, and becomes it.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let folder = workspace.path(FOLDER);
    let tools = workspace.target.join("tools");
    let binary = tools.join("otelcol/otelcol");
    if !binary.is_file() {
        if !process::is_on_path("go") {
            bail!("go is not on the PATH; install Go 1.26 or newer to build the collector");
        }
        std::fs::create_dir_all(&tools).with_context(|| format!("could not make {}", tools.display()))?;
        let manifest = folder.join("collector-build.yaml");
        process::run(
            Command::new("go").args(["run", BUILDER, "--config"]).arg(&manifest).current_dir(&tools),
        )?;
    }
    println!("give the product --set telemetry.otlp_endpoint=http://127.0.0.1:4317");
    let error = Command::new(&binary).arg("--config").arg(folder.join("collector.yaml")).exec();
    Err(error).with_context(|| format!("could not start {}", binary.display()))
}
