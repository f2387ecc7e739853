//! Spreads calls over all addresses of a host name, and follows them as they change.

use crate::tasks::{OnDrain, OnError, Tasks};
use std::collections::BTreeSet;
use std::convert::Infallible;
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
    let host = uri.host()?;
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    (!literal && host != "localhost").then(|| format!("{host}:{port}"))
}

/// A connection per address behind `host`, kept up to date by a background task; `at` makes the endpoint of an address.
pub(super) fn balanced(
    host: String,
    tasks: &Tasks,
    at: impl Fn(SocketAddr) -> Option<Endpoint> + Send + Sync + 'static,
) -> Channel {
    let (channel, changes) = Channel::balance_channel(PENDING_CHANGES);
    let drain = tasks.drain();
    tasks.spawn("dns", OnError::Report, OnDrain::Abort, async move {
        let mut known = BTreeSet::new();
        loop {
            match tokio::net::lookup_host(&host).await {
                Ok(found) => {
                    let found: BTreeSet<_> = found.collect();
                    if !announce(&at, &known, &found, &changes).await {
                        return Ok::<_, Infallible>(());
                    }
                    known = found;
                }
                // The last known addresses are better than none.
                Err(error) => tracing::warn!(host, %error, "name not resolved"),
            }
            if !drain.sleep(DNS_INTERVAL).await {
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
