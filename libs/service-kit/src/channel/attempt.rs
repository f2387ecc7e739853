//! Makes the attempts of one call and judges their answers.
//!
//! Retried are only RPCs the contract calls idempotent, and only while no answer has begun: when the transport failed,
//! when a foreign server or proxy said UNAVAILABLE, or when the other role asked to come back soon (RetryInfo). A fault that
//! another role states about itself ("the engine is down") is an answer, not a broken peer: it neither retries nor trips
//! the breaker.

use super::assembly::{Outgoing, attempt_head};
use super::{Shared, Transport};
use crate::telemetry;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use resync_fault::{ErrorKind, Fault, FaultBody, status::from_status, status::to_status};
use resync_resilience::{Verdict, retry};
use std::error::Error;
use std::time::Duration;
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::{Code, Status, TimeoutExpired};

/// With less time left than this, a call would only burden the other side.
const MIN_USEFUL: Duration = Duration::from_millis(1);
/// A wait longer than this is the user's to take, not the channel's.
const LONGEST_ASKED_WAIT: Duration = Duration::from_secs(2);

/// A peer that did not answer within this time is not well. Less says more about the caller: it could otherwise trip
/// everybody's breaker with tiny deadlines.
const PATIENCE: Duration = Duration::from_secs(2);

/// Marks a response that stands for a failure to reach the peer.
#[derive(Clone, Copy)]
struct Unreached;

/// Runs the call to its last answer. Errors come back as gRPC statuses, as if the peer had said them.
pub(super) async fn run(transport: &Transport, shared: &Shared, outgoing: Outgoing) -> Response<Body> {
    let deadline = outgoing.deadline;
    let granted = deadline.remaining();
    if granted < MIN_USEFUL {
        return refused(&deadline_exceeded(shared));
    }
    let permit = match shared.breaker.admit() {
        Ok(permit) => permit,
        Err(open) => return refused(&suspended(shared, open.retry_after)),
    };
    let answer = deadline.bound(attempts(transport, shared, outgoing)).await;
    match answer {
        Ok(response) if response.extensions().get::<Unreached>().is_some() => {
            permit.failure();
            response
        }
        Ok(response) => {
            permit.success();
            response
        }
        Err(_expired) => {
            if granted >= PATIENCE && matches!(transport, Transport::Tcp(_)) {
                permit.failure();
            }
            refused(&deadline_exceeded(shared))
        }
    }
}

async fn attempts(transport: &Transport, shared: &Shared, outgoing: Outgoing) -> Response<Body> {
    let Outgoing { parts, body, caller, deadline, correlation_id, method, idempotent } = outgoing;
    let send = |head: http::request::Parts, body: Body| {
        let (caller, correlation_id) = (caller.clone(), correlation_id.clone());
        async move {
            let mut request = Request::from_parts(head, body);
            request.headers_mut().insert("grpc-timeout", grpc_timeout(deadline));
            match transport {
                Transport::Local(services) => {
                    request.extensions_mut().insert(caller);
                    request.extensions_mut().insert(deadline);
                    request.extensions_mut().insert(correlation_id);
                    services.call(request).await
                }
                Transport::Tcp(connection) => match authorize(&mut request, shared, &caller) {
                    Ok(()) => over_tcp(connection.clone(), shared, request, idempotent).await,
                    Err(fault) => refused(&fault),
                },
            }
        }
    };
    if !idempotent {
        return send(parts, body).await;
    }
    let message: Bytes = match body.collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(status) => return status.into_http(),
    };
    let answer = retry(
        &shared.config.retry,
        &shared.budget,
        Some(deadline),
        |previous| send(attempt_head(&parts, previous), Body::new(Full::new(message.clone()))),
        judge,
    )
    .await;
    if answer.attempts > 1 {
        metrics::counter!(telemetry::CLIENT_RETRIES, "rpc_method" => telemetry::rpc_method(method))
            .increment(u64::from(answer.attempts - 1));
    }
    answer.value
}

fn judge(response: &Response<Body>) -> Verdict {
    let headers = response.headers();
    if !headers.contains_key("grpc-status") {
        return Verdict::Done;
    }
    let pushback = match headers.get("grpc-retry-pushback-ms") {
        None => None,
        Some(value) => match value.to_str().ok().and_then(|text| text.parse::<u64>().ok()) {
            Some(milliseconds) => Some(Duration::from_millis(milliseconds)),
            // Negative or unreadable: the server does not want to be asked again.
            None => return Verdict::Stop,
        },
    };
    let unreached = response.extensions().get::<Unreached>().is_some();
    let Some(status) = Status::from_header_map(headers) else { return Verdict::Done };
    let said_by_a_role = !status.details().is_empty();
    if unreached || (status.code() == Code::Unavailable && !said_by_a_role) {
        return Verdict::Again { pushback };
    }
    let fault = from_status(&status);
    match fault.retry_after() {
        Some(wait) if fault.retryable && wait <= LONGEST_ASKED_WAIT => {
            Verdict::Again { pushback: pushback.or(Some(wait)) }
        }
        _ => Verdict::Done,
    }
}

fn authorize(
    request: &mut Request<Body>,
    shared: &Shared,
    caller: &crate::identity::Caller,
) -> Result<(), FaultBody> {
    let minter = shared.config.minter.as_ref().ok_or_else(|| {
        FaultBody::new(
            ErrorKind::Internal,
            "NO_SIGNING_KEY",
            "this process cannot sign calls to other processes",
        )
    })?;
    let token = minter.token_for(caller).map_err(|error| FaultBody::from(&error))?;
    let mut value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| {
        FaultBody::new(ErrorKind::Internal, "TOKEN_UNPRINTABLE", "the token is no header value")
    })?;
    value.set_sensitive(true);
    request.headers_mut().insert(http::header::AUTHORIZATION, value);
    Ok(())
}

async fn over_tcp(
    mut connection: tonic::transport::Channel,
    shared: &Shared,
    request: Request<Body>,
    idempotent: bool,
) -> Response<Body> {
    let ready = std::future::poll_fn(|context| connection.poll_ready(context)).await;
    let answer = match ready {
        Ok(()) => connection.call(request).await,
        Err(error) => Err(error),
    };
    answer.unwrap_or_else(|error| {
        if is_timeout(&error) {
            return refused(&deadline_exceeded(shared));
        }
        tracing::debug!(target_address = shared.target, error = %Status::from_error(Box::new(error)), "peer not reached");
        let mut response = refused(&unreachable(shared, idempotent));
        response.extensions_mut().insert(Unreached);
        response
    })
}

/// The transport watches `grpc-timeout`, too. Its status would not tell: a connection that breaks is a cancellation as well.
fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    let mut link = Some(error);
    while let Some(error) = link {
        if error.is::<TimeoutExpired>() {
            return true;
        }
        link = error.source();
    }
    false
}

fn grpc_timeout(deadline: resync_resilience::Deadline) -> HeaderValue {
    // Digits and a unit are always a header value.
    HeaderValue::from_str(&deadline.to_grpc_timeout()).unwrap_or_else(|_| HeaderValue::from_static("1m"))
}

fn refused(fault: &dyn Fault) -> Response<Body> {
    to_status(fault).into_http()
}

fn deadline_exceeded(shared: &Shared) -> FaultBody {
    let text = format!("no answer from {} within the time allowed", shared.target);
    FaultBody::new(ErrorKind::DeadlineExceeded, "DEADLINE_EXCEEDED", text)
}

fn suspended(shared: &Shared, retry_after: Duration) -> FaultBody {
    let text = format!("{} is not called for a moment after repeated failures", shared.target);
    let mut fault = FaultBody::new(ErrorKind::Unavailable, "BREAKER_OPEN", text)
        .with_hint("check that the role at this address runs and is reachable");
    fault.retry_after_ms = u64::try_from(retry_after.as_millis()).ok();
    fault
}

/// Whether the peer acted before the connection broke is not known, so only what may be repeated is called retryable.
fn unreachable(shared: &Shared, idempotent: bool) -> FaultBody {
    let text = format!("{} cannot be reached", shared.target);
    let mut fault = FaultBody::new(ErrorKind::Unavailable, "PEER_UNREACHABLE", text)
        .with_hint("check that the role at this address runs and is reachable");
    fault.retryable = idempotent;
    fault
}
