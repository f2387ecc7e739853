//! The gateway's only ways inward: a channel per service, and typed clients over them. Nothing else dials.

use resync_api::agent::client::AgentClient;
use resync_api::channel::Channel;
use resync_api::tws::client::TwsClient;
use std::collections::BTreeMap;

/// Full name of the bridge's service.
pub const TWS_SERVICE: &str = "resync.tws.v1.TwsService";
/// Full name of the agent's service.
pub const AGENT_SERVICE: &str = "resync.agent.v1.AgentService";

/// Channels by full service name, and the typed clients the REST routes use.
#[derive(Debug, Clone)]
pub struct Clients {
    services: BTreeMap<String, Channel>,
    tws: Option<TwsClient>,
    agent: Option<AgentClient>,
}

impl Clients {
    /// Clients over `services`, by full name such as `resync.tws.v1.TwsService`. What is not named here is answered
    /// as absent.
    #[must_use]
    pub fn new(services: BTreeMap<String, Channel>) -> Self {
        let tws = services.get(TWS_SERVICE).cloned().map(TwsClient::new);
        let agent = services.get(AGENT_SERVICE).cloned().map(AgentClient::new);
        Self { services, tws, agent }
    }

    /// Full names of the services that can be reached.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.services.keys().map(String::as_str)
    }

    /// The channel of a service.
    pub(crate) fn service(&self, name: &str) -> Option<&Channel> {
        self.services.get(name)
    }

    /// The bridge.
    pub(crate) fn tws(&self) -> Option<&TwsClient> {
        self.tws.as_ref()
    }

    /// The agent.
    pub(crate) fn agent(&self) -> Option<&AgentClient> {
        self.agent.as_ref()
    }
}
