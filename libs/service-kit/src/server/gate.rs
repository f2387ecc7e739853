//! What every call passes before it reaches a handler, in this order.
//!
//! 1. correlation id and span, so that even a refusal can be found in the log;
//! 2. a place: a full role answers at once and cheaply, before any signature is checked;
//! 3. identity and permission, before anything the caller sent is looked at;
//! 4. the deadline, so that a handler never works for nobody;
//! 5. panics end the call, not the process.
//!
//! Health and reflection pass 1 and 5 only: they must answer when everything else is full.

use super::ending::UntilDrain;
use super::permission::{self, Admission};
use crate::context::CallContext;
use crate::correlation::{CORRELATION_HEADER, CorrelationId};
use crate::identity::Verifier;
use crate::origin::ClientAddress;
use crate::policy::PolicyTable;
use crate::shutdown::Drain;
use crate::telemetry::{self, End, Within};
use crate::vitals::Vitals;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::{Request, Response};
use resync_fault::{ErrorKind, Fault, FaultBody, status::to_status};
use resync_resilience::{Bulkhead, Deadline, Slot};
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;
use tonic::body::Body;
use tonic::codegen::Service;
use tracing::{Instrument as _, Span};

/// A caller told to come back is told when.
const OVERLOAD_RETRY: Duration = Duration::from_millis(200);

/// Name of all methods that are not in the contract, so that a caller cannot make up labels.
const OTHER: &str = "_OTHER";

/// The rules of one role's gate.
#[derive(Debug)]
pub struct Gate {
    pub(super) role: &'static str,
    pub(super) policies: PolicyTable,
    pub(super) verifier: Option<Arc<Verifier>>,
    pub(super) places: Bulkhead,
    pub(super) timeout: Duration,
    pub(super) drain: Drain,
    pub(super) vitals: Vitals,
}

/// A service behind its gate.
#[derive(Debug, Clone)]
pub struct Gated<S> {
    inner: S,
    gate: Arc<Gate>,
}

impl<S> Gated<S> {
    pub(super) fn new(inner: S, gate: Gate) -> Self {
        Self { inner, gate: Arc::new(gate) }
    }
}

impl<S> Service<Request<Body>> for Gated<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let clone = self.inner.clone();
        let ready = std::mem::replace(&mut self.inner, clone);
        let gate = Arc::clone(&self.gate);
        Box::pin(async move { Ok(gate.handle(ready, request).await) })
    }
}

impl Gate {
    async fn handle<S>(&self, next: S, request: Request<Body>) -> Response<Body>
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    {
        let correlation_id = request
            .extensions()
            .get::<CorrelationId>()
            .cloned()
            .unwrap_or_else(|| CorrelationId::from_headers(request.headers()));
        let method = self.policies.get(request.uri().path()).map_or(OTHER, |policy| policy.path);
        let span = telemetry::rpc_server(method, self.role, correlation_id.as_str(), request.headers());
        let traceparent =
            telemetry::traceparent(&span).or_else(|| request.headers().get("traceparent").cloned());
        // Complete enough for log lines; who calls is found out within.
        let told = request.extensions().get::<ClientAddress>().copied();
        let unknown = CallContext {
            caller: None,
            deadline: None,
            correlation_id: correlation_id.clone(),
            client_address: told.or_else(|| ClientAddress::from_headers(request.headers())),
            traceparent,
        };
        let served = self.served(next, request, method, unknown.clone(), &span);
        let mut response = unknown.scope(served).instrument(span.clone()).await;
        response.headers_mut().insert(CORRELATION_HEADER, correlation_id.header_value());
        response
    }

    /// Answers, whatever becomes of the call, and takes note of how.
    async fn served<S>(
        &self,
        next: S,
        request: Request<Body>,
        method: &'static str,
        unknown: CallContext,
        span: &Span,
    ) -> Response<Body>
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    {
        let started = Instant::now();
        let response = match self.admitted(next, request, method, unknown, span).await {
            Ok(response) => response,
            Err(refusal) => to_status(&refusal).into_http(),
        };
        let took = started.elapsed();
        telemetry::answered(span, End::Server, response.headers());
        // A stream that fails later started well.
        let code = telemetry::rpc_status(response.headers()).unwrap_or("OK");
        let rpc_method = telemetry::rpc_method(method);
        metrics::histogram!(
            telemetry::SERVER_DURATION,
            "rpc_method" => rpc_method,
            "rpc_response_status_code" => code
        )
        .record(took.as_secs_f64());
        // Probes and reflection would drown what a method's latency says about the work.
        if method != OTHER {
            self.vitals.record_call(method, took, is_own_fault(code));
        }
        tracing::debug!(
            role = self.role,
            rpc.method = rpc_method,
            rpc.response.status_code = code,
            duration_ms = took.as_secs_f64() * 1e3,
            "call"
        );
        response
    }

    async fn admitted<S>(
        &self,
        next: S,
        mut request: Request<Body>,
        method: &'static str,
        unknown: CallContext,
        span: &Span,
    ) -> Result<Response<Body>, FaultBody>
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    {
        if PolicyTable::is_open(request.uri().path()) {
            let response = caught(next, request).await?;
            let within = Within::new(span.clone(), End::Server, Some(unknown));
            return Ok(self.ending(response, method, None, within));
        }
        let place = self.places.try_enter().map_err(|_| overloaded())?;
        let Admission { caller } = permission::admit(&self.policies, self.verifier.as_deref(), &request)
            .map_err(|refusal| {
                tracing::info!(reason = refusal.reason(), detail = ?refusal, "call refused");
                FaultBody::from(&refusal)
            })?;
        let asked = request.extensions().get::<Deadline>().copied().or_else(|| {
            request
                .headers()
                .get("grpc-timeout")
                .and_then(|v| v.to_str().ok())
                .and_then(Deadline::from_grpc_timeout)
        });
        let deadline = asked.unwrap_or_else(|| Deadline::after(self.timeout));
        let context = CallContext { caller: Some(caller.clone()), deadline: Some(deadline), ..unknown };
        request.extensions_mut().insert(caller);
        request.extensions_mut().insert(context.clone());
        let within = Within::new(span.clone(), End::Server, Some(context.clone()));
        let response =
            deadline.bound(context.scope(caught(next, request))).await.map_err(|_| deadline_exceeded())??;
        Ok(self.ending(response, method, Some(place), within))
    }

    fn ending(
        &self,
        response: Response<Body>,
        method: &'static str,
        place: Option<Slot>,
        within: Within,
    ) -> Response<Body> {
        let (drain, resources) = (&self.drain, self.vitals.resources());
        response.map(|body| Body::new(UntilDrain::new(body, drain, resources, method, place, within)))
    }
}

async fn caught<S>(mut next: S, request: Request<Body>) -> Result<Response<Body>, FaultBody>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(Ok(response)) => Ok(response),
        Err(_panic) => {
            tracing::error!("a handler panicked");
            Err(FaultBody::new(ErrorKind::Internal, "HANDLER_PANICKED", "something went wrong inside Resync"))
        }
    }
}

fn overloaded() -> FaultBody {
    let mut body = FaultBody::new(ErrorKind::ResourceExhausted, "OVERLOADED", "too many calls at once")
        .with_hint("try again shortly");
    body.retryable = true;
    body.retry_after_ms = u64::try_from(OVERLOAD_RETRY.as_millis()).ok();
    body
}

fn deadline_exceeded() -> FaultBody {
    FaultBody::new(ErrorKind::DeadlineExceeded, "DEADLINE_EXCEEDED", "the time allowed for this call is over")
}

/// Statuses that say the server failed its caller. Any other one is the answer that was due.
fn is_own_fault(code: &str) -> bool {
    matches!(code, "UNKNOWN" | "DEADLINE_EXCEEDED" | "INTERNAL" | "UNAVAILABLE" | "DATA_LOSS")
}
