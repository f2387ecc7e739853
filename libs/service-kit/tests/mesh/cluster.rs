//! One role with the echo service, up and running in this process or behind a socket.
#![expect(clippy::unwrap_used, reason = "test support: a failed step is a failed test")]

use crate::echo::{Echo, POLICIES, State, path};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use resync_service_kit::channel::{self, Channel, ChannelTls, LocalServices};
use resync_service_kit::identity::{Caller, MESH, Minter, Principal, RootKey, Verifier};
use resync_service_kit::policy::PolicyTable;
use resync_service_kit::server::{self, ListenConfig, ServeError, ServerTls, serve};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::Tasks;
use resync_service_kit::vitals::{Vitals, VitalsSnapshot};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tonic::{Request, Streaming};
use tonic_prost::ProstCodec;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Over {
    Process,
    Tcp,
    MutualTls,
}

/// One role, up and running.
pub(crate) struct Cluster {
    state: Arc<State>,
    channel: Channel,
    shutdown: Shutdown,
    serving: JoinHandle<Result<(), ServeError>>,
    address: String,
    vitals: Vitals,
}

fn client() -> channel::Config {
    let key = RootKey::from_secret(&SecretString::from("k".repeat(40))).unwrap().signing_key("mesh").unwrap();
    let own = Caller::new(Principal::role("tester"));
    channel::Config {
        minter: Some(Minter::new(key)),
        ..channel::Config::new(own, POLICIES.into_iter().collect())
    }
}

impl Cluster {
    pub(crate) async fn start(over: Over) -> Self {
        Self::start_with(over, 100).await
    }

    pub(crate) async fn start_with(over: Over, concurrency: usize) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (state, shutdown) = (Arc::new(State::default()), Shutdown::new());
        let key =
            RootKey::from_secret(&SecretString::from("k".repeat(40))).unwrap().signing_key("mesh").unwrap();
        let policies: PolicyTable = POLICIES.into_iter().collect();
        let vitals = Vitals::new();
        let config = server::Config {
            vitals: vitals.clone(),
            verifier: Some(Arc::new(Verifier::new(key, MESH))),
            concurrency,
            ..server::Config::new("echo", policies, shutdown.drain())
        };
        let server = config.build().service(Echo(Arc::clone(&state))).finish().await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (scheme, server_tls, client_tls) = match over {
            Over::MutualTls => {
                let (server, client) = certificates();
                ("https", Some(server), client)
            }
            _ => ("http", None, ChannelTls::default()),
        };
        let services = LocalServices::new();
        services.add(&server);
        let listen =
            ListenConfig { tls: server_tls, grace: Duration::from_secs(30), ..ListenConfig::default() };
        let serving = tokio::spawn(serve(server, listener, listen, shutdown.drain()));
        // A name, not an address, so that TLS and balancing see what they see in production.
        let address = format!("{scheme}://localhost:{port}");
        let channel = match over {
            Over::Process => client().local(&services),
            _ => client().dial(&address, &client_tls, &Tasks::new(shutdown.clone())).unwrap(),
        };
        state.own_channel.set(channel.clone()).unwrap();
        Self { state, channel, shutdown, serving, address, vitals }
    }

    /// A channel to a port nobody listens on.
    pub(crate) async fn dead_peer() -> Channel {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        client().dial(&address, &ChannelTls::default(), &Tasks::new(Shutdown::new())).unwrap()
    }

    /// The same peer at another address.
    pub(crate) fn channel_through(address: SocketAddr) -> Channel {
        let address = format!("http://{address}");
        client().dial(&address, &ChannelTls::default(), &Tasks::new(Shutdown::new())).unwrap()
    }

    pub(crate) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    pub(crate) fn address(&self) -> String {
        self.address.clone()
    }

    pub(crate) fn vitals(&self) -> VitalsSnapshot {
        self.vitals.snapshot()
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.state.attempts.load(Ordering::Relaxed)
    }

    pub(crate) async fn call_waits_at_gate(&self) {
        self.state.arrived.notified().await;
    }

    pub(crate) fn open_gate(&self) {
        self.state.gate.notify_one();
    }

    pub(crate) fn begin_drain(&self) {
        self.shutdown.begin();
    }

    pub(crate) async fn stop(self) -> Result<(), ServeError> {
        drop(self.channel);
        self.shutdown.begin();
        self.serving.await.unwrap()
    }
}

/// An authority, a server certificate for localhost and a client certificate.
fn certificates() -> (ServerTls, ChannelTls) {
    let authority_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(params, authority_key);
    let signed = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        (certificate.pem(), SecretString::from(key.serialize_pem()))
    };
    let (certificate, key) = signed("localhost");
    (
        ServerTls { certificate, key, client_ca: Some(authority.clone()) },
        ChannelTls { ca: Some(authority), host_name: None, identity: Some(signed("tester")) },
    )
}

pub(crate) async fn open_stream(channel: &Channel) -> Streaming<String> {
    let mut grpc = tonic::client::Grpc::new(channel.clone());
    grpc.ready().await.unwrap();
    let codec = ProstCodec::<String, String>::default();
    grpc.server_streaming(Request::new(String::new()), path("Watch"), codec).await.unwrap().into_inner()
}
