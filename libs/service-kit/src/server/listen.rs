//! A role's server on a TCP socket.

use super::RoleServer;
use crate::shutdown::Drain;
use resync_fault::{ErrorKind, Fault};
use secrecy::{ExposeSecret as _, SecretString};
use std::borrow::Cow;
use std::time::Duration;
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Certificate, Identity, Server, ServerTlsConfig};
use tower::ServiceExt as _;

/// Inside the mesh an idle connection is probed this often; clients do the same.
pub(crate) const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(20);
/// A probe unanswered for this long means the connection is dead.
pub(crate) const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);
const STREAMS_PER_CONNECTION: u32 = 1_024;
const MAX_HEADER_BYTES: u32 = 32 * 1024;

/// Certificates of a server.
#[derive(Debug, Clone)]
pub struct ServerTls {
    /// The server's certificate chain, PEM.
    pub certificate: String,
    /// Its private key, PEM.
    pub key: SecretString,
    /// When set, clients must show a certificate of this authority.
    pub client_ca: Option<String>,
}

/// How connections are treated.
#[derive(Debug, Clone)]
pub struct ListenConfig {
    /// TLS, and mutual TLS when it names a client authority.
    pub tls: Option<ServerTls>,
    /// Calls under way when the drain begins have this long to finish.
    pub grace: Duration,
    /// Connections are closed gently after this time, so that clients spread over new replicas.
    pub max_connection_age: Option<Duration>,
}

impl Default for ListenConfig {
    fn default() -> Self {
        Self { tls: None, grace: Duration::from_secs(20), max_connection_age: None }
    }
}

/// Why a server stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The transport failed or its TLS settings are not usable.
    #[error("the gRPC server stopped: {0}")]
    Transport(#[from] tonic::transport::Error),
    /// Calls did not finish in time after the drain began; their connections were cut.
    #[error("calls were still under way {} s after the drain began", .0.as_secs())]
    CutOff(Duration),
}

impl Fault for ServeError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Internal
    }
    fn reason(&self) -> &'static str {
        match self {
            Self::Transport(_) => "SERVER_FAILED",
            Self::CutOff(_) => "DRAIN_CUT_OFF",
        }
    }
    fn public_message(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

/// Serves `server` on `listener` until the drain begins and the calls under way have finished.
///
/// # Errors
/// When the transport fails, or calls outlast the grace time.
pub async fn serve(
    server: RoleServer,
    listener: TcpListener,
    config: ListenConfig,
    drain: Drain,
) -> Result<(), ServeError> {
    let mut builder = Server::builder()
        .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .max_concurrent_streams(STREAMS_PER_CONNECTION);
    if let Some(age) = config.max_connection_age {
        builder = builder.max_connection_age(age).max_connection_age_grace(config.grace);
    }
    if let Some(tls) = &config.tls {
        builder = builder.tls_config(tls.to_tonic())?;
    }
    let service = server
        .service()
        .map_request(|request: http::Request<axum::body::Body>| request.map(tonic::body::Body::new));
    let routes = Routes::from(axum::Router::new().fallback_service(service));
    let leave = {
        let drain = drain.clone();
        async move {
            drain.begun().await;
            server.leave().await;
        }
    };
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let serving = builder.add_routes(routes).serve_with_incoming_shutdown(incoming, leave);
    let cut_off = async {
        drain.begun().await;
        tokio::time::sleep(config.grace).await;
    };
    tokio::select! {
        result = serving => Ok(result?),
        () = cut_off => Err(ServeError::CutOff(config.grace)),
    }
}

impl ServerTls {
    fn to_tonic(&self) -> ServerTlsConfig {
        let identity = Identity::from_pem(&self.certificate, self.key.expose_secret());
        let tls = ServerTlsConfig::new().identity(identity);
        match &self.client_ca {
            Some(ca) => tls.client_ca_root(Certificate::from_pem(ca)),
            None => tls,
        }
    }
}
