//! Spreads calls over all addresses of a host name, and follows them as they change.

use crate::tasks::{OnDrain, OnError, Tasks};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::sync::mpsc::Sender;
use tonic::transport::channel::Change;
use tonic::transport::{Channel, Endpoint, Uri};

/// The name is resolved again after this time.
pub const DNS_INTERVAL: Duration = Duration::from_secs(5);
/// Changes on their way to the balancer; the resolver waits when it is full.
const PENDING_CHANGES: usize = 64;

/// `host:port` when the address names a host that may have several addresses; addresses and localhost are dialled as
/// they are.
pub(super) fn host_to_resolve(uri: &Uri) -> Option<String> {
    let (host, port) = host_and_port(uri)?;
    let literal = host.parse::<IpAddr>().is_ok();
    (!literal && host != "localhost").then(|| format!("{host}:{port}"))
}

/// Host, without brackets, and port of an address.
pub(super) fn host_and_port(uri: &Uri) -> Option<(String, u16)> {
    let host = uri.host()?.trim_matches(['[', ']']).to_owned();
    Some((host, uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 })))
}

/// Asks the system's resolver for `host:port`.
pub(super) async fn resolve(host: String) -> io::Result<BTreeSet<SocketAddr>> {
    Ok(tokio::net::lookup_host(host).await?.collect())
}

/// A connection per address that `resolve` finds, kept up to date by a background task; `at` makes the endpoint of an
/// address.
pub(super) fn balanced<F>(
    resolve: impl Fn() -> F + Send + Sync + 'static,
    interval: Duration,
    tasks: &Tasks,
    at: impl Fn(SocketAddr) -> Option<Endpoint> + Send + Sync + 'static,
) -> Channel
where
    F: Future<Output = io::Result<BTreeSet<SocketAddr>>> + Send,
{
    let (channel, changes) = Channel::balance_channel(PENDING_CHANGES);
    let drain = tasks.drain();
    tasks.spawn("dns", OnError::Report, OnDrain::Abort, async move {
        let mut known = BTreeSet::new();
        loop {
            match resolve().await {
                Ok(found) => {
                    if !announce(&at, &known, &found, &changes).await {
                        return Ok::<_, Infallible>(());
                    }
                    known = found;
                }
                // The last known addresses are better than none.
                Err(error) => tracing::warn!(%error, "a role's host name is not resolved"),
            }
            if !drain.sleep(interval).await {
                return Ok(());
            }
        }
    });
    channel
}

/// Tells the balancer what changed; false when nobody holds the channel any more.
async fn announce(
    at: &(impl Fn(SocketAddr) -> Option<Endpoint> + Sync),
    known: &BTreeSet<SocketAddr>,
    found: &BTreeSet<SocketAddr>,
    changes: &Sender<Change<SocketAddr, Endpoint>>,
) -> bool {
    for gone in known.difference(found) {
        if changes.send(Change::Remove(*gone)).await.is_err() {
            return false;
        }
    }
    for new in found.difference(known) {
        let Some(endpoint) = at(*new) else { continue };
        if changes.send(Change::Insert(*new, endpoint)).await.is_err() {
            return false;
        }
    }
    !changes.is_closed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shutdown::Shutdown;
    use std::sync::{Arc, Mutex};
    use tokio::net::TcpListener;
    use tonic::transport::Server;
    use tonic::transport::server::TcpIncoming;
    use tonic_health::ServingStatus;
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_client::HealthClient;

    /// A replica that can be told from others: it knows one service of its own name.
    async fn replica(name: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (reporter, service) = tonic_health::server::health_reporter();
        reporter.set_service_status(name, ServingStatus::Serving).await;
        tokio::spawn(Server::builder().add_service(service).serve_with_incoming(TcpIncoming::from(listener)));
        address
    }

    /// How many of 200 calls the replica `a` answered.
    async fn share_of_a(channel: &Channel) -> u32 {
        let mut client = HealthClient::new(channel.clone());
        let mut answered = 0;
        for _ in 0..200 {
            let request = HealthCheckRequest { service: "a".to_owned() };
            answered += u32::from(client.check(request).await.is_ok());
        }
        answered
    }

    #[tokio::test]
    async fn calls_spread_over_all_addresses_and_follow_them() {
        let (a, b) = (replica("a").await, replica("b").await);
        let addresses = Arc::new(Mutex::new(BTreeSet::from([a, b])));
        let (told, shutdown) = (Arc::clone(&addresses), Shutdown::new());
        let tasks = Tasks::new(shutdown.clone());
        let channel = balanced(
            move || std::future::ready(Ok(told.lock().unwrap().clone())),
            Duration::from_millis(5),
            &tasks,
            |address| Endpoint::from_shared(format!("http://{address}")).ok(),
        );
        let share = share_of_a(&channel).await;
        assert!((50..=150).contains(&share), "{share} of 200");

        addresses.lock().unwrap().remove(&a);
        let alone = async {
            while share_of_a(&channel).await > 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), alone)
            .await
            .expect("the address that left is left alone");
        shutdown.begin();
        assert!(tasks.finish(Duration::from_secs(5)).await.is_empty());
    }
}
