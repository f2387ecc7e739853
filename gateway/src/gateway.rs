//! The gateway on its socket: HTTP/1.1 and HTTP/2 on one port, bounded connections, a drain that lets requests finish.

use crate::app::App;
use crate::counters;
use crate::security::Keeper;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use resync_service_kit::shutdown::Drain;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tower::service_fn;
use tower::{Service as _, ServiceExt as _};

const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_HEADER_BYTES: u32 = 32 * 1024;
const MAX_HEADERS: usize = 100;
const STREAMS_PER_CONNECTION: u32 = 256;
/// Outside peers; the mesh inside probes more often.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(60);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// After a failed accept (no file descriptors left), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A gateway that has its address.
#[derive(Debug)]
pub struct Gateway {
    listener: TcpListener,
    router: Router,
    app: Arc<App>,
    keeper: Keeper,
}

/// The drain took longer than the grace of the settings; the rest was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{connections} connections were still busy when the grace time was over")]
pub struct CutOff {
    /// How many.
    pub connections: usize,
}

impl Gateway {
    pub(crate) fn new(listener: TcpListener, router: Router, app: Arc<App>, keeper: Keeper) -> Self {
        Self { listener, router, app, keeper }
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the operating system said.
    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The whole gateway as a service, for callers in the same process such as tests and benches.
    pub fn app(&self) -> Router {
        self.router.clone()
    }

    /// Serves until the drain begins and the requests under way have finished.
    ///
    /// # Errors
    /// When some did not finish in time.
    pub async fn run(self, drain: Drain) -> Result<(), CutOff> {
        let Self { listener, router, app, keeper } = self;
        // Outlives the requests, whose last events it keeps.
        let (finish, finished) = oneshot::channel();
        let keeping = tokio::spawn(keeper.run(finished));
        let grace = app.config.grace;
        let places = Arc::new(Semaphore::new(app.config.max_connections));
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                Some(_) = connections.join_next() => continue,
                () = drain.begun() => break,
            };
            let (stream, peer) = match accepted {
                Ok(connection) => connection,
                Err(error) => {
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
                counters::count(counters::CONNECTIONS_REFUSED);
                continue;
            };
            let router = router.clone();
            let watcher = graceful.watcher();
            let patience = app.config.first_request_timeout;
            connections.spawn(async move {
                let _place = place;
                serve(stream, peer, router, watcher, patience).await;
            });
        }
        drop(listener);
        app.local.leave(&app.clients).await;
        app.ending.begin();
        let began = Instant::now();
        let finished = async {
            graceful.shutdown().await;
            while connections.join_next().await.is_some() {}
        };
        let _ = tokio::time::timeout(grace, finished).await;
        // What was begun under a key is worth the rest of the time: cut off, its outcome would be unknown.
        app.executions.finish(grace.saturating_sub(began.elapsed())).await;
        let left = connections.len();
        connections.shutdown().await;
        drop(finish);
        if keeping.await.is_err() {
            tracing::error!("the last security events were not kept");
        }
        if left == 0 { Ok(()) } else { Err(CutOff { connections: left }) }
    }
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
    first_request_timeout: Duration,
) {
    // Small answers must not wait for more to send; a socket that refuses is about to fail anyway.
    let _ = stream.set_nodelay(true);
    let asked = Arc::new(Notify::new());
    let note = Arc::clone(&asked);
    let service = service_fn(move |mut request: http::Request<hyper::body::Incoming>| {
        note.notify_one();
        request.extensions_mut().insert(ConnectInfo(peer));
        let mut router = router.clone();
        async move {
            let response =
                router.as_service().ready().await?.call(request.map(axum::body::Body::new)).await?;
            Ok::<_, Infallible>(response)
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEADER_BYTES as usize * 2);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(MAX_HEADER_BYTES)
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT);
    let connection =
        builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service));
    // hyper's own timeouts begin only when it knows which protocol is spoken.
    let silent = async {
        if tokio::time::timeout(first_request_timeout, asked.notified()).await.is_ok() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        ended = watcher.watch(connection.into_owned()) => if let Err(error) = ended {
            tracing::debug!(%error, client.address = %peer.ip(), "connection ended with an error");
        },
        () = silent => {
            counters::count(counters::CONNECTIONS_SILENT);
            tracing::debug!(client.address = %peer.ip(), "connection closed: no request came");
        }
    }
}
