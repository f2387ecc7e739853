//! A simulated engine as a process of its own, and its control port: what is true, and what goes wrong.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use hwa_simulator::{IncidentTruth, ObjectType};
use resync_testkit::{Process, binary};
use serde_json::{Value, json};

use super::PATIENCE;
use super::outside::http_client;

/// User of every simulated engine.
const USER: &str = "wauser";
/// Password of every simulated engine.
const PASSWORD: &str = "simulated";

/// A running simulated engine; killed when dropped.
#[derive(Debug)]
pub struct SimulatedEngine {
    /// Where its REST API is, over TLS.
    pub address: SocketAddr,
    /// PEM file of the authority that it made for itself.
    pub ca_file: PathBuf,
    control: String,
    http: reqwest::Client,
    _process: Process,
}

impl SimulatedEngine {
    /// Starts one with a small plan on free ports, with its own authority, and `more` flags.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(folder: &Path, name: &str, more: &[&str]) -> anyhow::Result<Self> {
        let ca_file = folder.join(format!("{name}.pem"));
        let ca = ca_file.to_string_lossy();
        let arguments =
            [&["simulate-hwa", "--port", "0", "--control-port", "0", "--jobs", "300", "--ca-out", &ca], more]
                .concat();
        let environment = [("APP_LOG__FORMAT", "json")];
        let process = Process::start(&binary("resync")?, &arguments, &environment, folder)?;
        let line = process.line_with("simulated engine is ready", PATIENCE).await?;
        let ready: Value = serde_json::from_str(&line)?;
        let field = |name: &str| ready[name].as_str().with_context(|| format!("no {name} in {line}"));
        let address = field("url")?.trim_start_matches("https://").trim_end_matches('/').to_owned();
        let address = address.rsplit_once(':').context("an address has a port")?.1.parse()?;
        let control = field("control")?.trim_start_matches("Some(").trim_end_matches(')').to_owned();
        Ok(Self {
            address: SocketAddr::from(([127, 0, 0, 1], address)),
            ca_file,
            control: format!("http://{control}"),
            http: http_client()?,
            _process: process,
        })
    }

    /// The plain environment variables that point a product at it.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        let values = [
            ("TWS_HOST", "localhost".to_owned()),
            ("TWS_PORT", self.address.port().to_string()),
            ("TWS_USER", USER.to_owned()),
            ("TWS_PASSWORD", PASSWORD.to_owned()),
            ("APP_ENGINES__DEFAULT__CA_FILE", self.ca_file.display().to_string()),
            // There is nobody else whom we could disturb.
            ("APP_ENGINES__DEFAULT__REQUESTS_PER_SECOND", "0".to_owned()),
        ];
        values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// A table of `settings.toml` for an engine at `address`, which may be a proxy before this one. Keys of
    /// `more` win over the right ones.
    #[must_use]
    pub fn settings(&self, name: &str, address: SocketAddr, more: &[(&str, &str)]) -> String {
        let right = [
            ("urls", format!("https://{address}")),
            ("user", USER.to_owned()),
            ("password", PASSWORD.to_owned()),
            ("ca_file", self.ca_file.display().to_string()),
            ("requests_per_second", "0".to_owned()),
            ("changes_interval", "200ms".to_owned()),
        ];
        let changed = |key: &str| more.iter().any(|(other, _)| *other == key);
        let mut table = format!("[engines.{name}]\n");
        for (key, value) in right.iter().filter(|(key, _)| !changed(key)) {
            table += &format!("{key} = {value:?}\n");
        }
        for (key, value) in more.iter().filter(|(_, value)| !value.is_empty()) {
            table += &format!("{key} = {value:?}\n");
        }
        table
    }

    /// The open planted incident of a kind whose symptom is a job.
    ///
    /// # Errors
    /// When there is none.
    pub async fn incident(&self, kind: &str) -> anyhow::Result<IncidentTruth> {
        let incidents: Vec<IncidentTruth> = serde_json::from_value(self.truth("/truth/incidents").await?)?;
        let of_kind = |incident: &IncidentTruth| {
            incident.open
                && incident.kind.to_string() == kind
                && incident.symptom.object_type == ObjectType::Job
        };
        incidents.into_iter().find(of_kind).with_context(|| format!("nobody planted {kind}"))
    }

    /// What a person would type for a job: its name, or as much of its key as makes it the only one.
    ///
    /// # Errors
    /// When the control port does not answer.
    pub async fn typed(&self, job: &hwa_simulator::ObjectRef) -> anyhow::Result<String> {
        let same = self.truth(&format!("/truth/jobs?name={}", job.name)).await?;
        Ok(match same["total"].as_u64() {
            Some(1) => job.name.clone(),
            _ => job.key.trim_start_matches('/').to_owned(),
        })
    }

    /// From now on every answer is a proxy's page of HTML.
    ///
    /// # Errors
    /// When the control port refuses.
    pub async fn answer_html(&self) -> anyhow::Result<()> {
        let faults = json!({ "rules": [{ "fault": "html_body" }] });
        let answer = self.http.put(format!("{}/faults", self.control)).json(&faults).send().await?;
        ensure!(answer.status().is_success(), "the control port says {}", answer.text().await?);
        Ok(())
    }

    /// Time passes there, by this many seconds.
    ///
    /// # Errors
    /// When the control port refuses.
    pub async fn step(&self, seconds: u64) -> anyhow::Result<()> {
        let step = json!({ "step_seconds": seconds });
        let answer = self.http.put(format!("{}/clock", self.control)).json(&step).send().await?;
        ensure!(answer.status().is_success(), "the control port says {}", answer.text().await?);
        Ok(())
    }

    /// What `GET path` of the control port says.
    ///
    /// # Errors
    /// When it does not answer with JSON.
    pub async fn truth(&self, path: &str) -> anyhow::Result<Value> {
        Ok(self.http.get(format!("{}{path}", self.control)).send().await?.json().await?)
    }
}
