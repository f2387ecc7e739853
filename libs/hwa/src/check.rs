//! Examines an engine step by step, so that a person learns which step fails and what to do about it.
//!
//! Each address is examined on its own: a backup that would not work tonight should be known today.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

use crate::config::{Base, Config, ConfigError};
use crate::error::{self, Error, Unreachable, UnreachableReason};
use crate::wire::engine::EngineInfo;
use crate::{Client, resolve, tls};

/// Skew beyond which plan arithmetic on our own clock would mislead.
const SKEW_WORTH_A_WORD: TimeDelta = TimeDelta::seconds(30);

/// What was examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepName {
    /// The settings themselves.
    Settings,
    /// The host name has an address.
    Name,
    /// The port accepts a connection.
    Port,
    /// The certificate is trusted.
    Tls,
    /// The credentials are accepted.
    Login,
    /// The engine says which version it is.
    Version,
    /// The engine says which operations it has.
    Capabilities,
    /// The engine's clock.
    Clock,
}

impl StepName {
    const ALL: [Self; 7] =
        [Self::Name, Self::Port, Self::Tls, Self::Login, Self::Version, Self::Capabilities, Self::Clock];

    /// Name for people and for JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Name => "name",
            Self::Port => "port",
            Self::Tls => "tls",
            Self::Login => "login",
            Self::Version => "version",
            Self::Capabilities => "capabilities",
            Self::Clock => "clock",
        }
    }
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Fine.
    Ok,
    /// Not fine.
    Failed,
    /// Not examined, because it does not apply or an earlier step failed.
    Skipped,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was examined.
    pub name: StepName,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found.
    pub detail: String,
    /// What to do, when something should be done.
    pub hint: Option<String>,
    /// How long it took.
    pub duration: Duration,
}

/// The examination of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// `host:port`.
    pub address: String,
    /// Steps in the order in which they were taken.
    pub steps: Vec<Step>,
}

impl Report {
    /// True when no step failed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.steps.iter().all(|step| step.outcome != Outcome::Failed)
    }

    /// A step by its name.
    #[must_use]
    pub fn step(&self, name: StepName) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }
}

/// Examines every address of an engine.
pub async fn check(config: &Config) -> Vec<Report> {
    let mut reports = Vec::new();
    if config.urls.is_empty() {
        let mut steps = Steps::default();
        steps.fail(StepName::Settings, Instant::now(), &ConfigError::NoUrl.into());
        reports.push(steps.finish("-".to_owned()));
    }
    for url in &config.urls {
        reports.push(check_address(config, url).await);
    }
    reports
}

async fn check_address(config: &Config, url: &Url) -> Report {
    let mut steps = Steps::default();
    let started = Instant::now();
    let alone = Config { urls: vec![url.clone()], ..config.clone() };
    let base = match Base::parse(url) {
        Ok(base) => base,
        Err(error) => {
            steps.fail(StepName::Settings, started, &error.into());
            return steps.finish(url.host_str().unwrap_or("-").to_owned());
        }
    };
    let address = base.address();
    match Client::new(&alone) {
        Err(error) => steps.fail(StepName::Settings, started, &error),
        Ok(client) => {
            if connect(&alone, &base, &mut steps).await {
                converse(&client, &mut steps).await;
            }
        }
    }
    steps.finish(address)
}

/// Name, port and TLS. True when it is worth going on.
async fn connect(config: &Config, base: &Base, steps: &mut Steps) -> bool {
    let started = Instant::now();
    let addresses = match resolve::lookup(&base.host, base.port).await {
        Ok(addresses) => addresses,
        Err(missing) => {
            let reason = UnreachableReason::Dns(missing.detail().to_owned());
            steps.fail(StepName::Name, started, &unreachable(base, reason));
            return false;
        }
    };
    let listed: Vec<_> = addresses.iter().map(|address| address.ip().to_string()).collect();
    steps.pass(StepName::Name, started, format!("{} is {}", base.host, listed.join(", ")));

    let started = Instant::now();
    let stream = match dial(&addresses, config.limits.connect_timeout).await {
        Ok(stream) => stream,
        Err(reason) => {
            steps.fail(StepName::Port, started, &unreachable(base, reason));
            return false;
        }
    };
    steps.pass(StepName::Port, started, format!("{} accepts connections", base.address()));

    let started = Instant::now();
    if !base.is_tls() {
        let hint = "use an https address: over http anyone on the way can read the password".to_owned();
        steps.skip(StepName::Tls, "the address is http", Some(hint));
        return true;
    }
    match handshake(config, base, stream).await {
        Ok(detail) => {
            steps.pass(StepName::Tls, started, detail);
            if config.tls.insecure {
                steps.advise(
                    "verification is switched off: give the engine's authority as the CA file instead"
                        .to_owned(),
                );
            }
            true
        }
        Err(error) => {
            steps.fail(StepName::Tls, started, &error);
            false
        }
    }
}

async fn dial(addresses: &[SocketAddr], limit: Duration) -> Result<TcpStream, UnreachableReason> {
    let mut last = UnreachableReason::ConnectTimeout;
    for address in addresses {
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = error::io_reason(&error),
            Err(_) => last = UnreachableReason::ConnectTimeout,
        }
    }
    Err(last)
}

async fn handshake(config: &Config, base: &Base, stream: TcpStream) -> Result<String, Error> {
    let bare = base.host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(bare).map_err(|_| ConfigError::BadServerName(base.host.clone()))?;
    let connector = tokio_rustls::TlsConnector::from(Arc::new(tls::client_config(&config.tls)?));
    let attempt = timeout(config.limits.connect_timeout, connector.connect(name, stream)).await;
    let secured = match attempt {
        Err(_) => return Err(unreachable(base, UnreachableReason::ConnectTimeout)),
        Ok(Err(error)) => return Err(unreachable(base, error::io_reason(&error))),
        Ok(Ok(secured)) => secured,
    };
    let version = match secured.get_ref().1.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    };
    let trust = match (config.tls.insecure, &config.tls.server_name) {
        (true, _) => "certificate not verified".to_owned(),
        (false, Some(name)) => format!("certificate verified for {name}"),
        (false, None) => format!("certificate verified for {}", base.host),
    };
    Ok(format!("{version}, {trust}"))
}

/// Login, version, capabilities and clock.
async fn converse(client: &Client, steps: &mut Steps) {
    let started = Instant::now();
    let info = match client.engine_info().await {
        Ok(info) => info,
        Err(error) => {
            steps.fail(StepName::Login, started, &error);
            return;
        }
    };
    steps.pass(StepName::Login, started, "the engine accepts the credentials".to_owned());
    steps.pass(StepName::Version, Instant::now(), version(&info));

    let started = Instant::now();
    match client.capabilities().await {
        Err(error) => steps.fail(StepName::Capabilities, started, &error),
        Ok(capabilities) if capabilities.is_empty() => {
            steps.skip(
                StepName::Capabilities,
                "the engine serves no specification; operations are found by trying",
                None,
            );
        }
        Ok(capabilities) => {
            let lacking: Vec<_> = [
                ("prompt list", capabilities.prompt_list()),
                ("file list", capabilities.file_list()),
                ("job stream counts", capabilities.job_stream_count()),
                ("predecessors and successors", capabilities.neighbours()),
            ]
            .into_iter()
            .filter(|(_, support)| !support.worth_trying())
            .map(|(name, _)| name)
            .collect();
            let lacking = if lacking.is_empty() { "nothing".to_owned() } else { lacking.join(", ") };
            steps.pass(
                StepName::Capabilities,
                started,
                format!(
                    "specification {} with {} operations; lacks {lacking}",
                    capabilities.version().unwrap_or("of no version"),
                    capabilities.len()
                ),
            );
        }
    }
    clock(client, steps);
}

fn version(info: &EngineInfo) -> String {
    let version = info.full_version.as_deref().or(info.display_version.as_deref()).unwrap_or("not told");
    let zone = info.timezone.as_deref().unwrap_or("not told");
    format!("version {version}, time zone {zone}")
}

fn clock(client: &Client, steps: &mut Steps) {
    let Some(sample) = client.clock_sample() else {
        steps.skip(StepName::Clock, "the engine's answers carry no date", None);
        return;
    };
    let offset = sample.offset();
    let direction = if offset < TimeDelta::zero() { "behind" } else { "ahead of" };
    #[expect(clippy::cast_precision_loss, reason = "a figure for people, to a tenth of a second")]
    let seconds = offset.num_milliseconds().abs() as f64 / 1_000.0;
    steps.pass(
        StepName::Clock,
        Instant::now(),
        format!("the engine's clock is {seconds:.1} s {direction} ours, within 1 s"),
    );
    if offset.abs() > SKEW_WORTH_A_WORD {
        steps.advise(
            "lateness is computed on the engine's clock; let both machines follow the same time source"
                .to_owned(),
        );
    }
}

fn unreachable(base: &Base, reason: UnreachableReason) -> Error {
    Error::Unreachable(Box::new(Unreachable {
        address: base.address(),
        port: base.port,
        reason,
        others: Vec::new(),
    }))
}

/// Collects steps; what was not reached is skipped at the end.
#[derive(Default)]
struct Steps {
    taken: Vec<Step>,
}

impl Steps {
    fn push(
        &mut self,
        name: StepName,
        outcome: Outcome,
        detail: String,
        hint: Option<String>,
        duration: Duration,
    ) {
        self.taken.push(Step { name, outcome, detail, hint, duration });
    }

    fn pass(&mut self, name: StepName, started: Instant, detail: String) {
        self.push(name, Outcome::Ok, detail, None, started.elapsed());
    }

    fn fail(&mut self, name: StepName, started: Instant, error: &Error) {
        self.push(name, Outcome::Failed, error.to_string(), Some(error.advice()), started.elapsed());
    }

    fn skip(&mut self, name: StepName, why: &str, hint: Option<String>) {
        self.push(name, Outcome::Skipped, why.to_owned(), hint, Duration::ZERO);
    }

    /// Adds advice to the step just taken.
    fn advise(&mut self, hint: String) {
        if let Some(step) = self.taken.last_mut() {
            step.hint = Some(hint);
        }
    }

    fn finish(mut self, address: String) -> Report {
        for name in StepName::ALL {
            if !self.taken.iter().any(|step| step.name == name) {
                self.skip(name, "an earlier step failed", None);
            }
        }
        Report { address, steps: self.taken }
    }
}
