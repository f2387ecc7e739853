//! A simulated engine, a bridge and a knowledge graph, reached over TCP.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::DateTime;
use futures::FutureExt as _;
use hwa_simulator::{Simulator, Tls};
use resync_api::channel::Channel;
use resync_api::graph::client::GraphClient;
use resync_api::policy;
use resync_api::tws::client::TwsClient;
use resync_hwa::Auth;
use resync_knowledge_graph::topology::FinishedRun;
use resync_knowledge_graph::{Follower, Graphs, RunKeeper, grpc};
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
use tokio::net::TcpListener;

pub(crate) const BOUND: Duration = Duration::from_secs(60);

/// Runs that were handed on to be kept.
#[derive(Debug, Default)]
pub(crate) struct Kept(pub(crate) Mutex<Vec<FinishedRun>>);

impl RunKeeper for Kept {
    fn keep(&self, engine: &str, runs: &[FinishedRun]) {
        assert_eq!(engine, "default");
        self.0.lock().expect("no panic").extend_from_slice(runs);
    }
}

#[derive(Debug)]
pub(crate) struct Mesh {
    pub(crate) simulator: Simulator,
    pub(crate) kept: Arc<Kept>,
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
        let bridge = Config { engines: vec![engine(&simulator, quick)] }.build().expect("usable");
        let shutdown = Shutdown::new();
        let tasks = Tasks::new(shutdown.clone());
        let key = RootKey::from_secret(&"a secret of at least 32 characters".to_owned().into())
            .and_then(|root| root.signing_key("mesh"))
            .expect("a key");
        let kept = Arc::new(Kept::default());
        let graphs = Graphs::keeping(kept.clone());
        let config = server::Config {
            verifier: Some(Arc::new(Verifier::new(key.clone(), MESH))),
            ..server::Config::new("mesh", policies(), tasks.drain())
        };
        let server = config
            .build()
            .service(resync_tws_bridge::grpc::service(bridge.handle()))
            .service(grpc::service(graphs.clone()))
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
        let following = Follower::new(tws, graphs).run(tasks.drain()).map(Ok::<_, Infallible>);
        tasks.spawn("follower", OnError::Report, OnDrain::Finish, following);
        Self { simulator, kept, channel, shutdown, tasks }
    }

    pub(crate) fn graph(&self) -> GraphClient {
        GraphClient::new(Channel::new(self.channel.clone()))
    }

    pub(crate) fn plan(&self) -> TwsClient {
        TwsClient::new(Channel::new(self.channel.clone()))
    }

    /// A client of somebody with these permissions.
    pub(crate) fn graph_of(&self, permissions: &[Permission]) -> GraphClient {
        self.graph().with(Caller::new(Principal {
            subject: "ana".to_owned(),
            display: "Ana".to_owned(),
            kind: PrincipalKind::Person,
            permissions: permissions.to_vec(),
        }))
    }

    /// Ends everything; no task may be left over.
    pub(crate) async fn stop(self) {
        self.shutdown.begin();
        assert_eq!(self.tasks.finish(BOUND).await, Vec::<&str>::new());
        drop(self.simulator);
    }
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
