//! The outside tools that checks need: which are here, and with `--install` how the missing ones are fetched.
//!
//! A tool that cannot be had is not an error of this module: the step that needs it is skipped with the reason given
//! here, and the gate decides what a skip means.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::workspace::Workspace;
use crate::{neo4j, process};

/// Where browsers install themselves, in the order tried; `RESYNC_TEST_BROWSER` overrides.
const BROWSERS: &[&str] = &["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// A tool that is not here, with what to do about it.
#[derive(Debug)]
pub(crate) struct Missing(pub(crate) String);

/// Looks for tools, and fetches them if it may.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Toolbox<'a> {
    workspace: &'a Workspace,
    install: bool,
}

impl<'a> Toolbox<'a> {
    /// `install` allows fetching; without it only what is present is used.
    pub(crate) fn new(workspace: &'a Workspace, install: bool) -> Self {
        Self { workspace, install }
    }

    /// A Node project's dependencies, exactly as its lock file says.
    pub(crate) fn node_project(&self, folder: &str) -> Result<PathBuf, Missing> {
        let folder = self.workspace.path(folder);
        if !process::is_on_path("npm") {
            return Err(Missing("npm is not on the PATH; install Node.js 20 or newer".into()));
        }
        if is_locked_state(&folder) {
            return Ok(folder);
        }
        let hint = format!("run `npm install` in {}", self.workspace.display(&folder));
        self.fetch("the Node packages", &hint, || {
            process::run(Command::new("npm").args(NPM_INSTALL).current_dir(&folder))
        })?;
        Ok(folder)
    }

    /// cargo-deny, from the search path or built from source.
    pub(crate) fn cargo_deny(&self) -> Result<(), Missing> {
        let installed =
            || process::cargo().args(["deny", "--version"]).output().is_ok_and(|o| o.status.success());
        if installed() {
            return Ok(());
        }
        self.fetch("cargo-deny", "run `cargo install cargo-deny --locked`", || {
            // An unoptimised build is enough to read one lock file and costs a third of the time.
            process::run(
                process::cargo()
                    .args(["install", "cargo-deny", "--locked", "--debug"])
                    .env("CARGO_PROFILE_DEV_DEBUG", "false")
                    .env("CARGO_TARGET_DIR", self.workspace.target.join("tools")),
            )
        })
    }

    /// The folder of a Neo4j server that tests can start.
    pub(crate) fn neo4j(&self) -> Result<PathBuf, Missing> {
        if let Some(program) = ["java", "mvn"].into_iter().find(|program| !process::is_on_path(program)) {
            return Err(Missing(format!("{program} is not on the PATH; install Java 17 and Maven")));
        }
        if let Some(folder) = neo4j::installed(self.workspace) {
            return Ok(folder);
        }
        self.fetch("Neo4j", "run `cargo xtask neo4j`", || neo4j::fetch(self.workspace))?;
        neo4j::installed(self.workspace).ok_or_else(|| Missing("Neo4j was fetched but is not there".into()))
    }

    /// A Chromium that can run headless.
    pub(crate) fn browser(&self) -> Result<PathBuf, Missing> {
        if let Some(path) = find_browser() {
            return Ok(path);
        }
        self.fetch("Chromium", "run `apt-get install chromium` or set RESYNC_TEST_BROWSER", || {
            apt_install(&["chromium", "fonts-dejavu-core"])
        })?;
        find_browser()
            .ok_or_else(|| Missing("Chromium was installed but is in none of the known places".into()))
    }

    /// A Redis server for tests to start on ports of their own.
    pub(crate) fn redis_server(&self) -> Result<(), Missing> {
        self.program("redis-server", "redis-server")
    }

    /// The tool that checks and tests Prometheus' rules.
    pub(crate) fn promtool(&self) -> Result<(), Missing> {
        self.program("promtool", "prometheus")
    }

    /// A program from a Debian package.
    fn program(&self, program: &str, package: &str) -> Result<(), Missing> {
        if process::is_on_path(program) {
            return Ok(());
        }
        self.fetch(program, &format!("run `apt-get install {package}`"), || apt_install(&[package]))
    }

    fn fetch(&self, what: &str, hint: &str, get: impl FnOnce() -> Result<()>) -> Result<(), Missing> {
        if !self.install {
            return Err(Missing(format!("{what} missing; pass --install or {hint}")));
        }
        get().map_err(|error| Missing(format!("{what} could not be fetched: {error:#}")))
    }
}

/// Asked by Debian's packages before they start their service; tests start their own.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Installs Debian packages without letting any of them start a service, or leave one that starts later.
fn apt_install(packages: &[&str]) -> Result<()> {
    if !process::is_on_path("apt-get") {
        bail!("this system has no apt-get");
    }
    process::run(Command::new("apt-get").args(["update", "-qq"]))?;
    let policy = Path::new(POLICY);
    let ours = !policy.exists();
    if ours {
        std::fs::write(policy, "#!/bin/sh\nexit 101\n").context(POLICY)?;
        std::fs::set_permissions(policy, std::fs::Permissions::from_mode(0o755)).context(POLICY)?;
    }
    let installed = process::run(
        Command::new("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    );
    if ours {
        std::fs::remove_file(policy).context(POLICY)?;
    }
    if installed.is_ok() && Path::new("/run/systemd/system").is_dir() {
        // A package without a service of its name has nothing to disable.
        let _ = Command::new("systemctl").arg("disable").args(packages).stderr(Stdio::null()).status();
    }
    installed
}

/// Not `npm ci`: it fails when the optional package of some other platform cannot be had. The lock file decides the
/// versions all the same.
const NPM_INSTALL: [&str; 5] =
    ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--omit-lockfile-registry-resolved"];

/// npm leaves a copy of the lock it installed; a newer lock file means the folder is behind it.
fn is_locked_state(folder: &Path) -> bool {
    let modified = |path: PathBuf| path.metadata().and_then(|m| m.modified()).ok();
    let installed = modified(folder.join("node_modules/.package-lock.json"));
    installed.is_some_and(|installed| {
        modified(folder.join("package-lock.json")).is_some_and(|lock| lock <= installed)
    })
}

fn find_browser() -> Option<PathBuf> {
    let chosen = std::env::var_os("RESYNC_TEST_BROWSER").map(PathBuf::from);
    chosen.into_iter().chain(BROWSERS.iter().map(PathBuf::from)).find(|path| path.is_file())
}
