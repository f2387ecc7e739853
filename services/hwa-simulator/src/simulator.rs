//! One running engine: its listeners and the tasks behind them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::control::{Control, port};
use crate::engine::Engine;
use crate::error::Error;
use crate::plan::generate::generate;
use crate::shared::{Credentials, Shared};
use crate::{routes, serve, tls};

/// How often the engine catches up with its clock.
const TICK: Duration = Duration::from_millis(100);

/// A running simulated engine. Dropping it leaves it running; call [`shutdown`](Self::shutdown).
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    control_address: Option<SocketAddr>,
    authority: Option<String>,
    hostname: Option<String>,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Simulator {
    /// Builds the plan, lives the night up to now and starts listening.
    pub async fn start(config: Config) -> Result<Self, Error> {
        check(&config)?;
        let prepared = config.tls.as_ref().map(tls::prepare).transpose()?;
        let (listener, address) = listen(config.listen).await?;
        let control = match config.control_listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let shared = build(config).await?;

        let stop = CancellationToken::new();
        let (acceptor, authority, hostname) = match prepared {
            Some(prepared) => (Some(prepared.acceptor), prepared.authority, prepared.hostname),
            None => (None, None, None),
        };
        let mut tasks = vec![
            tokio::spawn(tick(shared.clone(), stop.clone())),
            tokio::spawn(serve::serve(
                listener,
                acceptor,
                routes::router(shared.clone()),
                Some(shared.clone()),
                stop.clone(),
            )),
        ];
        let control_address = control.as_ref().map(|(_, address)| *address);
        if let Some((listener, _)) = control {
            let router = port::router(shared.clone());
            tasks.push(tokio::spawn(serve::serve(listener, None, router, None, stop.clone())));
        }
        Ok(Self { shared, address, control_address, authority, hostname, stop, tasks })
    }

    /// Address of the REST API.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Address of the control port.
    pub fn control_address(&self) -> Option<SocketAddr> {
        self.control_address
    }

    /// Root of the server, without a trailing slash: `https://localhost:31116`.
    pub fn base_url(&self) -> String {
        let scheme = if self.shared.tls { "https" } else { "http" };
        match &self.hostname {
            Some(hostname) => format!("{scheme}://{hostname}:{}", self.address.port()),
            None => format!("{scheme}://{}", self.address),
        }
    }

    /// Certificate of the private authority, when one was made.
    pub fn ca_pem(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// The in-process handle.
    pub fn control(&self) -> Control {
        Control::new(self.shared.clone())
    }

    /// Stops listening and gives open requests a moment to end.
    pub async fn shutdown(self) {
        self.stop.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the simulator failed");
            }
        }
    }
}

fn check(config: &Config) -> Result<(), Error> {
    if let Some(address) = config.control_listen
        && !address.ip().is_loopback()
    {
        return Err(Error::ControlNotLoopback(address));
    }
    let setting = |name, reason: &str| Err(Error::Setting { name, reason: reason.to_owned() });
    if !config.clock_rate.is_finite() || config.clock_rate < 0.0 {
        return setting("clock_rate", "must be zero or more");
    }
    if !(1..=1_000_000).contains(&config.jobs) {
        return setting("jobs", "must lie between 1 and 1,000,000");
    }
    if config.job_streams == Some(0) {
        return setting("job_streams", "must be at least 1");
    }
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let failed = |source| Error::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

async fn build(config: Config) -> Result<Arc<Shared>, Error> {
    let built = tokio::task::spawn_blocking(move || {
        let (opening, since) = (config.start.unwrap_or_else(Utc::now), Instant::now());
        let night = generate(&config, opening);
        let engine = Engine::new(night.plan);
        let rate = if config.stepped { 0.0 } else { config.clock_rate };
        let clock = Clock::new(opening.timestamp(), since, rate);
        let credentials = Credentials { user: config.user, password: config.password, tokens: config.tokens };
        Shared::new(engine, night.planted, clock, credentials, config.tls.is_some(), config.variant)
    });
    let shared = built.await.map_err(|error| Error::Setting { name: "plan", reason: error.to_string() })?;
    Ok(Arc::new(shared))
}

/// Keeps the engine at its clock.
async fn tick(shared: Arc<Shared>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => shared.catch_up(),
            () = stop.cancelled() => return,
        }
    }
}
