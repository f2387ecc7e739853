//! A small role without a contract of its own: strings in, strings out, written against tonic directly.
#![expect(clippy::unwrap_used, reason = "test support: a failed step is a failed test")]

use futures::StreamExt as _;
use futures::stream::BoxStream;
use http::{Request as HttpRequest, Response as HttpResponse};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use resync_fault::status::{from_status, to_status};
use resync_fault::{ErrorKind, FaultBody};
use resync_service_kit::channel::{self, Channel, ChannelTls, LocalServices};
use resync_service_kit::context::CallContext;
use resync_service_kit::identity::{Caller, MESH, Minter, Principal, RootKey, Verifier};
use resync_service_kit::policy::{Exposure, PolicyTable, RpcPolicy};
use resync_service_kit::server::{self, ListenConfig, ServeError, ServerTls, serve};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::Tasks;
use secrecy::SecretString;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tonic::body::Body;
use tonic::client::GrpcService;
use tonic::codegen::{BoxFuture, Service};
use tonic::server::{Grpc, NamedService, ServerStreamingService, UnaryService};
use tonic::{Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;

const fn row(path: &'static str, permission: &'static str, idempotent: bool) -> RpcPolicy {
    RpcPolicy { path, permission, scope_field: "", exposure: Exposure::Internal, idempotent }
}

const POLICIES: [RpcPolicy; 3] = [
    row("/test.Echo/Say", "echo.read", true),
    row("/test.Echo/Act", "echo.write", false),
    row("/test.Echo/Watch", "echo.read", true),
];

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Over {
    Process,
    Tcp,
    MutualTls,
}

#[derive(Default)]
struct State {
    attempts: AtomicU32,
    arrived: Notify,
    gate: Notify,
    own_channel: OnceLock<Channel>,
}

#[derive(Clone)]
struct Echo(Arc<State>);

impl NamedService for Echo {
    const NAME: &'static str = "test.Echo";
}

impl Service<HttpRequest<Body>> for Echo {
    type Response = HttpResponse<Body>;
    type Error = Infallible;
    type Future = BoxFuture<HttpResponse<Body>, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest<Body>) -> Self::Future {
        let echo = self.clone();
        Box::pin(async move {
            let mut grpc = Grpc::new(ProstCodec::<String, String>::default());
            Ok(match request.uri().path() {
                "/test.Echo/Watch" => grpc.server_streaming(echo, request).await,
                _ => grpc.unary(echo, request).await,
            })
        })
    }
}

impl UnaryService<String> for Echo {
    type Response = String;
    type Future = BoxFuture<Response<String>, Status>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        let state = Arc::clone(&self.0);
        Box::pin(async move { answer(&state, &request).await.map(Response::new) })
    }
}

impl ServerStreamingService<String> for Echo {
    type Response = String;
    type ResponseStream = BoxStream<'static, Result<String, Status>>;
    type Future = BoxFuture<Response<Self::ResponseStream>, Status>;

    fn call(&mut self, _: Request<String>) -> Self::Future {
        let endless = futures::stream::iter([Ok("first".to_owned())]).chain(futures::stream::pending());
        Box::pin(async move { Ok(Response::new(endless.boxed())) })
    }
}

async fn answer(state: &State, request: &Request<String>) -> Result<String, Status> {
    let context = request.extensions().get::<CallContext>().expect("the gate sets it");
    match request.get_ref().as_str() {
        "caller" => {
            let caller = request.extensions().get::<Caller>().expect("the gate sets it");
            Ok(format!("{} {}", caller.subject, context.correlation_id))
        }
        "relay" => {
            let channel = state.own_channel.get().expect("set at start");
            call(channel, "Say", Request::new("caller".to_owned())).await.map_err(|fault| to_status(&fault))
        }
        "deadline" => Ok(context.deadline.expect("always one").remaining().as_millis().to_string()),
        "fail" => Err(to_status(
            &FaultBody::new(ErrorKind::FailedPrecondition, "ECHO_BROKEN", "broken").with_hint("mend it"),
        )),
        "panic" => panic!("a defect"),
        "hang" => std::future::pending().await,
        "gate" => {
            state.arrived.notify_one();
            state.gate.notified().await;
            Ok("through the gate".to_owned())
        }
        // Like a proxy whose backend is away: no details.
        "flaky" => match state.attempts.fetch_add(1, Ordering::Relaxed) + 1 {
            3 => Ok("attempt 3".to_owned()),
            _ => Err(Status::unavailable("no backend")),
        },
        other => Ok(other.to_owned()),
    }
}

/// One role, up and running.
pub(crate) struct Cluster {
    state: Arc<State>,
    channel: Channel,
    shutdown: Shutdown,
    serving: JoinHandle<Result<(), ServeError>>,
    address: String,
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
        let config = server::Config {
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
        Self { state, channel, shutdown, serving, address }
    }

    /// A channel to a port nobody listens on.
    pub(crate) async fn dead_peer() -> Channel {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        client().dial(&address, &ChannelTls::default(), &Tasks::new(Shutdown::new())).unwrap()
    }

    pub(crate) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    pub(crate) fn address(&self) -> String {
        self.address.clone()
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

type BoxError = Box<dyn std::error::Error + Send + Sync>;

fn path(method: &str) -> http::uri::PathAndQuery {
    format!("/test.Echo/{method}").parse().unwrap()
}

pub(crate) async fn call<C>(channel: &C, method: &str, request: Request<String>) -> Result<String, FaultBody>
where
    C: GrpcService<Body> + Clone,
    C::Error: Into<BoxError>,
    C::ResponseBody: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    <C::ResponseBody as http_body::Body>::Error: Into<BoxError>,
{
    let mut grpc = tonic::client::Grpc::new(channel.clone());
    grpc.ready()
        .await
        .map_err(|error| FaultBody::new(ErrorKind::Unavailable, "NOT_READY", error.into().to_string()))?;
    let answer = grpc.unary(request, path(method), ProstCodec::<String, String>::default()).await;
    answer.map(Response::into_inner).map_err(|status| from_status(&status))
}

pub(crate) async fn open_stream(channel: &Channel) -> Streaming<String> {
    let mut grpc = tonic::client::Grpc::new(channel.clone());
    grpc.ready().await.unwrap();
    let codec = ProstCodec::<String, String>::default();
    grpc.server_streaming(Request::new(String::new()), path("Watch"), codec).await.unwrap().into_inner()
}
