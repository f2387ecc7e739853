//! A simulated engine, a bridge and a knowledge graph, reached over TCP.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt as _;
use hwa_simulator::{Simulator, Tls};
use resync_api::channel::Channel;
use resync_api::graph::client::GraphClient;
use resync_api::history::client::HistoryClient;
use resync_api::incidents::client::IncidentsClient;
use resync_api::policy;
use resync_api::tws::client::TwsClient;
use resync_hwa::Auth;
use resync_knowledge_graph::conversations::Limits;
use resync_knowledge_graph::durable::{Durable, DurableConfig, StoreConfig};
use resync_knowledge_graph::history::{self, History, Retention};
use resync_knowledge_graph::incidents::{self, IncidentsConfig};
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
    pub(crate) durable: Durable,
    folder: TempDir,
    channel: channel::Channel,
    shutdown: Shutdown,
    tasks: Tasks,
}

impl Mesh {
    pub(crate) async fn start() -> Self {
        Self::paced(Duration::from_millis(50)).await
    }

    /// With a bridge that looks for changes that often.
    pub(crate) async fn paced(quick: Duration) -> Self {
        Self::of(0, tempfile::tempdir().expect("a folder"), quick).await
    }

    /// The night so many days later, over what an earlier one left in its folder.
    pub(crate) async fn night(days: i64, folder: TempDir) -> Self {
        Self::of(days, folder, Duration::from_millis(50)).await
    }

    async fn of(days: i64, folder: TempDir, quick: Duration) -> Self {
        // The night is the same whenever the test runs.
        let first = DateTime::<Utc>::from_timestamp(1_772_420_400, 0).expect("in range");
        let simulator = Simulator::start(hwa_simulator::Config {
            jobs: 700,
            stepped: true,
            start: Some(first + TimeDelta::days(days)),
            tls: Some(Tls::SelfSigned { hostnames: vec!["localhost".into()], ca_out: None }),
            ..hwa_simulator::Config::default()
        })
        .await
        .expect("a simulator");
        let bridge = Config { engines: vec![engine(&simulator, quick)] }.build().expect("usable");
        let shutdown = Shutdown::new();
        let tasks = Tasks::new(shutdown.clone());
        let key = RootKey::from_secret(&"a secret of at least 32 characters".to_owned().into())
            .and_then(|root| root.signing_key("mesh"))
            .expect("a key");
        let durable = DurableConfig {
            store: StoreConfig::Embedded(folder.path().join("knowledge.db")),
            data_dir: folder.path().to_owned(),
            checkpoint_seed: [7; 32],
            spool_bytes: 1 << 20,
            conversations: Limits::default(),
        };
        let durable = durable.build().await.expect("a store");
        let history = History::new(Arc::clone(&durable.store), Retention::default());
        let graphs = Graphs::keeping(history.keeper());
        let config = IncidentsConfig { logs_per_minute: 6_000, ..IncidentsConfig::default() };
        let noted = durable.incidents(config);
        let config = server::Config {
            verifier: Some(Arc::new(Verifier::new(key.clone(), MESH))),
            ..server::Config::new("mesh", policies(), tasks.drain())
        };
        let server = config
            .build()
            .service(resync_tws_bridge::grpc::service(bridge.handle()))
            .service(grpc::service(graphs.clone()))
            .service(incidents::grpc::service(noted.clone(), graphs.clone()))
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
        let tws = TwsClient::new(Channel::new(channel.clone()));
        let noting = incidents::Recorder::new(noted.clone(), graphs.clone(), tws.clone());
        let noting = noting.run(tasks.drain()).map(Ok::<_, Infallible>);
        tasks.spawn("incidents", OnError::Report, OnDrain::Finish, noting);
        let mesh = Self { simulator, durable, folder, channel, shutdown, tasks };
        mesh.follow(Follower::new(tws, graphs.clone()).reporting(noted.inbox().clone()), graphs, history);
        mesh
    }

    /// Follows the plan and keeps its runs, as one process of the role does.
    fn follow(&self, follower: Follower, graphs: Graphs, history: History) {
        let following = follower.run(self.tasks.drain()).map(Ok::<_, Infallible>);
        self.tasks.spawn("follower", OnError::Report, OnDrain::Finish, following);
        let keeping = history.run(graphs, self.tasks.drain()).map(Ok::<_, Infallible>);
        self.tasks.spawn("history", OnError::Report, OnDrain::Finish, keeping);
    }

    /// The graphs of another process of the role that begins on the same store.
    pub(crate) fn another(&self) -> Graphs {
        let history = History::new(Arc::clone(&self.durable.store), Retention::default());
        let graphs = Graphs::keeping(history.keeper());
        self.follow(Follower::new(self.plan(), graphs.clone()), graphs.clone(), history);
        graphs
    }

    pub(crate) fn history(&self) -> HistoryClient {
        HistoryClient::new(Channel::new(self.channel.clone()))
    }

    /// Somebody with these permissions.
    pub(crate) fn person(permissions: &[Permission]) -> Caller {
        ana(permissions)
    }

    /// Incidents as somebody with these permissions sees them.
    pub(crate) fn incidents_of(&self, permissions: &[Permission]) -> IncidentsClient {
        IncidentsClient::new(Channel::new(self.channel.clone())).with(ana(permissions))
    }

    pub(crate) fn graph(&self) -> GraphClient {
        GraphClient::new(Channel::new(self.channel.clone()))
    }

    pub(crate) fn plan(&self) -> TwsClient {
        TwsClient::new(Channel::new(self.channel.clone()))
    }

    /// A client of somebody with these permissions.
    pub(crate) fn graph_of(&self, permissions: &[Permission]) -> GraphClient {
        self.graph().with(ana(permissions))
    }

    /// Ends everything; no task may be left over. Its folder is left to the next night.
    pub(crate) async fn stop(self) -> TempDir {
        self.shutdown.begin();
        assert_eq!(self.tasks.finish(BOUND).await, Vec::<&str>::new());
        drop(self.simulator);
        self.folder
    }
}

fn ana(permissions: &[Permission]) -> Caller {
    Caller::new(Principal {
        subject: "ana".to_owned(),
        display: "Ana".to_owned(),
        kind: PrincipalKind::Person,
        permissions: permissions.to_vec(),
    })
}

fn engine(simulator: &Simulator, quick: Duration) -> EngineConfig {
    let url = format!("https://localhost:{}", simulator.address().port()).parse().expect("an address");
    let auth = Auth::Basic { user: "wauser".into(), password: "simulated".into() };
    let mut access = resync_hwa::Config::new(url, auth);
    access.tls.ca_pem = simulator.ca_pem().map(str::to_owned);
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
