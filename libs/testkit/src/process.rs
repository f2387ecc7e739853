//! Runs a program of this workspace and watches what it prints.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use crate::eventually;

/// Most lines kept of each program; older ones are dropped.
const KEPT_LINES: usize = 2000;

/// Path of a binary of this workspace, beside the running test.
///
/// # Errors
/// When it has not been built.
pub fn binary(name: &str) -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.ancestors().nth(2).context("a test lies in target/…/deps")?;
    let path = folder.join(name);
    ensure!(path.exists(), "{} is missing: run `cargo build -p {name}` first", path.display());
    Ok(path)
}

/// A running program; killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    lines: watch::Receiver<Arc<Vec<String>>>,
}

impl Process {
    /// Starts a program without the environment's own settings.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(
        program: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(environment.iter().copied())
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("start {}", program.display()))?;
        let (sender, lines) = watch::channel(Arc::new(Vec::new()));
        collect(child.stdout.take().context("standard output is piped")?, sender.clone());
        collect(child.stderr.take().context("standard error is piped")?, sender);
        Ok(Self { child, lines })
    }

    /// Waits for a line that contains `text`, and returns it.
    ///
    /// # Errors
    /// When it is not printed within `bound`; shows what was.
    pub async fn line_with(&self, text: &str, bound: Duration) -> anyhow::Result<String> {
        let look = || async { self.lines().iter().find(|line| line.contains(text)).cloned() };
        eventually(&format!("a line with {text:?}"), bound, look)
            .await
            .with_context(|| format!("it printed:\n{}", self.lines().join("\n")))
    }

    /// Everything it printed so far, standard output and error mixed.
    #[must_use]
    pub fn lines(&self) -> Arc<Vec<String>> {
        self.lines.borrow().clone()
    }

    /// Waits until it ends; gives its exit code.
    ///
    /// # Errors
    /// When it does not end within `bound`.
    pub async fn exit_code(&mut self, bound: Duration) -> anyhow::Result<Option<i32>> {
        let status = tokio::time::timeout(bound, self.child.wait()).await;
        let status =
            status.with_context(|| format!("it still runs after {bound:?}:\n{}", self.lines().join("\n")))?;
        Ok(status?.code())
    }

    /// Kills it at once, as a crash would.
    ///
    /// # Errors
    /// When it has ended already.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Its process number, for signals.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }
}

fn collect(output: impl AsyncRead + Unpin + Send + 'static, sender: watch::Sender<Arc<Vec<String>>>) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            sender.send_modify(|kept| {
                let kept = Arc::make_mut(kept);
                if kept.len() == KEPT_LINES {
                    kept.remove(0);
                }
                kept.push(line);
            });
        }
    });
}
