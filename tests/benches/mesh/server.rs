//! A program under measurement, in a folder of its own.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use reqwest::Client;
use resync_testkit::{Process, binary};
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::{Instant, sleep, timeout};

use super::table::Amount;

/// Nothing measured here takes longer.
const PATIENCE: Duration = Duration::from_secs(90);
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    process: Process,
    started: Instant,
    http: Client,
    /// Where it keeps its things.
    _folder: TempDir,
}

impl Server {
    /// Starts the product's binary.
    pub(crate) fn resync(words: &[&str]) -> anyhow::Result<Self> {
        Self::start(&binary("resync")?, words)
    }

    /// Starts `program`.
    pub(crate) fn start(program: &Path, words: &[&str]) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let http = Client::new();
        let started = Instant::now();
        let process = Process::start(program, words, &[], folder.path())?;
        Ok(Self { process, started, http, _folder: folder })
    }

    /// Time from the start of the process until `url` answers well.
    pub(crate) async fn until_ready(&self, url: &str) -> anyhow::Result<Duration> {
        let look = async || self.http.get(url).send().await.is_ok_and(|answer| answer.status().is_success());
        self.until(url, look).await
    }

    /// Time from the start of the process until the JSON at `url` is `right`.
    pub(crate) async fn until_json(
        &self,
        url: &str,
        token: &str,
        right: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Duration> {
        let look = async || {
            let request = self.http.get(url);
            let request = if token.is_empty() { request } else { request.bearer_auth(token) };
            let Ok(answer) = request.send().await else { return false };
            answer.json().await.is_ok_and(|value| right(&value))
        };
        self.until(url, look).await
    }

    async fn until(&self, url: &str, look: impl AsyncFn() -> bool) -> anyhow::Result<Duration> {
        let seen = async {
            while !look().await {
                sleep(LOOK_EVERY).await;
            }
            self.started.elapsed()
        };
        timeout(PATIENCE, seen).await.with_context(|| {
            format!(
                "{url} does not give what it should; the program printed\n{}",
                self.process.lines().join("\n")
            )
        })
    }

    /// Memory that is resident now, and the most that ever was; by the kernel's own account.
    pub(crate) fn memory(&self) -> anyhow::Result<(Amount, Amount)> {
        let id = self.process.id().context("the process ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))
            .context("this system does not tell a process's memory")?;
        let field = |name: &str| -> anyhow::Result<Amount> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such field")?;
            let kibibytes: u64 = line.split_whitespace().next().context("no number")?.parse()?;
            Ok(Amount::Bytes(kibibytes * 1_024))
        };
        Ok((field("VmRSS:")?, field("VmHWM:")?))
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
