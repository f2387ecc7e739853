//! Puts roles together into one process: who is built from what, in which order, and who reaches whom how.
//!
//! Each part builds itself; here is only the list.

mod mesh;
mod reporting;
mod simulated;

pub(crate) use simulated::SimulatedEngine;

use crate::data;
use crate::failure::{Failure, Result};
use crate::host::{Host, listen};
use crate::settings;
use crate::trail;
use clap::ValueEnum;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use mesh::Mesh;
use resync_agent::Knowledge;
use resync_api::cache::client::CacheClient;
use resync_api::perf::client::PerfClient;
use resync_api::tws::client::TwsClient;
use resync_cache::Cache;
use resync_fault::ErrorKind;
use resync_gateway::{
    AGENT_SERVICE, AUDIT_SERVICE, CACHE_SERVICE, CONVERSATION_SERVICE, DOCUMENT_SERVICE, Dependencies,
    GRAPH_SERVICE, HISTORY_SERVICE, INCIDENT_SERVICE, MEMORY_SERVICE, PERF_SERVICE, TWS_SERVICE,
};
use resync_knowledge_graph as graph;
use resync_knowledge_graph::Graphs;
use resync_knowledge_graph::documents::Library;
use resync_knowledge_graph::documents::adapter::embeddings::EmbeddingsEndpoint;
use resync_knowledge_graph::documents::embed::Embedder;
use resync_knowledge_graph::documents::store::files::{Bounds, FileStore};
use resync_knowledge_graph::durable::Durable;
use resync_knowledge_graph::history::History;
use resync_near_cache::{Caches, SecondLevel};
use resync_perf_monitor::PerfMonitor;
use resync_perf_monitor::clock::Clock;
use resync_service_kit::server;
use resync_tws_bridge::engine::{EngineConfig, Surroundings};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::watch;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;
use url::Url;

/// Name of the product in traces.
const OURS: &str = "resync";
/// The gateway has no client of it.
const JOURNAL_SERVICE: &str = "resync.graph.v1.JournalService";

/// A role of the mesh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Role {
    /// Everything that is seen from outside
    Gateway,
    /// Understands questions and answers them
    Agent,
    /// Mirrors the engines' plans
    TwsBridge,
    /// Computes what follows from the plan; keeps audit log, journal, run history, incidents, memories, conversations, documents
    KnowledgeGraph,
    /// Shares cached values, keys and counters between processes
    Cache,
    /// Judges how well the mesh runs, and tells of it
    PerfMonitor,
}

impl Role {
    /// Every role.
    pub(crate) fn all() -> BTreeSet<Self> {
        Self::value_variants().iter().copied().collect()
    }

    /// Name on the command line, in settings and in tokens.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Agent => "agent",
            Self::TwsBridge => "tws-bridge",
            Self::KnowledgeGraph => "knowledge-graph",
            Self::Cache => "cache",
            Self::PerfMonitor => "perf-monitor",
        }
    }

    /// Full names of its gRPC services; the gateway has none of its own.
    fn services(self) -> &'static [&'static str] {
        match self {
            Self::Gateway => &[],
            Self::Agent => &[AGENT_SERVICE],
            Self::TwsBridge => &[TWS_SERVICE],
            Self::KnowledgeGraph => &[
                GRAPH_SERVICE,
                DOCUMENT_SERVICE,
                JOURNAL_SERVICE,
                HISTORY_SERVICE,
                CONVERSATION_SERVICE,
                MEMORY_SERVICE,
                INCIDENT_SERVICE,
                AUDIT_SERVICE,
            ],
            Self::Cache => &[CACHE_SERVICE],
            Self::PerfMonitor => &[PERF_SERVICE],
        }
    }
}

/// What a process of these roles is called in traces (`service.name`).
pub(crate) fn service_name(roles: &BTreeSet<Role>) -> String {
    match (roles.first(), roles.len()) {
        (Some(role), 1) => format!("{OURS}-{}", role.name()),
        _ => OURS.to_owned(),
    }
}

/// Whether other processes may call the roles of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Everything runs here; no socket for calls between roles.
    ThisProcess,
    /// Roles elsewhere call in over TCP.
    Mesh,
}

/// What a role does besides answering, and its name among the tasks.
type Work = (&'static str, BoxFuture<'static, ()>);

/// Where the started roles can be reached.
#[derive(Debug)]
pub(crate) struct Started {
    /// The gateway, when it is among them.
    pub(crate) gateway: Option<Url>,
    /// The port for other roles, when it is open.
    pub(crate) mesh: Option<std::net::SocketAddr>,
}

/// Starts `roles` in this process.
pub(crate) async fn start(
    roles: &BTreeSet<Role>,
    host: &Host,
    engines: Vec<EngineConfig>,
    reach: Reach,
) -> Result<Started> {
    let mesh = Mesh::new(host, roles)?;
    let mut server = mesh.server().build();
    // Begun only when all of them can be reached: they call each other.
    let mut works: Vec<Work> = Vec::new();
    // First: what cannot be used stops the start before anything is asked of an engine.
    if roles.contains(&Role::Cache) {
        let config = settings::cache(&host.settings, host.installation.path(), host.process.production)?;
        let cache = Cache::open(config).await?;
        follow_health(host, "cache health", cache.serving(), server.health(), &[CACHE_SERVICE]);
        server = server.service(resync_cache::grpc::service(cache.clone()));
        let (vitals, drain) = (host.vitals.clone(), host.tasks.drain());
        works.push((
            "cache",
            Box::pin(async move {
                let _reported = cache.report_to(&vitals);
                cache.run(drain).await;
            }),
        ));
    }
    if roles.contains(&Role::TwsBridge) {
        let caches = near_caches(host, &mesh)?;
        let surroundings = Surroundings::new(&caches, settings::bridge_lives(&host.settings), &host.vitals);
        let bridge = resync_tws_bridge::Config { engines }.build_in(&surroundings)?;
        server = server.service(resync_tws_bridge::grpc::service(bridge.handle()));
        works.push(("caches", Box::pin(caches.run(host.tasks.drain()))));
        works.push(("tws-bridge", Box::pin(bridge.run(host.tasks.drain()))));
    }
    if roles.contains(&Role::Agent) {
        let tws = TwsClient::new(mesh.channel(Role::TwsBridge, Role::Agent)?);
        let knowledge = knowledge(&mesh)?;
        let agent = resync_agent::Agent::reporting_to(settings::agent(&host.settings), &host.vitals);
        server = server.service(resync_agent::grpc::service(agent.clone(), tws, knowledge));
        let drain = host.tasks.drain();
        works.push(("agent", Box::pin(async move { agent.run(drain).await })));
    }
    if roles.contains(&Role::KnowledgeGraph) {
        let durable = open_durable(host).await?;
        let history = History::new(Arc::clone(&durable.store), settings::history(&host.settings));
        let graphs = Graphs::keeping(history.keeper());
        let library = open_library(host).await?;
        let health = server.health();
        follow_health(
            host,
            "graph store health",
            durable.usable(),
            health,
            &[
                AUDIT_SERVICE,
                CONVERSATION_SERVICE,
                HISTORY_SERVICE,
                INCIDENT_SERVICE,
                JOURNAL_SERVICE,
                MEMORY_SERVICE,
            ],
        );
        let (recorder, checkpoints) = (durable.recorder.clone(), durable.checkpoints.clone());
        let incidents = durable.incidents(settings::incidents(&host.settings));
        server = server
            .service(graph::grpc::service(graphs.clone()))
            .service(graph::documents::grpc::service(library.handle()))
            .service(graph::journal::grpc::service(durable.journal.clone()))
            .service(graph::history::grpc::service(history.runs().clone(), graphs.clone()))
            .service(graph::conversations::grpc::service(durable.conversations.clone()))
            .service(graph::memories::grpc::service(durable.memories.clone()))
            .service(graph::incidents::grpc::service(incidents.clone(), graphs.clone()))
            .service(graph::audit::grpc::service(Arc::clone(&durable.store), recorder, checkpoints));
        let tws = TwsClient::new(mesh.channel(Role::TwsBridge, Role::KnowledgeGraph)?);
        if let Some(config) = settings::plan_copy(&host.settings) {
            let (store, writer) = (Arc::clone(&durable.store), host.instance.clone());
            let copier = graph::PlanCopier::new(graphs.clone(), store, writer, config);
            works.push(("plan copy", Box::pin(copier.run(host.tasks.drain()))));
        }
        works.push(("run history", Box::pin(history.run(graphs.clone(), host.tasks.drain()))));
        let noting = graph::incidents::Recorder::new(incidents.clone(), graphs.clone(), tws.clone());
        works.push(("incidents", Box::pin(noting.run(host.tasks.drain()))));
        let following = graph::Follower::new(tws, graphs).reporting(incidents.inbox().clone());
        works.push(("topology", Box::pin(following.run(host.tasks.drain()))));
        works.push(("documents", Box::pin(library.run(host.tasks.drain()))));
        let (vitals, drain) = (host.vitals.clone(), host.tasks.drain());
        works.push((
            "graph store",
            Box::pin(async move {
                let _reported = durable.report_to(&vitals, settings::neo4j_pool_names());
                durable.run(drain).await;
            }),
        ));
    }
    if roles.contains(&Role::PerfMonitor) {
        let monitor = monitor(host, &mesh)?;
        server = server.service(resync_perf_monitor::grpc::service(monitor.handle()));
        works.push(("perf-monitor", Box::pin(monitor.run(host.tasks.drain()))));
    }
    let server = server.finish().await?;
    mesh.services.add(&server);
    for (name, work) in works {
        host.essential(name, work.map(Ok::<_, Infallible>));
    }
    let mesh_address = match reach {
        Reach::Mesh if !server.names().is_empty() => {
            let listener = listen(mesh.settings.listen, "mesh.listen").await?;
            let address = listener.local_addr().map_err(|error| Failure::io("mesh.listen", &error))?;
            let serving = server::serve(server, listener, mesh.settings.server.clone(), host.tasks.drain());
            host.essential("mesh server", serving);
            Some(address)
        }
        _ => None,
    };
    if mesh.reaches(Role::PerfMonitor) {
        // Any role of this process may speak for it.
        let speaker = roles.first().copied().unwrap_or(Role::PerfMonitor);
        reporting::start(host, roles, PerfClient::new(mesh.channel(Role::PerfMonitor, speaker)?));
    }
    let gateway =
        if roles.contains(&Role::Gateway) { Some(start_gateway(host, &mesh, roles).await?) } else { None };
    Ok(Started { gateway, mesh: mesh_address })
}

/// What the agent knows besides the plan, where the knowledge graph can be reached.
fn knowledge(mesh: &Mesh) -> Result<Knowledge> {
    if !mesh.reaches(Role::KnowledgeGraph) {
        return Ok(Knowledge::default());
    }
    let channel = mesh.channel(Role::KnowledgeGraph, Role::Agent)?;
    Ok(Knowledge::over(&channel))
}

/// The caches of this process, with the cache role as second level where there is one.
fn near_caches(host: &Host, mesh: &Mesh) -> Result<Caches> {
    let second: Option<Arc<dyn SecondLevel>> = if mesh.reaches(Role::Cache) {
        Some(Arc::new(CacheClient::new(mesh.channel(Role::Cache, Role::TwsBridge)?)))
    } else {
        None
    };
    Ok(Caches::new(settings::near_caches(&host.settings), second, &host.vitals))
}

/// The performance monitor, which keeps silences at the cache role and watches the plans of the bridge.
fn monitor(host: &Host, mesh: &Mesh) -> Result<PerfMonitor> {
    let tws = mesh.reaches(Role::TwsBridge).then(|| mesh.channel(Role::TwsBridge, Role::PerfMonitor));
    let dependencies = resync_perf_monitor::Dependencies {
        store: Arc::new(CacheClient::new(mesh.channel(Role::Cache, Role::PerfMonitor)?)),
        tws: tws.transpose()?.map(TwsClient::new),
        clock: Clock::system(),
    };
    Ok(settings::monitor(&host.settings)?.build(dependencies)?)
}

/// The audit log, the journal and the store behind them.
async fn open_durable(host: &Host) -> Result<Durable> {
    let seed = trail::checkpoint_seed(&host.root_key);
    let (folder, production) = (host.installation.path(), host.process.production);
    Ok(settings::durable(&host.settings, folder, production, seed)?.build().await?)
}

/// The documents, read by this very program in processes of their own.
async fn open_library(host: &Host) -> Result<Library> {
    let program = std::env::current_exe().map_err(|error| Failure::io("this program", &error))?;
    let (config, originals) = settings::library(&host.settings, host.installation.path(), program);
    let store = FileStore::open(originals, Bounds::default())?;
    let embedder = match settings::embeddings(&host.settings)? {
        None => None,
        Some(config) => {
            let endpoint = EmbeddingsEndpoint::new(config).map_err(|error| {
                Failure::new(ErrorKind::InvalidArgument, "EMBEDDINGS_UNUSABLE", error.to_string())
                    .hint("correct embeddings.url and embeddings.model")
            })?;
            Some(Arc::new(endpoint) as Arc<dyn Embedder>)
        }
    };
    Ok(config.build(Arc::new(store), embedder).await?)
}

/// Tells whoever watches the health of `services` when their store is out.
fn follow_health(
    host: &Host,
    task: &'static str,
    mut serving: watch::Receiver<bool>,
    health: HealthReporter,
    services: &'static [&'static str],
) {
    host.optional(task, async move {
        // The server reports every service as serving when it starts; only changes are news.
        while serving.changed().await.is_ok() {
            let status =
                if *serving.borrow_and_update() { ServingStatus::Serving } else { ServingStatus::NotServing };
            for service in services {
                health.set_service_status(*service, status).await;
            }
        }
    });
}

async fn start_gateway(host: &Host, mesh: &Mesh, roles: &BTreeSet<Role>) -> Result<Url> {
    let config = settings::gateway(&host.settings, host.process.production)?;
    let installation = &host.installation;
    let dependencies = Dependencies {
        clients: mesh.clients()?,
        accounts: settings::accounts(&host.settings, installation.admin_password()?)?,
        local_token: Some(installation.local_token()?),
        access_key: host.root_key.signing_key("access signing v1")?,
        metrics_text: host.metrics_text(),
        vitals: host.vitals.clone(),
        instance: host.instance.clone(),
        roles: roles.iter().map(|role| role.name().to_owned()).collect(),
        events_file: installation.path().join(data::EVENTS),
    };
    let gateway = config.build(dependencies).await?;
    let address = gateway.local_addr().map_err(|error| Failure::io("gateway.listen", &error))?;
    host.essential("gateway", gateway.run(host.tasks.drain()));
    let reachable = if address.ip().is_unspecified() {
        format!("127.0.0.1:{}", address.port())
    } else {
        address.to_string()
    };
    format!("http://{reachable}").parse().map_err(|error| {
        Failure::new(ErrorKind::Internal, "ADDRESS_UNPRINTABLE", format!("{address}: {error}"))
    })
}
