//! A gateway on a free port, and behind it, across TCP and with mesh tokens, a small role that serves both contracts.

use crate::plan::{Agents, Plan, Seen};
use resync_api::channel::Channel;
use resync_api::policy::{self, Exposure};
use resync_api::proto::agent::v1::agent_service_server::AgentServiceServer;
use resync_api::proto::tws::v1::tws_service_server::TwsServiceServer;
use resync_gateway::{
    AGENT_SERVICE, Clients, Config, CutOff, Dependencies, LOCAL_USER, MetricsText, Role, TWS_SERVICE,
    UserAccount,
};
use resync_resilience::Backoff;
use resync_service_kit::channel::{ChannelTls, Config as ChannelConfig};
use resync_service_kit::identity::{Caller, MESH, Minter, Principal, RootKey, Verifier};
use resync_service_kit::policy::{Exposure as KitExposure, PolicyTable, RpcPolicy};
use resync_service_kit::server::{Builder, Config as ServerConfig, ListenConfig, serve};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use resync_service_kit::telemetry::{self, LogFormat};
use resync_service_kit::vitals::Vitals;
use secrecy::SecretString;
use serde_json::Value;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const LOCAL_TOKEN: &str = "a-token-of-the-data-folder";
/// Far more than any step of a story takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Everything a story needs. Ends with its value.
pub(crate) struct Mesh {
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
    pub(crate) root: RootKey,
    /// What the gateway's process reports about itself.
    pub(crate) vitals: Vitals,
    pub(crate) seen: Arc<Seen>,
    pub(crate) shutdown: Shutdown,
    pub(crate) tasks: Tasks,
    /// Holds the gateway's file of security events.
    pub(crate) folder: TempDir,
    /// How the gateway ended.
    pub(crate) ended: Option<oneshot::Receiver<Result<(), CutOff>>>,
    /// The role behind drains by itself, so that a story about the gateway's end is about nothing else.
    behind: Shutdown,
}

impl Drop for Mesh {
    fn drop(&mut self) {
        self.shutdown.begin();
        self.behind.begin();
    }
}

impl Mesh {
    /// With the usual settings.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With settings changed by `change`.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::over(BTreeMap::new(), change).await
    }

    /// In front of `further` services, whose channels sign with keys of [`root_key`].
    pub(crate) async fn over(further: BTreeMap<String, Channel>, change: impl FnOnce(&mut Config)) -> Self {
        // Fails when another test was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let root = root_key();
        let shutdown = Shutdown::new();
        let tasks = Tasks::new(shutdown.clone());
        let seen = Arc::new(Seen::default());
        let behind = Shutdown::new();
        let channel = role_behind_tcp(&root, &Tasks::new(behind.clone()), &seen).await;
        let mut services = further;
        services.extend([TWS_SERVICE, AGENT_SERVICE].map(|name| (name.to_owned(), channel.clone())));
        let folder = tempfile::tempdir().unwrap();
        let vitals = Vitals::new();
        let mut config = Config { listen: ([127, 0, 0, 1], 0).into(), ..Config::default() };
        change(&mut config);
        let dependencies = Dependencies {
            clients: Clients::new(services),
            accounts: accounts(),
            local_token: Some(LOCAL_TOKEN.into()),
            access_key: root.signing_key("access").unwrap(),
            metrics_text: metrics_text(),
            vitals: vitals.clone(),
            instance: "gateway-1".to_owned(),
            roles: vec!["gateway".to_owned()],
            events_file: folder.path().join("events"),
        };
        let gateway = config.build(dependencies).await.unwrap();
        let url = format!("http://{}", gateway.local_addr().unwrap());
        let (tell, ended) = oneshot::channel();
        let running = gateway.run(shutdown.drain());
        tasks.spawn("gateway", OnError::Report, OnDrain::Finish, async move {
            // Few stories wait for the end.
            let _ = tell.send(running.await);
            Ok::<_, Infallible>(())
        });
        let ended = Some(ended);
        Self { url, http: reqwest::Client::new(), root, vitals, seen, shutdown, tasks, folder, ended, behind }
    }

    /// Posts a form to the token endpoint.
    pub(crate) async fn post_token(&self, form: &[(&str, &str)]) -> reqwest::Response {
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.http
            .post(format!("{}/token", self.url))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap()
    }

    /// The token answer of a login that works.
    pub(crate) async fn login(&self, user: &str) -> Value {
        let password = if user == LOCAL_USER { LOCAL_TOKEN } else { PASSWORD };
        let form = [("grant_type", "password"), ("username", user), ("password", password)];
        let response = self.post_token(&form).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    /// A bearer token of `user`.
    pub(crate) async fn token(&self, user: &str) -> String {
        self.login(user).await["access_token"].as_str().unwrap().to_owned()
    }

    /// `GET path` with a token.
    pub(crate) async fn get(&self, path: &str, token: &str) -> reqwest::Response {
        self.http.get(format!("{}{path}", self.url)).bearer_auth(token).send().await.unwrap()
    }

    /// `GET path` without one.
    pub(crate) async fn get_anonymously(&self, path: &str) -> reqwest::Response {
        self.http.get(format!("{}{path}", self.url)).send().await.unwrap()
    }
}

fn accounts() -> Vec<UserAccount> {
    let account = |name: &str, role, engines: &[&str]| UserAccount {
        name: name.to_owned(),
        password: PASSWORD.into(),
        role,
        engines: engines.iter().map(|engine| (*engine).to_owned()).collect(),
    };
    vec![
        account("admin", Role::Admin, &[]),
        account("viewer", Role::Viewer, &[]),
        account("night", Role::Operator, &["prod-east"]),
    ]
}

/// The rows of the contract as the service kit wants them.
pub(crate) fn policies() -> PolicyTable {
    policy::RPCS
        .iter()
        .map(|rpc| RpcPolicy {
            path: rpc.path,
            permission: rpc.permission,
            scope_field: rpc.scope_field,
            exposure: match rpc.exposure {
                Exposure::Public => KitExposure::Public,
                Exposure::Internal => KitExposure::Internal,
            },
            idempotent: rpc.idempotent,
        })
        .collect()
}

async fn role_behind_tcp(root: &RootKey, tasks: &Tasks, seen: &Arc<Seen>) -> Channel {
    let address = serve_role(root, tasks, |server| {
        server
            .service(TwsServiceServer::new(Plan::new(Arc::clone(seen))))
            .service(AgentServiceServer::new(Agents::new(Arc::clone(seen))))
    });
    dial(root, tasks, address.await)
}

/// Serves what `add` adds, across TCP and behind the mesh's gate.
pub(crate) async fn serve_role(
    root: &RootKey,
    tasks: &Tasks,
    add: impl FnOnce(Builder) -> Builder,
) -> SocketAddr {
    let mut config = ServerConfig::new("upstream", policies(), tasks.drain());
    config.verifier = Some(Arc::new(Verifier::new(root.signing_key("mesh").unwrap(), MESH)));
    let server = add(config.build()).finish().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = serve(server, listener, ListenConfig::default(), tasks.drain());
    tasks.spawn("upstream", OnError::Report, OnDrain::Abort, serving);
    address
}

/// The gateway's way to what is served at `address`.
pub(crate) fn dial(root: &RootKey, tasks: &Tasks, address: SocketAddr) -> Channel {
    let mut config = ChannelConfig::new(Caller::new(Principal::role("gateway")), policies());
    config.minter = Some(Minter::new(root.signing_key("mesh").unwrap()));
    // Stories about outages are over sooner.
    config.breaker.open_for = Backoff::doubling(Duration::from_millis(50), Duration::from_millis(50));
    Channel::new(config.dial(&format!("http://{address}"), &ChannelTls::default(), tasks).unwrap())
}

/// The metrics of this process, which all stories share. What parts say of theirs before the first call is lost.
pub(crate) fn metrics_text() -> MetricsText {
    static TEXT: LazyLock<MetricsText> = LazyLock::new(|| {
        let telemetry = telemetry::Config {
            service_name: "stories".to_owned(),
            format: LogFormat::Pretty,
            filter: "off".to_owned(),
            version: "0",
            traces: None,
        };
        let metrics = telemetry.install().unwrap().metrics();
        Arc::new(move || metrics.render())
    });
    MetricsText::clone(&TEXT)
}

/// The key from which all of a story's mesh derive theirs.
pub(crate) fn root_key() -> RootKey {
    RootKey::from_secret(&SecretString::from("k".repeat(32))).unwrap()
}

/// Waits until `condition` holds.
pub(crate) async fn eventually(mut condition: impl FnMut() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the condition holds in time");
}
