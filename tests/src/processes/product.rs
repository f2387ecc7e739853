//! `resync up`, and `resync serve` with one role in each process.

use std::path::Path;

use anyhow::Context as _;
use resync_testkit::{Process, binary};

use super::{Outside, PATIENCE};

/// Password of the administrator of every product here.
pub const ADMIN_PASSWORD: &str = "correct-horse-battery";
/// What roles in several processes have in common.
const SECRET_KEY: &str = "one secret of more than thirty-two characters";

/// `resync up` in a process; killed when dropped.
#[derive(Debug)]
pub struct Product {
    /// Base address of its gateway.
    pub url: String,
    /// Its process.
    pub process: Process,
}

impl Product {
    /// Starts it in a folder, which may hold a `settings.toml`; the data folder there is `.resync`.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn up(
        folder: &Path,
        environment: &[(String, String)],
        settings: &[&str],
    ) -> anyhow::Result<Self> {
        let mut arguments = vec!["up", "--listen", "127.0.0.1:0", "--set", "operations.listen=127.0.0.1:0"];
        arguments.extend(settings.iter().flat_map(|setting| ["--set", setting]));
        let process = start(&arguments, environment, folder)?;
        process.line_with("Resync is ready", PATIENCE).await?;
        let line = process.line_with("  console", PATIENCE).await?;
        let url = line.split_whitespace().last().context("the line ends with an address")?.to_owned();
        Ok(Self { url, process })
    }

    /// The administrator in front of it.
    ///
    /// # Errors
    /// When the login is refused.
    pub async fn administrator(&self) -> anyhow::Result<Outside> {
        Outside::log_in(&self.url, "admin", ADMIN_PASSWORD).await
    }
}

/// `resync serve` with one role; killed when dropped.
#[derive(Debug)]
pub struct RoleProcess {
    /// Where it listens: the gateway for the outside, all others for the mesh.
    pub url: String,
    /// Its process.
    pub process: Process,
}

impl RoleProcess {
    /// Starts a role that finds the others through `settings`. Its data folder is `data-ROLE`.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(
        role: &str,
        folder: &Path,
        environment: &[(String, String)],
        settings: &[String],
    ) -> anyhow::Result<Self> {
        let data = format!("data-{role}");
        let mut arguments = vec!["serve", role, "--data-dir", &data];
        let given = |key: &str| settings.iter().any(|setting| setting.starts_with(key));
        let free = ["operations.listen=127.0.0.1:0", "gateway.listen=127.0.0.1:0", "mesh.listen=127.0.0.1:0"];
        let free = free.into_iter().filter(|setting| !setting.split('=').next().is_some_and(given));
        arguments.extend(free.chain(settings.iter().map(String::as_str)).flat_map(|one| ["--set", one]));
        let mut environment = environment.to_vec();
        environment.push(("SECRET_KEY".to_owned(), SECRET_KEY.to_owned()));
        let process = start(&arguments, &environment, folder)?;
        process.line_with("resync is serving", PATIENCE).await?;
        let word = if role == "gateway" { "  gateway" } else { "  mesh" };
        let line = process.line_with(word, PATIENCE).await?;
        let address = line.split_whitespace().last().context("the line ends with an address")?;
        let url = format!("http://{}", address.trim_start_matches("http://").trim_end_matches('/'));
        Ok(Self { url, process })
    }
}

fn start(arguments: &[&str], environment: &[(String, String)], folder: &Path) -> anyhow::Result<Process> {
    let mut all = vec![("ADMIN_PASSWORD", ADMIN_PASSWORD)];
    all.extend(environment.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    Process::start(&binary("resync")?, arguments, &all, folder)
}
