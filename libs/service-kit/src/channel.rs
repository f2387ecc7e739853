//! How roles call each other: one channel type, whether the other side is in this process or behind TCP.
//!
//! Every call carries the caller's identity, a deadline reduced by the time already spent, the correlation id and the
//! trace context; it passes a breaker, and is retried within a budget when the contract says the RPC may be repeated.
//! What the call is about, the channel does not know.

mod assembly;
mod attempt;
mod local;
mod balance;

pub use balance::DNS_INTERVAL;
pub use local::LocalServices;

use crate::identity::{Caller, Minter};
use crate::policy::PolicyTable;
use crate::server::{KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT};
use crate::tasks::Tasks;
use crate::telemetry;
use assembly::Outgoing;
use futures::future::BoxFuture;
use http::{Request, Response};
use resync_fault::{ErrorKind, Fault};
use resync_resilience::{Breaker, BreakerConfig, BreakerState, RetryBudget, RetryPolicy};
use secrecy::{ExposeSecret as _, SecretString};
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity, Uri};
use tracing::Instrument as _;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// An error with its details is a header. One that is larger than the transport's own small default would look like a
/// broken peer.
const MAX_HEADER_BYTES: u32 = 64 * 1024;

/// What all channels of a role have in common.
#[derive(Debug, Clone)]
pub struct Config {
    /// Who calls when no caller is known: the role itself.
    pub own: Caller,
    /// Which RPCs may be retried.
    pub policies: PolicyTable,
    /// Signs for calls that leave the process; without it only in-process channels work.
    pub minter: Option<Minter>,
    /// Bound for calls whose caller set none.
    pub timeout: Duration,
    /// How often to try.
    pub retry: RetryPolicy,
    /// When to stop trying.
    pub breaker: BreakerConfig,
}

/// TLS towards another role.
#[derive(Debug, Clone, Default)]
pub struct ChannelTls {
    /// Authority that signed the server's certificate, PEM.
    pub ca: Option<String>,
    /// Name in the server's certificate, when it differs from the address.
    pub host_name: Option<String>,
    /// Own certificate chain and key for mutual TLS, PEM.
    pub identity: Option<(String, SecretString)>,
}

/// An address that cannot be dialled.
#[derive(Debug, thiserror::Error)]
#[error("the address {address:?} cannot be used: {source}")]
pub struct AddressError {
    address: String,
    source: tonic::transport::Error,
}

impl Fault for AddressError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidArgument
    }
    fn reason(&self) -> &'static str {
        "MESH_ADDRESS_INVALID"
    }
    fn hint(&self) -> Option<Cow<'_, str>> {
        Some("write it like http://host:port, or https://host:port for TLS".into())
    }
}

impl Config {
    /// Usual limits.
    #[must_use]
    pub fn new(own: Caller, policies: PolicyTable) -> Self {
        Self {
            own,
            policies,
            minter: None,
            timeout: DEFAULT_TIMEOUT,
            retry: RetryPolicy::default(),
            breaker: BreakerConfig::default(),
        }
    }

    /// A channel to the services of this process, those added later included.
    #[must_use]
    pub fn local(&self, services: &LocalServices) -> Channel {
        self.channel("this process", None, Transport::Local(services.clone()))
    }

    /// A channel over TCP to `http://host:port` or `https://host:port`. A host name is resolved again and again and calls
    /// are spread over all its addresses; nothing is dialled before the first call.
    ///
    /// # Errors
    /// When the address or the TLS settings are not usable.
    pub fn dial(&self, address: &str, tls: &ChannelTls, tasks: &Tasks) -> Result<Channel, AddressError> {
        let invalid = |source| AddressError { address: address.to_owned(), source };
        let named = Endpoint::from_shared(address.to_owned()).map_err(invalid)?;
        let uri = named.uri().clone();
        let server = balance::host_and_port(&uri);
        let endpoint = prepared(named, &uri, tls).map_err(invalid)?;
        let connection = match balance::host_to_resolve(&uri) {
            None => endpoint.connect_lazy(),
            Some(host) => {
                let (tls, scheme) = (tls.clone(), uri.scheme_str().unwrap_or("http").to_owned());
                let resolve = move || balance::resolve(host.clone());
                balance::balanced(resolve, balance::DNS_INTERVAL, tasks, move |address| {
                    // Dials the address; requests and certificates go on naming the host.
                    let at = Endpoint::from_shared(format!("{scheme}://{address}")).ok()?.origin(uri.clone());
                    prepared(at, &uri, &tls).ok()
                })
            }
        };
        Ok(self.channel(address, server, Transport::Tcp(connection)))
    }

    fn channel(&self, target: &str, server: Option<(String, u16)>, transport: Transport) -> Channel {
        let shared = Shared {
            target: target.to_owned(),
            server,
            config: self.clone(),
            breaker: Breaker::new(self.breaker),
            budget: RetryBudget::default(),
        };
        Channel { transport, shared: Arc::new(shared) }
    }
}

/// An endpoint with the mesh's timings, and TLS when `named` asks for it.
fn prepared(endpoint: Endpoint, named: &Uri, tls: &ChannelTls) -> Result<Endpoint, tonic::transport::Error> {
    let endpoint = endpoint
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_nodelay(true)
        .http2_keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT)
        .keep_alive_while_idle(true)
        .http2_max_header_list_size(MAX_HEADER_BYTES);
    match named.scheme_str() {
        Some("https") => endpoint.tls_config(tls.to_tonic(named.host())),
        _ => Ok(endpoint),
    }
}

impl ChannelTls {
    fn to_tonic(&self, host: Option<&str>) -> ClientTlsConfig {
        let mut tls = ClientTlsConfig::new();
        if let Some(name) = self.host_name.as_deref().or(host) {
            tls = tls.domain_name(name);
        }
        if let Some(ca) = &self.ca {
            tls = tls.ca_certificate(Certificate::from_pem(ca));
        }
        if let Some((certificate, key)) = &self.identity {
            tls = tls.identity(Identity::from_pem(certificate, key.expose_secret()));
        }
        tls
    }
}

#[derive(Clone)]
enum Transport {
    Local(LocalServices),
    Tcp(tonic::transport::Channel),
}

struct Shared {
    target: String,
    /// Host and port, when the other side is not in this process.
    server: Option<(String, u16)>,
    config: Config,
    breaker: Breaker,
    budget: RetryBudget,
}

/// A way to another role. Cheap to clone; clones share breaker and budget.
#[derive(Clone)]
pub struct Channel {
    transport: Transport,
    shared: Arc<Shared>,
}

impl Channel {
    /// Is the other side being called, or left alone after repeated failures?
    #[must_use]
    pub fn breaker_state(&self) -> BreakerState {
        self.shared.breaker.state()
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").field("target", &self.shared.target).finish_non_exhaustive()
    }
}

impl Service<Request<Body>> for Channel {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Waiting for a connection is part of the call, where its deadline bounds it.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let channel = self.clone();
        Box::pin(async move {
            let started = tokio::time::Instant::now();
            let mut outgoing = Outgoing::assemble(request, &channel.shared.config);
            let method = outgoing.method;
            let span = telemetry::rpc_client(method, channel.shared.server.as_ref());
            telemetry::inject_from(&span, &mut outgoing.parts.headers);
            let running = attempt::run(&channel.transport, &channel.shared, outgoing);
            let response = running.instrument(span.clone()).await;
            let code = telemetry::rpc_status(response.headers()).unwrap_or("OK");
            metrics::histogram!(
                telemetry::CLIENT_DURATION,
                "rpc_method" => telemetry::rpc_method(method),
                "rpc_response_status_code" => code
            )
            .record(started.elapsed().as_secs_f64());
            if span.is_disabled() {
                return Ok(response);
            }
            telemetry::answered(&span, telemetry::End::Client, response.headers());
            Ok(response.map(|body| Body::new(telemetry::InSpan::client(body, span))))
        })
    }
}
