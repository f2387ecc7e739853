//! How a process ends: stop accepting, finish what is under way within a bound, then stop. A second signal aborts.

use std::future::Future;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Exit code after a second signal, as shells report an interrupt.
const ABORTED: i32 = 130;

/// Begins the drain. Clones are the same switch.
#[derive(Debug, Clone, Default)]
pub struct Shutdown(CancellationToken);

/// Tells that the drain has begun. Cheap to clone; held by everything that runs long.
#[derive(Debug, Clone, Default)]
pub struct Drain(CancellationToken);

impl Shutdown {
    /// A switch that has not been thrown.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins the drain; later calls change nothing.
    pub fn begin(&self) {
        self.0.cancel();
    }

    /// What to hand to those who must notice.
    #[must_use]
    pub fn drain(&self) -> Drain {
        Drain(self.0.clone())
    }

    /// Begins the drain at SIGTERM or SIGINT, and ends the process at once when a second one comes.
    ///
    /// # Errors
    /// When the handlers cannot be installed.
    pub fn on_signals(&self) -> std::io::Result<impl Future<Output = ()> + Send + use<>> {
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let shutdown = self.clone();
        Ok(async move {
            for round in 0.. {
                let name = tokio::select! {
                    _ = terminate.recv() => "SIGTERM",
                    _ = interrupt.recv() => "SIGINT",
                };
                if round > 0 {
                    tracing::warn!(signal = name, "second signal: stopping at once");
                    std::process::exit(ABORTED);
                }
                tracing::info!(signal = name, "draining");
                shutdown.begin();
            }
        })
    }
}

impl Drain {
    /// Waits until the drain begins.
    pub async fn begun(&self) {
        self.0.cancelled().await;
    }

    /// The same wait, as a value that borrows nothing.
    pub fn begun_owned(&self) -> impl Future<Output = ()> + Send + Sync + use<> {
        self.0.clone().cancelled_owned()
    }

    /// Has it begun?
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Runs `work` until it is done or the drain begins; `None` then.
    pub async fn unless_begun<F: Future>(&self, work: F) -> Option<F::Output> {
        self.0.run_until_cancelled(work).await
    }

    /// Waits for the given time, or shorter when the drain begins; says whether to go on.
    pub async fn sleep(&self, duration: Duration) -> bool {
        self.unless_begun(tokio::time::sleep(duration)).await.is_some()
    }
}
