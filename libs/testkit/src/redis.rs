//! A real Redis server to talk to and to break: on a free port of the loopback, gone when dropped.
//!
//! It is spoken to with `redis-cli`, so that a test does not lean on the client it tests.

use std::net::TcpListener;
use std::process::{Output, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::eventually;

/// Time for a server to start or a command to answer.
const BOUND: Duration = Duration::from_secs(20);
/// Ports are free when they are chosen, not yet when they are used.
const PORT_ATTEMPTS: usize = 5;
const MISSING: &str = "redis-server and redis-cli are needed by this test: install the package redis-server";

/// A Redis server.
#[derive(Debug)]
pub struct RedisServer {
    /// Before its folder, so that it is gone when that is removed.
    child: Option<Child>,
    folder: TempDir,
    port: u16,
    arguments: Vec<String>,
    authentication: Vec<String>,
}

impl RedisServer {
    /// Starts a server without persistence, with further arguments such as `["--appendonly", "yes"]`.
    ///
    /// # Errors
    /// When Redis is not installed, or does not start.
    pub async fn start(arguments: &[&str]) -> anyhow::Result<Self> {
        for _ in 1..PORT_ATTEMPTS {
            if let Ok(server) = Self::start_at(free_port()?, arguments).await {
                return Ok(server);
            }
        }
        Self::start_at(free_port()?, arguments).await
    }

    pub(crate) async fn start_at(port: u16, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut server = Self {
            folder: tempfile::tempdir()?,
            port,
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            authentication: Vec::new(),
            child: None,
        };
        server.restart().await?;
        Ok(server)
    }

    /// What `redis-cli` says who it is, once the server asks for it: `["--user", "admin", "--pass", "x"]`.
    pub fn speak_as(&mut self, authentication: &[&str]) {
        self.authentication = authentication.iter().map(|&argument| argument.to_owned()).collect();
    }

    /// Its port on the loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address, without credentials.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The folder with its data and whatever a test puts beside.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Starts it again after [`RedisServer::kill`], on the same port and folder.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--dir"])
            .arg(self.folder.path())
            .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context(MISSING)?;
        let child = self.child.insert(child);
        let port = self.port;
        // Connecting is enough: with a password set, even PING would be refused.
        let answers = eventually("Redis to listen", BOUND, || async {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()
        });
        tokio::select! {
            answers = answers => answers.map(|_| ()),
            ended = child.wait() => bail!("redis-server ended at start: {ended:?}"),
        }
    }

    /// Ends it at once, as a crash would.
    ///
    /// # Errors
    /// When it does not run.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().context("the server does not run")?;
        Ok(child.kill().await?)
    }

    /// Holds it still: connections stay open, nothing answers.
    ///
    /// # Errors
    /// When it does not run.
    pub async fn pause(&self) -> anyhow::Result<()> {
        self.signal("-STOP").await
    }

    /// Lets it go on after [`RedisServer::pause`].
    ///
    /// # Errors
    /// When it does not run.
    pub async fn unpause(&self) -> anyhow::Result<()> {
        self.signal("-CONT").await
    }

    async fn signal(&self, signal: &str) -> anyhow::Result<()> {
        let id = self.child.as_ref().and_then(Child::id).context("the server does not run")?;
        let status = Command::new("kill").args([signal, &id.to_string()]).status().await?;
        ensure!(status.success(), "kill {signal} {id}: {status}");
        Ok(())
    }

    /// Sends a command; gives what Redis said.
    ///
    /// # Errors
    /// When it is an error, or nothing comes.
    pub async fn command(&self, words: &[&str]) -> anyhow::Result<String> {
        let port = self.port.to_string();
        let mut cli = Command::new("redis-cli");
        cli.args(["-h", "127.0.0.1", "-p", &port, "-e", "--no-auth-warning"]).args(&self.authentication);
        said(cli.args(words), &words.join(" ")).await
    }

    /// Changes a setting while it runs.
    ///
    /// # Errors
    /// When Redis refuses.
    pub async fn set(&self, name: &str, value: &str) -> anyhow::Result<()> {
        self.command(&["CONFIG", "SET", name, value]).await.map(|_| ())
    }
}

/// Runs `redis-cli`; gives what it printed.
pub(crate) async fn said(cli: &mut Command, what: &str) -> anyhow::Result<String> {
    let running = cli.stdin(Stdio::null()).kill_on_drop(true).output();
    let output =
        tokio::time::timeout(BOUND, running).await.with_context(|| format!("no answer to {what}"))?;
    let Output { status, stdout, stderr } = output.context(MISSING)?;
    let text = String::from_utf8_lossy(&stdout).trim().to_owned();
    ensure!(status.success(), "{what}: {text} {}", String::from_utf8_lossy(&stderr));
    Ok(text)
}

/// A port that nobody uses now.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
