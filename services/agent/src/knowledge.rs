//! What the agent knows besides the plan: clients of what others keep. What is not there is done without.

use resync_api::conversations::client::ConversationClient;

/// Clients of the knowledge graph.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// Keeps conversations; without it they end with the process.
    pub conversations: Option<ConversationClient>,
}

impl Knowledge {
    /// The same clients with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        Self { conversations: self.conversations.as_ref().map(|client| client.with(extension.clone())) }
    }
}
