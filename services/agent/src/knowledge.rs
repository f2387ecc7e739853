//! What the mesh knows beyond the live plan, and through which clients the agent asks for it.

use resync_api::channel::Channel;
use resync_api::conversations::client::ConversationClient;
use resync_api::documents::client::DocumentsClient;
use resync_api::graph::client::GraphClient;
use resync_api::history::client::HistoryClient;
use resync_api::incidents::client::IncidentsClient;
use resync_api::memories::client::MemoryClient;

/// A row a client.
macro_rules! clients {
    ($($(#[$doc:meta])+ $name:ident: $client:ty;)+) => {
        /// Clients of the knowledge graph; what is unset is answered as not reachable.
        #[derive(Clone, Debug, Default)]
        pub struct Knowledge {
            $($(#[$doc])+ pub $name: Option<$client>,)+
        }

        impl Knowledge {
            /// Every client, over one channel to the role.
            #[must_use]
            pub fn over(channel: &Channel) -> Self {
                Self { $($name: Some(<$client>::new(channel.clone())),)+ }
            }

            /// The same clients with a value for their channels' layers, such as the caller's identity.
            pub(crate) fn with<E: Clone + Send + Sync + 'static>(&self, extension: &E) -> Self {
                Self { $($name: self.$name.as_ref().map(|client| client.with(extension.clone())),)+ }
            }
        }
    };
}

clients! {
    /// The dependency graph: impact, causes, forecasts.
    graph: GraphClient;
    /// Runbooks and manuals.
    documents: DocumentsClient;
    /// Earlier incidents.
    incidents: IncidentsClient;
    /// How jobs usually run.
    history: HistoryClient;
    /// What people taught.
    memories: MemoryClient;
    /// Keeps conversations; without it they end with the process.
    conversations: ConversationClient;
}
