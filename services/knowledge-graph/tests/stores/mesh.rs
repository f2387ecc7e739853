//! The durable side served over TCP, with its gate.

use std::convert::Infallible;
use std::time::Duration;

use futures::FutureExt as _;
use resync_api::audit::client::AuditClient;
use resync_api::channel::Channel;
use resync_api::conversations::client::ConversationClient;
use resync_api::journal::client::JournalClient;
use resync_api::memories::client::MemoryClient;
use resync_api::policy;
use resync_knowledge_graph::conversations::{self, Limits};
use resync_knowledge_graph::durable::{Durable, DurableConfig};
use resync_knowledge_graph::{audit, journal, memories};
use resync_service_kit::channel;
use resync_service_kit::identity::{
    Caller, MESH, Minter, Permission, Principal, PrincipalKind, RootKey, Verifier,
};
use resync_service_kit::policy::{Exposure, PolicyTable, RpcPolicy};
use resync_service_kit::server::{self, ListenConfig, serve};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use tokio::net::TcpListener;

use crate::place::Place;

const BOUND: Duration = Duration::from_secs(10);

/// A served durable side.
pub(crate) struct Mesh {
    pub(crate) durable: Durable,
    channel: channel::Channel,
    shutdown: Shutdown,
    tasks: Tasks,
}

impl Mesh {
    pub(crate) async fn start(place: &Place) -> anyhow::Result<Self> {
        let config = DurableConfig {
            store: place.config(),
            data_dir: place.outside().to_owned(),
            checkpoint_seed: [7; 32],
            spool_bytes: 1 << 20,
            conversations: Limits::default(),
        };
        let durable = config.build().await?;
        let shutdown = Shutdown::new();
        let tasks = Tasks::new(shutdown.clone());
        let root = RootKey::from_secret(&"a secret of at least 32 characters".to_owned().into())?;
        let key = root.signing_key("mesh")?;
        let config = server::Config {
            verifier: Some(std::sync::Arc::new(Verifier::new(key.clone(), MESH))),
            ..server::Config::new("knowledge-graph", policies(), tasks.drain())
        };
        let (store, recorder) = (durable.store.clone(), durable.recorder.clone());
        let server = config
            .build()
            .service(audit::grpc::service(store, recorder, durable.checkpoints.clone()))
            .service(journal::grpc::service(durable.journal.clone()))
            .service(conversations::grpc::service(durable.conversations.clone()))
            .service(memories::grpc::service(durable.memories.clone()))
            .finish()
            .await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let running = durable.clone().run(tasks.drain()).map(Ok::<_, Infallible>);
        tasks.spawn("durable", OnError::Report, OnDrain::Finish, running);
        let serving = serve(server, listener, ListenConfig::default(), tasks.drain());
        tasks.spawn("server", OnError::Report, OnDrain::Finish, serving);
        let config = channel::Config {
            minter: Some(Minter::new(key)),
            ..channel::Config::new(Caller::new(Principal::role("tester")), policies())
        };
        let channel = config.dial(&address, &channel::ChannelTls::default(), &tasks)?;
        Ok(Self { durable, channel, shutdown, tasks })
    }

    /// Clients of a role of the mesh.
    pub(crate) fn clients(&self) -> (AuditClient, JournalClient) {
        let channel = Channel::new(self.channel.clone());
        (AuditClient::new(channel.clone()), JournalClient::new(channel))
    }

    /// Clients of a person with these permissions.
    pub(crate) fn clients_of(&self, permissions: &[Permission]) -> (AuditClient, JournalClient) {
        let caller = person("ana", permissions);
        let (audit, journal) = self.clients();
        (audit.with(caller.clone()), journal.with(caller))
    }

    /// The conversations of a person with these permissions.
    pub(crate) fn conversations_of(&self, name: &str, permissions: &[Permission]) -> ConversationClient {
        let caller = Caller::new(Principal {
            subject: name.to_owned(),
            display: name.to_owned(),
            kind: PrincipalKind::Person,
            permissions: permissions.to_vec(),
        });
        ConversationClient::new(Channel::new(self.channel.clone())).with(caller)
    }

    /// Client of memories for a person with these permissions.
    pub(crate) fn memories_of(&self, subject: &str, permissions: &[Permission]) -> MemoryClient {
        MemoryClient::new(Channel::new(self.channel.clone())).with(person(subject, permissions))
    }

    /// Ends everything; no task may be left over.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.shutdown.begin();
        let late = self.tasks.finish(BOUND).await;
        anyhow::ensure!(late.is_empty(), "{late:?}");
        Ok(())
    }
}

fn person(subject: &str, permissions: &[Permission]) -> Caller {
    Caller::new(Principal {
        subject: subject.to_owned(),
        display: subject.to_owned(),
        kind: PrincipalKind::Person,
        permissions: permissions.to_vec(),
    })
}

/// The contract's rows.
fn policies() -> PolicyTable {
    policy::RPCS
        .iter()
        .map(|rpc| RpcPolicy {
            path: rpc.path,
            permission: rpc.permission,
            scope_field: rpc.scope_field,
            exposure: match rpc.exposure {
                policy::Exposure::Public => Exposure::Public,
                policy::Exposure::Internal => Exposure::Internal,
            },
            idempotent: rpc.idempotent,
        })
        .collect()
}
