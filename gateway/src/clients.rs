//! The gateway's only ways inward: a channel per service, and typed clients over them. Nothing else dials.

use resync_api::agent::client::AgentClient;
use resync_api::audit::client::AuditClient;
use resync_api::cache::client::CacheClient;
use resync_api::channel::Channel;
use resync_api::conversations::client::ConversationClient;
use resync_api::documents::client::DocumentsClient;
use resync_api::graph::client::GraphClient;
use resync_api::history::client::HistoryClient;
use resync_api::incidents::client::IncidentsClient;
use resync_api::memories::client::MemoryClient;
use resync_api::perf::client::PerfClient;
use resync_api::tws::client::TwsClient;
use std::collections::BTreeMap;

/// A row a service: its name in code, its client, the constant of its full name, and that name.
macro_rules! services {
    ($($(#[$doc:meta])+ $name:ident: $client:ty, $constant:ident = $service:literal;)+) => {
        $($(#[$doc])+ pub const $constant: &str = $service;)+

        /// Channels by full service name, and the typed clients the REST routes use.
        #[derive(Debug, Clone)]
        pub struct Clients {
            services: BTreeMap<String, Channel>,
            $($name: Option<$client>,)+
        }

        impl Clients {
            /// Clients over `services`, by full name such as `resync.tws.v1.TwsService`. What is not named here is
            /// answered as absent.
            #[must_use]
            pub fn new(services: BTreeMap<String, Channel>) -> Self {
                Self {
                    $($name: services.get($constant).cloned().map(<$client>::new),)+
                    services,
                }
            }

            $($(#[$doc])+ pub(crate) fn $name(&self) -> Option<&$client> {
                self.$name.as_ref()
            })+
        }
    };
}

services! {
    /// The bridge.
    tws: TwsClient, TWS_SERVICE = "resync.tws.v1.TwsService";
    /// The agent.
    agent: AgentClient, AGENT_SERVICE = "resync.agent.v1.AgentService";
    /// The shared cache.
    cache: CacheClient, CACHE_SERVICE = "resync.cache.v1.CacheService";
    /// The performance monitor.
    perf: PerfClient, PERF_SERVICE = "resync.perf.v1.PerfService";
    /// The dependency graph.
    graph: GraphClient, GRAPH_SERVICE = "resync.graph.v1.GraphService";
    /// The run history.
    history: HistoryClient, HISTORY_SERVICE = "resync.graph.v1.HistoryService";
    /// Incidents.
    incidents: IncidentsClient, INCIDENT_SERVICE = "resync.graph.v1.IncidentService";
    /// Memories and their review.
    memories: MemoryClient, MEMORY_SERVICE = "resync.graph.v1.MemoryService";
    /// Runbooks and manuals.
    documents: DocumentsClient, DOCUMENT_SERVICE = "resync.graph.v1.DocumentService";
    /// Kept conversations.
    conversations: ConversationClient, CONVERSATION_SERVICE = "resync.graph.v1.ConversationService";
    /// The audit log.
    audit: AuditClient, AUDIT_SERVICE = "resync.audit.v1.AuditService";
}

impl Clients {
    /// Full names of the services that can be reached.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.services.keys().map(String::as_str)
    }

    /// The channel of a service.
    pub(crate) fn service(&self, name: &str) -> Option<&Channel> {
        self.services.get(name)
    }
}
