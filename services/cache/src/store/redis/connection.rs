//! Connections: to one server, or to a cluster. One type, so that everything above is the same for both.

use std::fs;
use std::time::Duration;

use ::redis::aio::{ConnectionLike, MultiplexedConnection};
use ::redis::cluster::{ClusterClient, ClusterClientBuilder};
use ::redis::cluster_async::ClusterConnection;
use ::redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _, Pipeline,
    RedisError, RedisFuture, TlsCertificates, Value,
};
use secrecy::ExposeSecret as _;

use super::config::RedisConfig;
use super::fault;
use crate::store::{Cause, StoreError};

/// Redirects and retries inside one operation of the cluster client.
const CLUSTER_RETRIES: u32 = 4;
const CLUSTER_WAIT_MS: (u64, u64) = (20, 250);

/// Whom to connect to.
#[derive(Clone)]
pub(super) struct Target {
    /// Of each address; the only one, unless it is a cluster.
    nodes: Vec<Client>,
    cluster: Option<ClusterClient>,
    response_timeout: Duration,
    tls: bool,
    address: String,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Target({})", self.address)
    }
}

/// One connection, to be used by one operation at a time.
pub(super) struct Connection {
    link: Link,
    /// It failed in a way that the next operation would not survive.
    broken: bool,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Connection").field("broken", &self.broken).finish_non_exhaustive()
    }
}

enum Link {
    Single(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Target {
    /// Reads addresses and certificates. `response_timeout` is the longest wait for one answer.
    pub(super) fn new(config: &RedisConfig, response_timeout: Duration) -> Result<Self, StoreError> {
        let settings =
            |what: String| StoreError::new(Cause::Settings, format!("the settings of Redis: {what}"));
        let root_cert =
            match &config.ca_file {
                Some(path) => Some(fs::read(path).map_err(|error| {
                    settings(format!("CA file {} cannot be read: {error}", path.display()))
                })?),
                None => None,
            };
        let certificates = TlsCertificates { client_tls: None, root_cert };
        let infos = config
            .urls
            .iter()
            .map(|url| info(url.expose_secret(), config))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|what| settings(what.to_owned()))?;
        let tls = infos.iter().any(|info| matches!(info.addr(), ConnectionAddr::TcpTls { .. }));
        let address = infos.iter().map(|info| info.addr().to_string()).collect::<Vec<_>>().join(", ");
        let nodes = infos
            .iter()
            .map(|info| match tls {
                true => Client::build_with_tls(info.clone(), certificates.clone()),
                false => Client::open(info.clone()),
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| settings(error.to_string()))?;
        let cluster = match config.cluster {
            true => {
                let mut builder = ClusterClientBuilder::new(infos)
                    .retries(CLUSTER_RETRIES)
                    .min_retry_wait(CLUSTER_WAIT_MS.0)
                    .max_retry_wait(CLUSTER_WAIT_MS.1)
                    .connection_timeout(config.pool.connect_timeout.min(config.command_timeout))
                    .response_timeout(response_timeout);
                if tls {
                    builder = builder.certs(certificates);
                }
                Some(builder.build().map_err(|error| settings(error.to_string()))?)
            }
            false => None,
        };
        Ok(Self { nodes, cluster, response_timeout, tls, address })
    }

    pub(super) fn is_cluster(&self) -> bool {
        self.cluster.is_some()
    }

    /// A connection, at most after `within`.
    pub(super) async fn connect(&self, within: Duration) -> Result<Connection, StoreError> {
        let connecting = async {
            match &self.cluster {
                Some(cluster) => cluster.get_async_connection().await.map(Link::Cluster),
                None => self.node(&self.nodes[0], within).await,
            }
        };
        self.bounded(within, connecting).await
    }

    /// A connection to the first node of the list that answers, cluster or not: its errors are its own.
    pub(super) async fn connect_to_a_node(&self, within: Duration) -> Result<Connection, StoreError> {
        let mut last = self.timed_out(within);
        for node in &self.nodes {
            match self.bounded(within, self.node(node, within)).await {
                Ok(connection) => return Ok(connection),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn node(&self, node: &Client, within: Duration) -> Result<Link, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(within))
            .set_response_timeout(Some(self.response_timeout));
        node.get_multiplexed_async_connection_with_config(&config).await.map(Link::Single)
    }

    async fn bounded(
        &self,
        within: Duration,
        connecting: impl Future<Output = Result<Link, RedisError>>,
    ) -> Result<Connection, StoreError> {
        match tokio::time::timeout(within, connecting).await {
            Ok(Ok(link)) => Ok(Connection { link, broken: false }),
            Ok(Err(error)) => Err(self.fault(&error)),
            Err(_) => Err(self.timed_out(within)),
        }
    }

    /// What an error of the client means here.
    pub(super) fn fault(&self, error: &RedisError) -> StoreError {
        let cause = fault::cause(error, self.tls);
        if cause == Cause::TimedOut {
            return self.timed_out(self.response_timeout);
        }
        StoreError::new(cause, format!("Redis at {}: {error}", self.address))
    }

    pub(super) fn timed_out(&self, after: Duration) -> StoreError {
        let silent = if self.tls { " (a port without TLS stays silent, too)" } else { "" };
        let what = format!("Redis at {}: no answer within {after:?}{silent}", self.address);
        StoreError::new(Cause::TimedOut, what)
    }

    /// A finding about the server.
    pub(super) fn finding(&self, cause: Cause, what: &str) -> StoreError {
        StoreError::new(cause, format!("Redis at {}: {what}", self.address))
    }
}

fn info(url: &str, config: &RedisConfig) -> Result<ConnectionInfo, &'static str> {
    // The library's error is not shown: it may repeat the address with its password.
    let info =
        url.into_connection_info().map_err(|_| "an address is not of the form redis://HOST:PORT/DB")?;
    let mut redis = info.redis_settings().clone();
    if let Some(username) = &config.username {
        redis = redis.set_username(username);
    }
    if let Some(password) = &config.password {
        redis = redis.set_password(password.expose_secret());
    }
    if redis.username().is_some() && redis.password().is_none() {
        return Err("a user is set without a password");
    }
    Ok(info.set_redis_settings(redis))
}

impl Connection {
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// The same command at every primary; a single server is the only one.
    pub(super) async fn everywhere(&mut self, command: &Cmd) -> Result<Vec<Value>, RedisError> {
        use ::redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo};
        match &mut self.link {
            Link::Single(connection) => {
                Ok(vec![connection.send_packed_command(command).await?.extract_error()?])
            }
            Link::Cluster(connection) => {
                let routing = RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllMasters, None));
                match connection.route_command(command.clone(), routing).await?.extract_error()? {
                    Value::Map(answers) => Ok(answers.into_iter().map(|(_, answer)| answer).collect()),
                    other => Ok(vec![other]),
                }
            }
        }
    }

    fn note<T>(&mut self, outcome: Result<T, RedisError>) -> Result<T, RedisError> {
        if let Err(error) = &outcome {
            // The cluster client reconnects by itself.
            self.broken |= error.is_unrecoverable_error() && matches!(self.link, Link::Single(_));
        }
        outcome
    }
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async move {
            let outcome = match &mut self.link {
                Link::Single(connection) => connection.req_packed_command(command).await,
                Link::Cluster(connection) => connection.req_packed_command(command).await,
            };
            self.note(outcome)
        })
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(async move {
            let outcome = match &mut self.link {
                Link::Single(connection) => connection.req_packed_commands(pipeline, offset, count).await,
                Link::Cluster(connection) => connection.req_packed_commands(pipeline, offset, count).await,
            };
            self.note(outcome)
        })
    }

    fn get_db(&self) -> i64 {
        match &self.link {
            Link::Single(connection) => connection.get_db(),
            Link::Cluster(connection) => connection.get_db(),
        }
    }
}
