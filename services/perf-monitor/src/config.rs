//! How the monitor judges, alerts and tells. Settings are read elsewhere; here they are already precise.

use std::sync::Arc;
use std::time::Duration;

use resync_api::tws::client::TwsClient;

use crate::clock::Clock;
use crate::error::ConfigError;
use crate::monitor::PerfMonitor;
use crate::store::Store;
use crate::thresholds::Thresholds;
use crate::{alert, notify};

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// From where on something is not well.
    pub thresholds: Thresholds,
    /// How alerts behave.
    pub alerts: alert::Config,
    /// Whom to tell, and how.
    pub notify: notify::Config,
    /// How often rules are looked at.
    pub evaluate_every: Duration,
    /// A process that has not reported for this long is missing.
    pub missing_after: Duration,
    /// A process that has been missing for this long is forgotten.
    pub forget_after: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            thresholds: Thresholds::default(),
            alerts: alert::Config::default(),
            notify: notify::Config::default(),
            evaluate_every: Duration::from_secs(5),
            missing_after: Duration::from_secs(30),
            forget_after: Duration::from_secs(15 * 60),
        }
    }
}

/// What the monitor works with.
#[derive(Clone, Debug)]
pub struct Dependencies {
    /// Keeps silences over a restart: a `CacheClient`.
    pub store: Arc<dyn Store>,
    /// The bridge, in the monitor's own name. Unset: no plan is watched.
    pub tws: Option<TwsClient>,
    /// [`Clock::system`], but in tests.
    pub clock: Clock,
}

impl Config {
    /// Prepares the monitor; nothing is dialled before [`PerfMonitor::run`].
    ///
    /// # Errors
    /// When a destination cannot be used as set.
    pub fn build(self, dependencies: Dependencies) -> Result<PerfMonitor, ConfigError> {
        PerfMonitor::new(self, dependencies)
    }
}
