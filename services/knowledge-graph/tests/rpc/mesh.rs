//! A simulated engine, a bridge and a knowledge graph, reached over TCP.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use futures::FutureExt as _;
use hwa_simulator::{Simulator, Tls};
use resync_api::channel::Channel;
use resync_api::graph::client::GraphClient;
use resync_api::history::client::HistoryClient;
use resync_api::policy;
use resync_api::tws::client::TwsClient;
use resync_hwa::Auth;
use resync_knowledge_graph::history::{self, History, Retention};
use resync_knowledge_graph::store::Store;
use resync_knowledge_graph::store::sqlite::SqliteStore;
use resync_knowledge_graph::{Follower, Graphs, grpc};
use resync_service_kit::channel;
use resync_service_kit::identity::{
    Caller, MESH, Minter, Permission, Principal, PrincipalKind, RootKey, Verifier,
};
use resync_service_kit::policy::{Exposure, PolicyTable, RpcPolicy};
use resync_service_kit::server::{self, ListenConfig, serve};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use resync_tws_bridge::Config;
use resync_tws_bridge::engine::{EngineConfig, Pace};
use tempfile::TempDir;
use tokio::net::TcpListener;

pub(crate) const BOUND: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Mesh {
    pub(crate) simulator: Simulator,
    store: Arc<dyn Store>,
    channel: channel::Channel,
    shutdown: Shutdown,
    tasks: Tasks,
    _folder: TempDir,
}

impl Mesh {
    pub(crate) async fn start() -> Self {
        let simulator = Simulator::start(hwa_simulator::Config {
            jobs: 700,
            stepped: true,
            // The night is the same whenever the test runs.
            start: DateTime::from_timestamp(1_772_420_400, 0),
            tls: Some(Tls::SelfSigned { hostnames: vec!["localhost".into()], ca_out: None }),
            ..hwa_simulator::Config::default()
        })
        .await
        .expect("a simulator");
        let bridge = Config { engines: vec![engine(&simulator)] }.build().expect("usable");
        let shutdown = Shutdown::new();
        let tasks = Tasks::new(shutdown.clone());
        let key = RootKey::from_secret(&"a secret of at least 32 characters".to_owned().into())
            .and_then(|root| root.signing_key("mesh"))
            .expect("a key");
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(&folder.path().join("knowledge.sqlite")).await.expect("a store");
        let store: Arc<dyn Store> = Arc::new(store);
        let history = History::new(Arc::clone(&store), Retention::default());
        let graphs = Graphs::keeping(history.keeper());
        let config = server::Config {
            verifier: Some(Arc::new(Verifier::new(key.clone(), MESH))),
            ..server::Config::new("mesh", policies(), tasks.drain())
        };
        let server = config
            .build()
            .service(resync_tws_bridge::grpc::service(bridge.handle()))
            .service(grpc::service(graphs.clone()))
            .service(history::grpc::service(history.runs().clone(), graphs.clone()))
            .finish()
            .await
            .expect("no reflection to fail");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let running = bridge.run(tasks.drain()).map(Ok::<_, Infallible>);
        tasks.spawn("bridge", OnError::Report, OnDrain::Finish, running);
        let serving = serve(server, listener, ListenConfig::default(), tasks.drain());
        tasks.spawn("server", OnError::Report, OnDrain::Finish, serving);
        let config = channel::Config {
            minter: Some(Minter::new(key)),
            ..channel::Config::new(Caller::new(Principal::role("knowledge-graph")), policies())
        };
        let channel = config.dial(&address, &channel::ChannelTls::default(), &tasks).expect("an address");
        let mesh = Self { simulator, store, channel, shutdown, tasks, _folder: folder };
        mesh.follow(graphs, history);
        mesh
    }

    /// Follows the plan and keeps its runs, as one process of the role does.
    fn follow(&self, graphs: Graphs, history: History) {
        let following = Follower::new(self.plan(), graphs.clone()).run(self.tasks.drain());
        self.tasks.spawn("follower", OnError::Report, OnDrain::Finish, following.map(Ok::<_, Infallible>));
        let keeping = history.run(graphs, self.tasks.drain()).map(Ok::<_, Infallible>);
        self.tasks.spawn("history", OnError::Report, OnDrain::Finish, keeping);
    }

    /// The graphs of another process of the role that begins on the same store.
    pub(crate) fn another(&self) -> Graphs {
        let history = History::new(Arc::clone(&self.store), Retention::default());
        let graphs = Graphs::keeping(history.keeper());
        self.follow(graphs.clone(), history);
        graphs
    }

    pub(crate) fn history(&self) -> HistoryClient {
        HistoryClient::new(Channel::new(self.channel.clone()))
    }

    /// Somebody with these permissions.
    pub(crate) fn person(permissions: &[Permission]) -> Caller {
        Caller::new(Principal {
            subject: "ana".to_owned(),
            display: "Ana".to_owned(),
            kind: PrincipalKind::Person,
            permissions: permissions.to_vec(),
        })
    }

    pub(crate) fn graph(&self) -> GraphClient {
        GraphClient::new(Channel::new(self.channel.clone()))
    }

    pub(crate) fn plan(&self) -> TwsClient {
        TwsClient::new(Channel::new(self.channel.clone()))
    }

    /// A client of somebody with these permissions.
    pub(crate) fn graph_of(&self, permissions: &[Permission]) -> GraphClient {
        self.graph().with(Self::person(permissions))
    }

    /// Ends everything; no task may be left over.
    pub(crate) async fn stop(self) {
        self.shutdown.begin();
        assert_eq!(self.tasks.finish(BOUND).await, Vec::<&str>::new());
        drop(self.simulator);
    }
}

fn engine(simulator: &Simulator) -> EngineConfig {
    let url = format!("https://localhost:{}", simulator.address().port()).parse().expect("an address");
    let auth = Auth::Basic { user: "wauser".into(), password: "simulated".into() };
    let mut access = resync_hwa::Config::new(url, auth);
    access.tls.ca_pem = simulator.ca_pem().map(str::to_owned);
    let quick = Duration::from_millis(50);
    EngineConfig {
        name: "default".to_owned(),
        access,
        pace: Pace {
            requests_per_second: None,
            changes: quick,
            active: 8 * quick,
            objects: 20 * quick,
            counts: 20 * quick,
            sweep: Duration::from_secs(3),
            ..Pace::default()
        },
        start_of_day: chrono::NaiveTime::MIN,
        fallback_time_zone: "UTC".to_owned(),
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
