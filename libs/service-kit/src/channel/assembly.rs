//! What goes with an outgoing call, gathered once before its first attempt.
//!
//! A value on the request itself wins over the context of the call being served, and that over the role's own.

use super::Config;
use crate::context::CallContext;
use crate::correlation::{CORRELATION_HEADER, CorrelationId};
use crate::identity::Caller;
use crate::origin::{CLIENT_ADDRESS_HEADER, ClientAddress};
use http::request::Parts;
use http::{HeaderValue, Request};
use resync_resilience::Deadline;
use tonic::body::Body;

/// A call with everything that travels along.
pub(super) struct Outgoing {
    pub(super) parts: Parts,
    pub(super) body: Body,
    pub(super) caller: Caller,
    pub(super) deadline: Deadline,
    pub(super) correlation_id: CorrelationId,
    /// The RPC's path when the contract knows it; a bounded label.
    pub(super) method: &'static str,
    pub(super) idempotent: bool,
}

impl Outgoing {
    pub(super) fn assemble(request: Request<Body>, config: &Config) -> Self {
        let (mut parts, body) = request.into_parts();
        let context = CallContext::current();
        let policy = config.policies.get(parts.uri.path());

        let given = parts.extensions.remove::<Caller>();
        let inherited = || context.as_ref().and_then(|context| context.caller.clone());
        let caller = given.or_else(inherited).unwrap_or_else(|| config.own.clone());

        let given = parts.extensions.remove::<CorrelationId>();
        let correlation_id = given
            .or_else(|| context.as_ref().map(|context| context.correlation_id.clone()))
            .unwrap_or_else(|| CorrelationId::from_headers(&parts.headers));

        let given = parts.extensions.remove::<ClientAddress>();
        let address = given.or_else(|| context.as_ref().and_then(|context| context.client_address));

        // The nearest of: what the request says in either form, what is left of the call being served. The default
        // counts only when nobody said anything.
        let said = [
            parts.extensions.remove::<Deadline>(),
            parts
                .headers
                .get("grpc-timeout")
                .and_then(|v| v.to_str().ok())
                .and_then(Deadline::from_grpc_timeout),
            context.as_ref().and_then(|context| context.deadline),
        ];
        let deadline = said.into_iter().flatten().min().unwrap_or_else(|| Deadline::after(config.timeout));

        // Whatever the request came with is not ours to forward.
        parts.headers.remove(http::header::AUTHORIZATION);
        parts.headers.insert(CORRELATION_HEADER, correlation_id.header_value());
        match address.and_then(ClientAddress::header_value) {
            Some(address) => parts.headers.insert(CLIENT_ADDRESS_HEADER, address),
            None => parts.headers.remove(CLIENT_ADDRESS_HEADER),
        };

        Self {
            parts,
            body,
            caller,
            deadline,
            correlation_id,
            method: policy.map_or("_OTHER", |policy| policy.path),
            idempotent: policy.is_some_and(|policy| policy.idempotent),
        }
    }
}

/// The head of one attempt.
pub(super) fn attempt_head(parts: &Parts, previous_attempts: u32) -> Parts {
    let mut head = Request::new(()).into_parts().0;
    head.method = parts.method.clone();
    head.uri = parts.uri.clone();
    head.version = parts.version;
    head.headers = parts.headers.clone();
    head.extensions = parts.extensions.clone();
    if previous_attempts > 0 {
        head.headers.insert("grpc-previous-rpc-attempts", HeaderValue::from(previous_attempts));
    }
    head
}
