//! One running engine: its listeners and the tasks behind them.

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::control::Control;
use crate::error::Error;

/// A running simulated engine. Dropping it leaves it running; call [`shutdown`](Self::shutdown).
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Simulator {
    /// Builds the plan, runs the night up to now and starts listening.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(|source| Error::Listen {
                address: config.listen,
                source,
            })?;
        let address = listener.local_addr().map_err(|source| Error::Listen {
            address: config.listen,
            source,
        })?;
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let serving =
                axum::serve(listener, Router::new()).with_graceful_shutdown(stopped.cancelled_owned());
            if let Err(error) = serving.await {
                tracing::error!(%error, "listener failed");
            }
        });
        Ok(Self { address, stop, task })
    }

    /// Address of the REST API.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Address of the control port.
    pub fn control_address(&self) -> Option<SocketAddr> {
        None
    }

    /// Root of the server, without a trailing slash: `https://localhost:31116`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Certificate of the private authority, when one was made.
    pub fn ca_pem(&self) -> Option<&str> {
        None
    }

    /// The in-process handle.
    pub fn control(&self) -> Control {
        Control {}
    }

    /// Stops listening and waits for open requests.
    pub async fn shutdown(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "listener task failed");
        }
    }
}
