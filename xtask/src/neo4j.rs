//! A real Neo4j Community server for tests and for trying things out: its jars come through Maven, its files lie below
//! `target/neo4j`, and Java runs it on loopback.
//!
//! Tests start servers of their own (`resync_testkit::Neo4jServer`) from the same folder; this command is for people.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::toolbox::{Missing, Toolbox};
use crate::workspace::Workspace;

/// What describes the server: the jars' list, its settings, the flags of Java.
const RECIPE: &str = "tests/neo4j";
const PARTS: [&str; 3] = ["pom.xml", "neo4j.conf", "java.args"];
/// For a server on loopback that holds nothing; the same that tests use.
const PASSWORD: &str = "resync-tests";

/// The folder of a fetched server, as far as it is there and made from the recipe of this checkout.
pub(crate) fn installed(workspace: &Workspace) -> Option<PathBuf> {
    let folder = workspace.target.join("neo4j");
    let same = |part: &&str| {
        let recipe = fs::read(workspace.path(RECIPE).join(part)).ok();
        recipe.is_some() && recipe == fs::read(folder.join(part)).ok()
    };
    PARTS.iter().all(same).then_some(folder)
}

/// Copies the server's jars below `target/neo4j`. A run that is cut off leaves no folder that looks complete.
pub(crate) fn fetch(workspace: &Workspace) -> Result<()> {
    let (recipe, folder) = (workspace.path(RECIPE), workspace.target.join("neo4j"));
    let draft = workspace.target.join("neo4j.new");
    for stale in [&draft, &folder] {
        if stale.exists() {
            fs::remove_dir_all(stale).with_context(|| format!("remove {}", stale.display()))?;
        }
    }
    process::run(
        Command::new("mvn")
            .args(["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime"])
            .arg(format!("-DoutputDirectory={}", draft.join("lib").display()))
            .arg("-f")
            .arg(recipe.join("pom.xml")),
    )?;
    for part in PARTS {
        fs::copy(recipe.join(part), draft.join(part)).with_context(|| format!("copy {part}"))?;
    }
    fs::rename(&draft, &folder).with_context(|| format!("move to {}", folder.display()))
}

/// Fetches what is missing and runs the server in the foreground, keeping its data from run to run.
pub(crate) fn run(workspace: &Workspace, port: u16) -> Result<()> {
    let folder = match Toolbox::new(workspace, true).neo4j() {
        Ok(folder) => folder,
        Err(Missing(reason)) => anyhow::bail!(reason),
    };
    let home = folder.join("home");
    let first = !home.exists();
    fs::create_dir_all(home.join("conf"))?;
    let settings = fs::read_to_string(folder.join("neo4j.conf"))?;
    fs::write(
        home.join("conf/neo4j.conf"),
        format!("{settings}server.bolt.listen_address=127.0.0.1:{port}\n"),
    )?;
    if first {
        process::run(java(&folder, &home, "org.neo4j.cli.AdminTool").args([
            "dbms",
            "set-initial-password",
            PASSWORD,
        ]))?;
    }
    println!("bolt://127.0.0.1:{port}, user neo4j, password {PASSWORD}; Ctrl-C stops it");
    process::run(
        java(&folder, &home, "org.neo4j.server.CommunityEntryPoint")
            .arg(format!("--home-dir={}", home.display()))
            .arg(format!("--config-dir={}", home.join("conf").display()))
            .arg("--console-mode"),
    )
}

fn java(folder: &Path, home: &Path, class: &str) -> Command {
    let mut command = Command::new("java");
    command
        .arg(format!("@{}", folder.join("java.args").display()))
        .arg("-cp")
        .arg(folder.join("lib/*"))
        .arg(class)
        .env("NEO4J_HOME", home)
        .env("NEO4J_CONF", home.join("conf"));
    command
}
