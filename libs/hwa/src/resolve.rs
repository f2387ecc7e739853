//! Name resolution whose failure can be told from other failures.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// No address for a name.
#[derive(Debug, thiserror::Error)]
#[error("no address for {name}: {detail}")]
pub(crate) struct NameNotFound {
    name: String,
    detail: String,
}

impl NameNotFound {
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }
}

/// The system's resolver.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // Port 0 is replaced by the port of the URL.
            let addresses = lookup(name.as_str(), 0).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

pub(crate) async fn lookup(name: &str, port: u16) -> Result<Vec<SocketAddr>, NameNotFound> {
    let failed = |detail: String| NameNotFound { name: name.to_owned(), detail };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let addresses: Vec<_> =
        tokio::net::lookup_host((bare, port)).await.map_err(|error| failed(error.to_string()))?.collect();
    if addresses.is_empty() {
        Err(failed("the list of addresses is empty".to_owned()))
    } else {
        Ok(addresses)
    }
}
