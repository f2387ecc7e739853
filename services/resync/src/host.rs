//! What every long-running process of the product stands on: telemetry, data folder, keys, tasks, the operators' port.

use crate::failure::{Failure, Result};
use crate::installation::Installation;
use crate::settings::{self, Process};
use chrono::{DateTime, Utc};
use resync_service_kit::identity::RootKey;
use resync_service_kit::readiness::Readiness;
use resync_service_kit::settings::Settings;
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use resync_service_kit::telemetry::Telemetry;
use resync_service_kit::vitals::{Scope, Vitals};
use resync_service_kit::{admin, runtime};
use std::convert::Infallible;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Who reads what the process writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Operators, in log files: everything that happens.
    Operators,
    /// Somebody in front of a terminal: only what needs attention, unless the settings say otherwise.
    Person,
}

/// The process that hosts roles.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) settings: Settings,
    pub(crate) process: Process,
    pub(crate) installation: Installation,
    pub(crate) root_key: RootKey,
    pub(crate) shutdown: Shutdown,
    pub(crate) tasks: Tasks,
    pub(crate) readiness: Readiness,
    /// What the process reports about itself.
    pub(crate) vitals: Vitals,
    /// Names this start of the process.
    pub(crate) instance: String,
    pub(crate) started_at: DateTime<Utc>,
    telemetry: Telemetry,
    operations: Option<TcpListener>,
    stopped: CancellationToken,
    _data_lock: Scope,
}

impl Host {
    /// Sets the process up; nothing listens for work yet. `service` is its name in traces.
    pub(crate) async fn start(settings: Settings, audience: Audience, service: String) -> Result<Self> {
        let mut process = settings::Process::read(&settings, service)?;
        if audience == Audience::Person && !settings.is_set("log.filter") {
            process.telemetry.filter = "warn".to_owned();
        }
        let telemetry = process.telemetry.install().map_err(|error| {
            Failure::new(resync_fault::ErrorKind::InvalidArgument, "TELEMETRY", error.to_string())
        })?;
        runtime::log_panics();
        for warning in settings.warnings() {
            tracing::warn!("{warning}");
        }
        let installation = Installation::open(&process.data_dir)?;
        let root_key = installation.root_key(process.secret_key.as_ref())?;
        let operations = listen(process.operations, "operations.listen").await?;
        let shutdown = Shutdown::new();
        let vitals = Vitals::new();
        telemetry.metrics().include(vitals.clone());
        let tasks = Tasks::new(shutdown.clone()).counted_in(vitals.resources());
        let host = Self {
            readiness: Readiness::new(),
            instance: uuid::Uuid::new_v4().to_string(),
            started_at: Utc::now(),
            _data_lock: installation.lock_counted_in(vitals.resources()),
            vitals,
            stopped: CancellationToken::new(),
            operations: Some(operations),
            settings,
            process,
            installation,
            root_key,
            shutdown,
            tasks,
            telemetry,
        };
        host.watch_signals()?;
        Ok(host)
    }

    fn watch_signals(&self) -> Result<()> {
        let signals =
            self.shutdown.on_signals().map_err(|error| Failure::io("signals cannot be handled", &error))?;
        // It must outlive the drain to notice the second signal, so it is no task of the drain.
        let stopped = self.stopped.clone();
        tokio::spawn(async move {
            stopped.run_until_cancelled(signals).await;
        });
        Ok(())
    }

    /// Renders the metrics of this process.
    pub(crate) fn metrics_text(&self) -> std::sync::Arc<dyn Fn() -> String + Send + Sync> {
        let metrics = self.telemetry.metrics();
        std::sync::Arc::new(move || metrics.render())
    }

    /// Opens the operators' port.
    pub(crate) fn serve_operations(&mut self) -> Result<()> {
        let Some(listener) = self.operations.take() else { return Ok(()) };
        let address = listener.local_addr().map_err(|error| Failure::io("operations.listen", &error))?;
        tracing::info!(%address, "operators' port is open");
        let serving = admin::serve(
            listener,
            self.readiness.clone(),
            self.telemetry.metrics(),
            self.tasks.drain(),
            self.stopped.clone().cancelled_owned(),
        );
        // Answers during the drain, so it ends with the process and not with the tasks.
        tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the operators' port failed");
            }
        });
        Ok(())
    }

    /// Waits for the drain, lets everything finish, and says what did not.
    pub(crate) async fn finish(self) -> Result<()> {
        self.tasks.drain().begun().await;
        let late = self.tasks.finish(self.process.grace).await;
        self.stopped.cancel();
        // Blocks while it sends.
        let _ = tokio::task::spawn_blocking(move || self.telemetry.flush()).await;
        if late.is_empty() {
            tracing::info!("stopped");
            return Ok(());
        }
        let text = format!("these tasks did not end in time: {}", late.join(", "));
        Err(Failure::new(resync_fault::ErrorKind::Internal, "DRAIN_CUT_OFF", text))
    }

    /// A background task without which the process has no purpose.
    pub(crate) fn essential<F, E>(&self, name: &'static str, work: F)
    where
        F: std::future::Future<Output = std::result::Result<(), E>> + Send + 'static,
        E: std::fmt::Display + Send + 'static,
    {
        self.tasks.spawn(name, OnError::Shutdown, OnDrain::Finish, work);
    }

    /// A background task that may be dropped at any time.
    pub(crate) fn optional<F>(&self, name: &'static str, work: F)
    where
        F: std::future::Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(name, OnError::Report, OnDrain::Abort, async move {
            work.await;
            Ok::<_, Infallible>(())
        });
    }
}

/// A listening socket, or an error that names the setting.
pub(crate) async fn listen(address: SocketAddr, setting: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::new(
            resync_fault::ErrorKind::FailedPrecondition,
            "LISTEN_FAILED",
            format!("cannot listen on {address}: {error}"),
        )
        .hint(format!(
            "another Resync may be running; stop it, or choose another port with --set {setting}=…"
        ))
    })
}
