//! Settings of the process itself: data folder, logs, traces, the operators' port, the end.

use super::{UnusableSetting, key};
use resync_service_kit::settings::{Key, Kind, Settings};
use resync_service_kit::telemetry::{self, Detail, LogFormat, Traces};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub(super) const KEYS: &[Key] = &[
    key("data_dir", Kind::Text, Some(".resync"), "Folder for keys, the generated password and stores"),
    key(
        "secret_key",
        Kind::Secret,
        None,
        "Root of all signing keys; replicas must share it; at least 32 characters",
    ),
    key("log.format", Kind::Choice(&["pretty", "json"]), Some("pretty"), "Form of log lines"),
    key("log.filter", Kind::Text, Some("info"), "What to log, such as info,resync_agent=debug"),
    key("telemetry.otlp_endpoint", Kind::Text, None, "OTLP/gRPC endpoint of a trace collector"),
    key(
        "telemetry.sampling",
        Kind::Number(0.0, 1.0),
        Some("1"),
        "Part of the traces begun here that are sent; a caller's own decision is followed",
    ),
    key(
        "telemetry.detail",
        Kind::Choice(&["requests", "everything"]),
        Some("requests"),
        "Trace what people ask for, or also what the process does of itself, such as polls",
    ),
    key("operations.listen", Kind::Text, Some("127.0.0.1:8001"), "Address of /livez, /readyz and /metrics"),
    key(
        "shutdown.grace",
        Kind::Duration,
        Some("20s"),
        "Time for calls and tasks to finish after the first signal",
    ),
];

/// Typed settings of the process.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) data_dir: PathBuf,
    pub(crate) secret_key: Option<SecretString>,
    pub(crate) telemetry: telemetry::Config,
    pub(crate) operations: SocketAddr,
    pub(crate) grace: Duration,
    pub(crate) production: bool,
}

impl Process {
    /// Reads them; `service` is the process's name in traces.
    pub(crate) fn read(settings: &Settings, service: String) -> Result<Self, UnusableSetting> {
        let format = if settings.text("log.format") == "json" { LogFormat::Json } else { LogFormat::Pretty };
        let detail = match settings.text("telemetry.detail") {
            "everything" => Detail::Everything,
            _ => Detail::Requests,
        };
        Ok(Self {
            data_dir: settings.text("data_dir").into(),
            secret_key: settings.secret("secret_key"),
            telemetry: telemetry::Config {
                service_name: service,
                format,
                filter: settings.text("log.filter").to_owned(),
                version: env!("CARGO_PKG_VERSION"),
                traces: settings.optional_text("telemetry.otlp_endpoint").map(|endpoint| Traces {
                    endpoint: endpoint.to_owned(),
                    sampling: settings.number("telemetry.sampling"),
                    detail,
                }),
            },
            operations: address(settings, "operations.listen")?,
            grace: settings.duration("shutdown.grace"),
            production: settings.environment() == "production",
        })
    }
}

/// A socket address.
pub(super) fn address(settings: &Settings, path: &str) -> Result<SocketAddr, UnusableSetting> {
    let text = settings.text(path);
    let text =
        text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse().map_err(|_| UnusableSetting::new(path, "write it like 127.0.0.1:8000"))
}
