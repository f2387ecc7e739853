//! What the agent may ask of the knowledge graph: typed clients, each as far as there is somebody to ask.

use resync_api::memories::client::MemoryClient;

/// Clients of the knowledge graph. Without one, what it would tell is left out of answers.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// What people taught.
    pub memories: Option<MemoryClient>,
}

impl Knowledge {
    /// The same clients with a value for their channels' layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: &E) -> Self {
        Self { memories: self.memories.as_ref().map(|client| client.with(extension.clone())) }
    }
}
