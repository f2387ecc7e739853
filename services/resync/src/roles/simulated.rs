//! The built-in simulated engine of `resync up`: the product reads it over HTTP like any other engine.

use crate::failure::{Failure, Result};
use crate::host::Host;
use crate::installation::random_text;
use crate::settings;
use hwa_simulator::Simulator;
use resync_fault::ErrorKind;
use resync_hwa::Auth;
use resync_tws_bridge::engine::{EngineConfig, Pace};
use secrecy::SecretString;
use std::convert::Infallible;

/// Name of the engine in resource names.
const NAME: &str = "default";
const PASSWORD_CHARS: usize = 24;

/// A simulated engine that runs in this process.
#[derive(Debug)]
pub(crate) struct SimulatedEngine {
    config: EngineConfig,
}

impl SimulatedEngine {
    /// Starts the simulator on a free port; it stops with the process's drain.
    pub(crate) async fn start(host: &Host) -> Result<Self> {
        let password = SecretString::from(random_text(PASSWORD_CHARS));
        let wanted = settings::simulator(&host.settings, password.clone())?;
        let (user, zone) = (wanted.user.clone(), wanted.time_zone.to_string());
        let simulator = Simulator::start(wanted).await.map_err(|error| {
            Failure::new(ErrorKind::FailedPrecondition, "SIMULATOR_FAILED", error.to_string())
        })?;
        let url = simulator.base_url().parse().map_err(|error| {
            Failure::new(
                ErrorKind::Internal,
                "SIMULATOR_ADDRESS",
                format!("{}: {error}", simulator.base_url()),
            )
        })?;
        let mut access = resync_hwa::Config::new(url, Auth::Basic { user, password });
        access.tls.ca_pem = simulator.ca_pem().map(str::to_owned);
        let drain = host.tasks.drain();
        host.essential("simulator", async move {
            drain.begun().await;
            simulator.shutdown().await;
            Ok::<_, Infallible>(())
        });
        Ok(Self {
            config: EngineConfig {
                name: NAME.to_owned(),
                access,
                // It is ours and beside us: there is nothing to be gentle with.
                pace: Pace { requests_per_second: None, ..Pace::default() },
                start_of_day: chrono::NaiveTime::from_hms_opt(6, 0, 0).unwrap_or_default(),
                fallback_time_zone: zone,
            },
        })
    }

    /// How the bridge reaches it.
    pub(crate) fn config(&self) -> EngineConfig {
        self.config.clone()
    }
}
