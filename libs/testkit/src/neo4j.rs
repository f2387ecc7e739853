//! A real Neo4j server on loopback, with a data folder of its own, that can be killed and started again.
//!
//! It runs the server that `cargo xtask neo4j` fetched. A watcher beside it kills it when the test process ends, however
//! that ends.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::eventually;

/// Names the folder of a server elsewhere than below `target`.
const PLACE: &str = "RESYNC_TEST_NEO4J";
/// A start on a busy machine.
const START: Duration = Duration::from_secs(180);
/// Kills the server on the order `kill`, and with the server its folder when the orders end.
const WATCHER: &str = r#"
folder=$1; shift
"$@" >"$folder/console" 2>&1 </dev/null &
if read -r order; then kill -9 $!; wait $! 2>/dev/null
else kill -9 $! 2>/dev/null; wait $! 2>/dev/null; rm -rf "$folder"
fi
"#;

/// A running server; killed, and its data removed, when dropped.
#[derive(Debug)]
pub struct Neo4jServer {
    installation: PathBuf,
    home: PathBuf,
    address: SocketAddr,
    options: &'static [&'static str],
    watcher: Option<Child>,
}

impl Neo4jServer {
    /// The only user.
    pub const USER: &str = "neo4j";
    /// Its password.
    pub const PASSWORD: &str = "resync-tests";

    /// Where a fetched server lies; unset when there is none, or no Java to run it.
    #[must_use]
    pub fn installation() -> Option<PathBuf> {
        let folder = match std::env::var_os(PLACE) {
            Some(folder) => PathBuf::from(folder),
            None => std::env::current_exe().ok()?.ancestors().nth(3)?.join("neo4j"),
        };
        let java = Command::new("java").arg("-version").stderr(Stdio::null()).status();
        (folder.join("lib").is_dir() && java.is_ok_and(|status| status.success())).then_some(folder)
    }

    /// Starts an empty server on a free port and waits until it accepts queries.
    ///
    /// # Errors
    /// When none was fetched, or it does not start; shows what it printed.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(&[], "").await
    }

    /// As [`start`](Self::start), but with the compiler and the memory of a server in earnest, to measure against; it ends
    /// a transaction that takes longer than `seconds`.
    ///
    /// # Errors
    /// The same.
    pub async fn start_at_full_speed(seconds: u64) -> anyhow::Result<Self> {
        let limit = format!("db.transaction.timeout={seconds}s\n");
        Self::start_with(&["-XX:TieredStopAtLevel=4", "-Xmx2g"], &limit).await
    }

    async fn start_with(options: &'static [&'static str], more: &str) -> anyhow::Result<Self> {
        let installation = Self::installation().context("no Neo4j here; run `cargo xtask neo4j` once")?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let home = installation.join(format!("test-{}-{}", std::process::id(), address.port()));
        fs::create_dir_all(home.join("conf"))?;
        let settings = fs::read_to_string(installation.join("neo4j.conf"))?;
        let listen = format!("server.bolt.listen_address={address}\n");
        fs::write(home.join("conf/neo4j.conf"), format!("{settings}{more}{listen}"))?;
        let mut server = Self { installation, home, address, options, watcher: None };
        let password = server
            .java("org.neo4j.cli.AdminTool")
            .args(["dbms", "set-initial-password", Self::PASSWORD])
            .output()?;
        ensure!(password.status.success(), "set the password: {}", String::from_utf8_lossy(&password.stderr));
        server.restart().await?;
        Ok(server)
    }

    /// Where it listens for Bolt.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as clients write it.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("bolt://{}", self.address)
    }

    /// Kills it with SIGKILL, as a crash would; its data stays.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        let mut watcher = self.watcher.take().context("the server does not run")?;
        watcher.stdin.take().context("the watcher listens")?.write_all(b"kill\n")?;
        watcher.wait()?;
        Ok(())
    }

    /// Starts it again on the same data and the same port.
    ///
    /// # Errors
    /// When it does not start; shows what it printed.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        let console = self.home.join("console");
        File::create(&console)?;
        let java = self.java("org.neo4j.server.CommunityEntryPoint");
        let watcher = Command::new("sh")
            .args(["-c", WATCHER, "sh"])
            .arg(&self.home)
            .arg(java.get_program())
            .args(java.get_args())
            .arg(format!("--home-dir={}", self.home.display()))
            .arg(format!("--config-dir={}", self.home.join("conf").display()))
            .arg("--console-mode")
            .stdin(Stdio::piped())
            .spawn()?;
        self.watcher = Some(watcher);
        let started = || async { printed(&console).contains("Started.").then_some(()) };
        eventually("Neo4j to start", START, started)
            .await
            .with_context(|| format!("it printed:\n{}", printed(&console)))
    }

    fn java(&self, class: &str) -> Command {
        let mut command = Command::new("java");
        command
            .arg(format!("@{}", self.installation.join("java.args").display()))
            .args(self.options)
            .arg("-cp")
            .arg(self.installation.join("lib/*"))
            .arg(class)
            .env("NEO4J_HOME", &self.home)
            .env("NEO4J_CONF", self.home.join("conf"));
        command
    }
}

impl Drop for Neo4jServer {
    fn drop(&mut self) {
        if let Some(mut watcher) = self.watcher.take() {
            drop(watcher.stdin.take());
            let _ = watcher.wait();
        }
        // Already gone when the watcher ran.
        let _ = fs::remove_dir_all(&self.home);
    }
}

fn printed(console: &Path) -> String {
    let mut text = String::new();
    // A file that cannot be read yet has nothing to say.
    let _ = File::open(console).and_then(|mut file| file.read_to_string(&mut text));
    text
}
