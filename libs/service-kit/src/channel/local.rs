//! The services of this process, called directly: same messages, same gate, no socket.

use crate::server::{Gated, RoleServer};
use arc_swap::ArcSwap;
use http::{Request, Response};
use resync_fault::{ErrorKind, FaultBody, status::to_status};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::service::Routes;

/// Services by full name. Clones are the same set; roles that need each other can be added in any order.
#[derive(Clone, Default)]
pub struct LocalServices {
    by_name: Arc<ArcSwap<HashMap<&'static str, Gated<Routes>>>>,
}

impl LocalServices {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes all services of `server` callable.
    pub fn add(&self, server: &RoleServer) {
        self.by_name.rcu(|current| {
            let mut next = HashMap::clone(current);
            next.extend(server.names().iter().map(|name| (*name, server.service())));
            next
        });
    }

    /// Is there a service of that full name?
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.by_name.load().contains_key(name)
    }

    pub(super) async fn call(&self, request: Request<Body>) -> Response<Body> {
        // A direct call may never wait; without this a busy caller would starve its neighbours.
        tokio::task::consume_budget().await;
        let name = request.uri().path().trim_start_matches('/').split('/').next().unwrap_or_default();
        let Some(mut service) = self.by_name.load().get(name).cloned() else {
            let text = format!("no role of this process serves {name}");
            return to_status(
                &FaultBody::new(ErrorKind::Unavailable, "ROLE_NOT_RUNNING", text)
                    .with_hint("start the role in this process, or set its address under [mesh]"),
            )
            .into_http();
        };
        match std::future::poll_fn(|context| service.poll_ready(context)).await {
            Ok(()) => {}
            Err(never) => match never {},
        }
        match service.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

impl fmt::Debug for LocalServices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_name.load().keys()).finish()
    }
}
