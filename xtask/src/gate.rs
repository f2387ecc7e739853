//! `cargo xtask test`: every check that CI runs, all of them every time, and one summary.
//!
//! The order is the cheapest first and such that compiled artefacts are reused: clippy and rustdoc share checked
//! metadata, the tests and the browser story share one debug build.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::report::{Failure, Outcome, Report};
use crate::toolbox::{Missing, Toolbox};
use crate::workspace::Workspace;
use crate::{alerts, console, tidy};

/// The browser story's Node project.
const BROWSER_STORY: &str = "tests/browser";

/// A named check of the gate.
type Step = (&'static str, fn(&Gate<'_>) -> Result<Outcome, Failure>);

const STEPS: &[Step] = &[
    ("format", |gate| gate.format()),
    ("tidy", |gate| gate.tidy()),
    ("deny", |gate| gate.deny()),
    ("clippy", |gate| gate.clippy()),
    ("rustdoc", |gate| gate.rustdoc()),
    ("proto", |gate| gate.proto()),
    ("console", |gate| gate.console()),
    ("neo4j", |gate| gate.neo4j()),
    ("alerts", |gate| gate.alerts()),
    ("tests", |gate| gate.tests()),
    ("browser", |gate| gate.browser()),
];

struct Gate<'a> {
    workspace: &'a Workspace,
    tools: Toolbox<'a>,
}

/// Runs the steps (all, or those named) and exits with 1 if any failed, or was skipped where `CI` is `true`.
pub(crate) fn run(workspace: &Workspace, install: bool, only: &[String]) -> Result<()> {
    if let Some(unknown) = only.iter().find(|name| !STEPS.iter().any(|(step, _)| step == name)) {
        let known: Vec<_> = STEPS.iter().map(|(name, _)| *name).collect();
        anyhow::bail!("no step is called {unknown}; there are {}", known.join(", "));
    }
    let gate = Gate { workspace, tools: Toolbox::new(workspace, install) };
    let mut report = Report::default();
    for (name, step) in STEPS.iter().filter(|(name, _)| only.is_empty() || only.iter().any(|o| o == name)) {
        report.step(name, || step(&gate));
    }
    let strict = std::env::var("CI").is_ok_and(|value| value == "true");
    if !report.close(strict) {
        std::process::exit(1);
    }
    Ok(())
}

impl Gate<'_> {
    fn format(&self) -> Result<Outcome, Failure> {
        self.cargo(&["fmt", "--all", "--check"], &[])
    }

    fn tidy(&self) -> Result<Outcome, Failure> {
        tidy::run(self.workspace)?;
        Ok(Outcome::Passed)
    }

    fn deny(&self) -> Result<Outcome, Failure> {
        match self.tools.cargo_deny() {
            Ok(()) => self.cargo(&["deny", "--workspace", "check", "bans", "licenses", "sources"], &[]),
            Err(Missing(reason)) => Ok(Outcome::Skipped(reason)),
        }
    }

    fn clippy(&self) -> Result<Outcome, Failure> {
        self.cargo(
            &["clippy", "--workspace", "--all-targets", "--locked", "--keep-going", "--", "-D", "warnings"],
            &[],
        )
    }

    fn rustdoc(&self) -> Result<Outcome, Failure> {
        self.cargo(
            &["doc", "--workspace", "--no-deps", "--locked", "--keep-going"],
            &[("RUSTDOCFLAGS", "-D warnings")],
        )
    }

    fn proto(&self) -> Result<Outcome, Failure> {
        let folder = match self.tools.node_project(console::FOLDER) {
            Ok(folder) => folder,
            Err(Missing(reason)) => return Ok(Outcome::Skipped(reason)),
        };
        let buf = folder.join("node_modules/.bin/buf");
        let proto = self.workspace.path("proto");
        process::run(Command::new(&buf).arg("lint").current_dir(&proto))?;
        process::run(Command::new(&buf).args(["format", "--diff", "--exit-code"]).current_dir(&proto))?;
        Ok(Outcome::Passed)
    }

    fn console(&self) -> Result<Outcome, Failure> {
        match self.tools.node_project(console::FOLDER) {
            Ok(folder) => console::check(self.workspace, &folder)?,
            Err(Missing(reason)) => return Ok(Outcome::Skipped(reason)),
        }
        Ok(Outcome::Passed)
    }

    /// Fetches the server that the store tests start; without it they report those cases as ignored.
    fn neo4j(&self) -> Result<Outcome, Failure> {
        match self.tools.neo4j() {
            Ok(_) => Ok(Outcome::Passed),
            Err(Missing(reason)) => Ok(Outcome::Skipped(reason)),
        }
    }

    fn alerts(&self) -> Result<Outcome, Failure> {
        match self.tools.promtool() {
            Ok(()) => alerts::check(self.workspace)?,
            Err(Missing(reason)) => return Ok(Outcome::Skipped(reason)),
        }
        Ok(Outcome::Passed)
    }

    fn tests(&self) -> Result<Outcome, Failure> {
        if let Err(Missing(reason)) = self.tools.redis_server() {
            return Ok(Outcome::Skipped(reason));
        }
        let mut command = process::cargo();
        command.args(["test", "--workspace", "--locked", "--no-fail-fast"]).current_dir(&self.workspace.root);
        counted(&mut command)
    }

    fn browser(&self) -> Result<Outcome, Failure> {
        let (folder, browser) = match (self.tools.node_project(BROWSER_STORY), self.tools.browser()) {
            (Ok(folder), Ok(browser)) => (folder, browser),
            (Err(Missing(reason)), _) | (_, Err(Missing(reason))) => return Ok(Outcome::Skipped(reason)),
        };
        process::run(
            process::cargo().args(["build", "-p", "resync", "--locked"]).current_dir(&self.workspace.root),
        )?;
        counted(&mut self.browser_story(&folder, &browser))
    }

    fn browser_story(&self, folder: &Path, browser: &Path) -> Command {
        let mut command = Command::new("node");
        command
            .args(["--test", "--test-reporter=tap", "story.test.mjs"])
            .current_dir(folder)
            .env("RESYNC_BINARY", self.workspace.target.join("debug/resync"))
            .env("RESYNC_TEST_BROWSER", browser);
        command
    }

    fn cargo(&self, args: &[&str], env: &[(&str, &str)]) -> Result<Outcome, Failure> {
        process::run(
            process::cargo().args(args).envs(env.iter().copied()).current_dir(&self.workspace.root),
        )?;
        Ok(Outcome::Passed)
    }
}

fn counted(command: &mut Command) -> Result<Outcome, Failure> {
    let (tests, outcome) = process::run_counting(command)?;
    match outcome {
        Ok(()) if tests.passed == 0 => {
            Err(Failure { error: anyhow::anyhow!("the runner ran no test"), tests })
        }
        Ok(()) => Ok(Outcome::Tested(tests)),
        Err(error) => Err(Failure { error, tests }),
    }
}
