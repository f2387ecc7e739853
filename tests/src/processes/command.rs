//! Commands that end by themselves.

use std::path::Path;

use anyhow::{Context as _, ensure};
use resync_testkit::binary;

use super::PATIENCE;

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Exit code; none after a signal.
    pub code: Option<i32>,
    /// Its standard output.
    pub output: String,
    /// Its standard error.
    pub errors: String,
}

impl Ended {
    /// Checks the exit code and that every one of `texts` was said somewhere.
    ///
    /// # Errors
    /// What is different.
    pub fn expect(&self, code: i32, texts: &[&str]) -> anyhow::Result<()> {
        ensure!(self.code == Some(code), "it ended with {:?} instead of {code}: {self:#?}", self.code);
        for text in texts {
            let said = self.output.contains(text) || self.errors.contains(text);
            ensure!(said, "it does not say {text:?}: {self:#?}");
        }
        Ok(())
    }
}

/// Runs `resync` with these arguments to its end, with no other environment than this.
///
/// # Errors
/// When it cannot be started or hangs.
pub async fn resync(
    folder: &Path,
    environment: &[(&str, &str)],
    arguments: &[&str],
) -> anyhow::Result<Ended> {
    let mut command = tokio::process::Command::new(binary("resync")?);
    command.args(arguments).current_dir(folder).env_clear().envs(environment.iter().copied());
    command.stdin(std::process::Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await;
    let output = output.with_context(|| format!("resync {arguments:?} hangs"))??;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Ended { code: output.status.code(), output: text(&output.stdout), errors: text(&output.stderr) })
}
