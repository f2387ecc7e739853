//! A served bridge whose engines the test feeds.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use futures::FutureExt;
use futures::future::BoxFuture;
use resync_api::channel::Channel;
use resync_api::policy;
use resync_api::tws::client::TwsClient;
use resync_api::tws::model::{Dependency, JobLog};
use resync_fault::{ErrorKind, FaultBody};
use resync_service_kit::channel;
use resync_service_kit::identity::{
    Caller, MESH, Minter, Permission, Principal, PrincipalKind, RootKey, Verifier,
};
use resync_service_kit::policy::{Exposure, PolicyTable, RpcPolicy};
use resync_service_kit::server::{self, ListenConfig, serve};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use resync_testkit::eventually;
use resync_tws_bridge::engine::{EngineFeed, EngineReader, LogRange};
use resync_tws_bridge::plan::{EngineState, Update};
use resync_tws_bridge::{Bridge, Config};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use crate::fixture;

pub(crate) const BOUND: Duration = Duration::from_secs(10);

/// The feed of one engine, in the test's hand.
#[derive(Debug)]
pub(crate) struct Feed {
    updates: mpsc::Sender<Update>,
    state: watch::Sender<EngineState>,
}

impl Feed {
    pub(crate) async fn send(&self, update: Update) {
        self.updates.send(update).await.expect("the bridge runs");
    }

    pub(crate) fn state(&self, change: impl FnOnce(&mut EngineState)) {
        self.state.send_modify(change);
    }
}

/// A served bridge.
#[derive(Debug)]
pub(crate) struct Mesh {
    channel: channel::Channel,
    feeds: Vec<Feed>,
    shutdown: Shutdown,
    tasks: Tasks,
}

impl Mesh {
    /// Serves engines of these names, none of which was read yet.
    pub(crate) async fn start(engines: &[&str]) -> Self {
        let mut bridge = Bridge::default();
        let mut feeds = Vec::new();
        for name in engines {
            let (updates, receiver) = mpsc::channel(8);
            let (state, states) =
                watch::channel(EngineState { engine: (*name).to_owned(), ..fixture::engine_state() });
            let feed = EngineFeed { updates: receiver, state: states, reader: Arc::new(Unreachable) };
            bridge.add(feed, None).expect("names differ");
            feeds.push(Feed { updates, state });
        }
        Self::serve(bridge, feeds).await
    }

    /// Serves a bridge that reads its engines itself.
    pub(crate) async fn of_engines(config: Config) -> Self {
        Self::serve(config.build().expect("usable engines"), Vec::new()).await
    }

    async fn serve(bridge: Bridge, feeds: Vec<Feed>) -> Self {
        let shutdown = Shutdown::new();
        let tasks = Tasks::new(shutdown.clone());
        let key = RootKey::from_secret(&"a secret of at least 32 characters".to_owned().into())
            .and_then(|root| root.signing_key("mesh"))
            .expect("a key");
        let config = server::Config {
            verifier: Some(Arc::new(Verifier::new(key.clone(), MESH))),
            ..server::Config::new("tws-bridge", policies(), tasks.drain())
        };
        let server = config.build().service(resync_tws_bridge::grpc::service(bridge.handle())).finish();
        let server = server.await.expect("no reflection to fail");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let running = bridge.run(tasks.drain()).map(Ok::<_, Infallible>);
        tasks.spawn("bridge", OnError::Report, OnDrain::Finish, running);
        let serving = serve(server, listener, ListenConfig::default(), tasks.drain());
        tasks.spawn("server", OnError::Report, OnDrain::Finish, serving);
        let config = channel::Config {
            minter: Some(Minter::new(key)),
            ..channel::Config::new(Caller::new(Principal::role("tester")), policies())
        };
        let channel = config.dial(&address, &channel::ChannelTls::default(), &tasks).expect("an address");
        Self { channel, feeds, shutdown, tasks }
    }

    /// One engine with this plan.
    pub(crate) async fn with_plan(plan: Update) -> Self {
        let mesh = Self::start(&["default"]).await;
        mesh.feed(0).send(plan).await;
        mesh.synced(1).await;
        mesh
    }

    /// Waits until so many plans were read.
    pub(crate) async fn synced(&self, engines: usize) {
        let client = self.client();
        eventually("the plans", 3 * BOUND, || async {
            let states = client.list_engines().await.ok()?;
            (states.iter().filter(|state| state.synced).count() == engines).then_some(())
        })
        .await
        .expect("fed plans are applied");
    }

    pub(crate) fn feed(&self, engine: usize) -> &Feed {
        &self.feeds[engine]
    }

    /// A client with every permission.
    pub(crate) fn client(&self) -> TwsClient {
        TwsClient::new(Channel::new(self.channel.clone()))
    }

    /// A client of somebody with these permissions.
    pub(crate) fn client_of(&self, permissions: &[Permission]) -> TwsClient {
        self.client().with(Caller::new(Principal {
            subject: "ana".to_owned(),
            display: "Ana".to_owned(),
            kind: PrincipalKind::Person,
            permissions: permissions.to_vec(),
        }))
    }

    pub(crate) fn begin_drain(&self) {
        self.shutdown.begin();
    }

    /// Ends everything; no task may be left over.
    pub(crate) async fn stop(self) {
        self.shutdown.begin();
        assert_eq!(self.tasks.finish(BOUND).await, Vec::<&str>::new());
    }
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

/// An engine that answers nothing: these stories are about the mirror.
#[derive(Debug)]
struct Unreachable;

fn nobody<T: Send + 'static>() -> BoxFuture<'static, Result<T, FaultBody>> {
    let fault = FaultBody::new(ErrorKind::Unavailable, "ENGINE_UNREACHABLE", "the engine does not answer");
    ready(Err(fault.with_hint("check the address"))).boxed()
}

impl EngineReader for Unreachable {
    fn job_log(&self, _: LogRange) -> BoxFuture<'_, Result<JobLog, FaultBody>> {
        nobody()
    }

    fn dependencies(&self, _: String, _: u64) -> BoxFuture<'_, Result<Vec<Dependency>, FaultBody>> {
        nobody()
    }
}

/// A batch read now: the bridge computes ages from the real clock.
pub(crate) fn now() -> Update {
    Update::new(Utc::now(), Utc::now())
}
