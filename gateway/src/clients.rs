//! The gateway's only ways inward: a channel per service, and typed clients over them. Nothing else dials.

use resync_api::agent::client::AgentClient;
use resync_api::cache::client::CacheClient;
use resync_api::channel::Channel;
use resync_api::incidents::client::IncidentsClient;
use resync_api::perf::client::PerfClient;
use resync_api::tws::client::TwsClient;
use std::collections::BTreeMap;

/// Full name of the bridge's service.
pub const TWS_SERVICE: &str = "resync.tws.v1.TwsService";
/// Full name of the agent's service.
pub const AGENT_SERVICE: &str = "resync.agent.v1.AgentService";
/// Full name of the shared cache's service.
pub const CACHE_SERVICE: &str = "resync.cache.v1.CacheService";
/// Full name of the performance monitor's service.
pub const PERF_SERVICE: &str = "resync.perf.v1.PerfService";
/// Full name of the service of incidents.
pub(crate) const INCIDENT_SERVICE: &str = "resync.graph.v1.IncidentService";

/// Channels by full service name, and the typed clients the REST routes use.
#[derive(Debug, Clone)]
pub struct Clients {
    services: BTreeMap<String, Channel>,
    tws: Option<TwsClient>,
    agent: Option<AgentClient>,
    cache: Option<CacheClient>,
    perf: Option<PerfClient>,
    incidents: Option<IncidentsClient>,
}

impl Clients {
    /// Clients over `services`, by full name such as `resync.tws.v1.TwsService`. What is not named here is answered
    /// as absent.
    #[must_use]
    pub fn new(services: BTreeMap<String, Channel>) -> Self {
        let channel = |name| services.get(name).cloned();
        Self {
            tws: channel(TWS_SERVICE).map(TwsClient::new),
            agent: channel(AGENT_SERVICE).map(AgentClient::new),
            cache: channel(CACHE_SERVICE).map(CacheClient::new),
            perf: channel(PERF_SERVICE).map(PerfClient::new),
            incidents: channel(INCIDENT_SERVICE).map(IncidentsClient::new),
            services,
        }
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

    /// The shared cache.
    pub(crate) fn cache(&self) -> Option<&CacheClient> {
        self.cache.as_ref()
    }

    /// The performance monitor.
    pub(crate) fn perf(&self) -> Option<&PerfClient> {
        self.perf.as_ref()
    }

    /// The incidents of the knowledge graph.
    pub(crate) fn incidents(&self) -> Option<&IncidentsClient> {
        self.incidents.as_ref()
    }
}
