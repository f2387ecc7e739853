//! What the mesh knows beyond the live plan, and through which clients the agent asks for it.

use resync_api::documents::client::DocumentsClient;
use resync_api::graph::client::GraphClient;
use resync_api::history::client::HistoryClient;
use resync_api::incidents::client::IncidentsClient;

/// Clients of the knowledge graph; what is unset is answered as not reachable.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// The dependency graph: impact, causes, forecasts.
    pub graph: Option<GraphClient>,
    /// Runbooks and manuals.
    pub documents: Option<DocumentsClient>,
    /// Earlier incidents.
    pub incidents: Option<IncidentsClient>,
    /// How jobs usually run.
    pub history: Option<HistoryClient>,
}

impl Knowledge {
    /// The same clients with a value for their channels' layers, such as the caller's identity.
    pub(crate) fn with<E: Clone + Send + Sync + 'static>(&self, extension: &E) -> Self {
        Self {
            graph: self.graph.as_ref().map(|client| client.with(extension.clone())),
            documents: self.documents.as_ref().map(|client| client.with(extension.clone())),
            incidents: self.incidents.as_ref().map(|client| client.with(extension.clone())),
            history: self.history.as_ref().map(|client| client.with(extension.clone())),
        }
    }
}
