//! What the mesh knows beyond the live plan, and through which clients the agent asks for it.

use resync_api::graph::client::GraphClient;

/// Clients of the knowledge graph; what is unset is answered as not reachable.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// The dependency graph: impact, causes, forecasts.
    pub graph: Option<GraphClient>,
}

impl Knowledge {
    /// The same clients with a value for their channels' layers, such as the caller's identity.
    pub(crate) fn with<E: Clone + Send + Sync + 'static>(&self, extension: &E) -> Self {
        Self { graph: self.graph.as_ref().map(|client| client.with(extension.clone())) }
    }
}
