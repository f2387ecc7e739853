//! Which engines to bridge. Settings are read elsewhere; here they are already precise.

use crate::bridge::Bridge;
use crate::engine::{EngineConfig, Poller, Surroundings};
use crate::error::ConfigError;

/// The engines of one bridge.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// At least one; names differ.
    pub engines: Vec<EngineConfig>,
}

impl Config {
    /// Prepares the bridge with caches of its own; nothing is dialled before [`Bridge::run`].
    ///
    /// # Errors
    /// When no engine is named, two share a name, or one cannot work as set.
    pub fn build(self) -> Result<Bridge, ConfigError> {
        self.build_in(&Surroundings::default())
    }

    /// The same with the caches and vitals of the process.
    ///
    /// # Errors
    /// When no engine is named, two share a name, or one cannot work as set.
    pub fn build_in(self, surroundings: &Surroundings) -> Result<Bridge, ConfigError> {
        let mut bridge = Bridge::default();
        for config in &self.engines {
            let (poller, feed) = Poller::new(config, surroundings).map_err(|source| ConfigError::Engine {
                engine: config.name.clone(),
                source: Box::new(source),
            })?;
            bridge.add(feed, Some(poller))?;
        }
        if self.engines.is_empty() {
            return Err(ConfigError::NoEngine);
        }
        Ok(bridge)
    }
}
