//! The console page's bundle: `gateway/ui/dist` is committed, so that the product builds on a machine without Node.
//!
//! The price is that it can fall behind its sources. `gateway/ui/dist.inputs` holds a digest of everything the bundle
//! is made from; `cargo xtask test` rebuilds the bundle and compares it byte for byte.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::process;
use crate::toolbox::Toolbox;
use crate::workspace::Workspace;

/// The console's Node project.
pub(crate) const FOLDER: &str = "gateway/ui";

/// Everything the bundle depends on, below the root: files, or folders taken whole.
const INPUTS: &[&str] = &[
    "gateway/ui/src",
    "gateway/ui/index.html",
    "gateway/ui/build.mjs",
    "gateway/ui/buf.gen.yaml",
    "gateway/ui/package-lock.json",
    "gateway/ui/tsconfig.json",
    "proto/resync",
];

/// Generated below `src`, hence no input of its own.
const GENERATED: &str = "gateway/ui/src/gen";

/// Rebuilds the bundle and records what it was made from.
pub(crate) fn rebuild(workspace: &Workspace) -> Result<()> {
    let folder =
        Toolbox::new(workspace, true).node_project(FOLDER).map_err(|missing| anyhow::anyhow!(missing.0))?;
    build(workspace, &folder)
}

/// Rebuilds the bundle if it is behind its sources and Node is here; without Node the committed one is used.
pub(crate) fn refresh(workspace: &Workspace) -> Result<()> {
    if is_current(workspace)? {
        return Ok(());
    }
    match Toolbox::new(workspace, true).node_project(FOLDER) {
        Ok(folder) => build(workspace, &folder),
        Err(missing) => {
            println!("the console page is older than its sources and stays so: {}", missing.0);
            Ok(())
        }
    }
}

/// Type checks the console, rebuilds its bundle and fails if what is committed differs from it.
pub(crate) fn check(workspace: &Workspace, folder: &Path) -> Result<()> {
    let committed = bundle(workspace)?;
    build(workspace, folder)?;
    npm_run(folder, "check")?;
    let rebuilt = bundle(workspace)?;
    let differing: Vec<_> = rebuilt
        .keys()
        .chain(committed.keys())
        .filter(|name| rebuilt.get(*name) != committed.get(*name))
        .map(|name| workspace.display(name))
        .collect();
    // A source may change without changing the bundle (a comment in the contract): that is no drift.
    if !differing.is_empty() {
        bail!(
            "the committed console bundle was behind its sources; commit the rebuilt one ({})",
            differing.join(", ")
        );
    }
    Ok(())
}

fn build(workspace: &Workspace, folder: &Path) -> Result<()> {
    npm_run(folder, "generate")?;
    npm_run(folder, "build")?;
    let record = workspace.path("gateway/ui/dist.inputs");
    std::fs::write(&record, format!("{}\n", digest(workspace)?))
        .with_context(|| format!("could not write {}", record.display()))
}

fn npm_run(folder: &Path, script: &str) -> Result<()> {
    process::run(Command::new("npm").args(["run", "--silent", script]).current_dir(folder))
}

fn is_current(workspace: &Workspace) -> Result<bool> {
    let record = std::fs::read_to_string(workspace.path("gateway/ui/dist.inputs")).unwrap_or_default();
    Ok(record.trim() == digest(workspace)? && workspace.path("gateway/ui/dist/index.html").is_file())
}

fn digest(workspace: &Workspace) -> Result<String> {
    let mut files = BTreeMap::new();
    for input in INPUTS {
        read_below(&workspace.path(input), &mut files)?;
    }
    let generated = workspace.path(GENERATED);
    let mut hash = Sha256::new();
    for (path, content) in files.iter().filter(|(path, _)| !path.starts_with(&generated)) {
        hash.update(workspace.display(path).as_bytes());
        hash.update([0]);
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(content);
    }
    Ok(hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    }))
}

fn bundle(workspace: &Workspace) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let dist = workspace.path("gateway/ui/dist");
    if dist.is_dir() {
        read_below(&dist, &mut files)?;
    }
    Ok(files)
}

fn read_below(path: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).with_context(|| format!("could not list {}", path.display()))? {
            read_below(&entry?.path(), files)?;
        }
    } else {
        let content = std::fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
        files.insert(path.to_path_buf(), content);
    }
    Ok(())
}
