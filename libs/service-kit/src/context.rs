//! What one incoming call hands on to the calls made for it: who asks, how long they wait, which request it belongs to.
//!
//! The server keeps it around the handler, so a channel finds it without being told. A value put on the outgoing request
//! itself (a [`Caller`], a [`Deadline`], a [`CorrelationId`]) goes before it; spawned tasks and streams that outlive the
//! handler must pass their values that way.

use crate::correlation::CorrelationId;
use crate::identity::Caller;
use crate::origin::ClientAddress;
use resync_resilience::Deadline;
use std::future::Future;

/// Where the trace id stands in a `traceparent`.
const TRACE_ID: std::ops::Range<usize> = 3..35;

/// The context of a call being served. Also found in the request's extensions.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// Who asks; unset for open services.
    pub caller: Option<Caller>,
    /// When nobody waits for the answer any more.
    pub deadline: Option<Deadline>,
    /// The request it belongs to.
    pub correlation_id: CorrelationId,
    /// Where that request came from; unset for what the mesh does by itself.
    pub client_address: Option<ClientAddress>,
    /// W3C `traceparent` of the call: of its span where this process records traces, else as received, to be passed on.
    pub traceparent: Option<http::HeaderValue>,
}

tokio::task_local! {
    static CURRENT: CallContext;
}

impl CallContext {
    /// The context of the handler that runs now; unset outside of one.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs `work` with this context as the current one.
    pub fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }

    /// Does `work`, which does not wait, with this context as the current one.
    pub fn within<T>(self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, work)
    }

    /// The id of the trace that the call belongs to.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.traceparent.as_ref()?.to_str().ok()?.get(TRACE_ID)
    }
}
