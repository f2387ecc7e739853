//! What a handler's response says about whether the request took effect, and how the response is kept.
//!
//! Three answers: nothing happened (the key is free again), this is the answer (it is kept, errors included), or nobody
//! can know (the key stays taken). When in doubt, the last.

use crate::error::Error;
use crate::problem::Failure;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use resync_api::cache::model::{StoredResponse, limits};
use resync_fault::{ErrorKind, FaultBody};

/// Marks a kept error; it is rendered anew for whoever asks again.
const FAULT: &str = "application/vnd.resync.fault+json";
/// What of a response's head is worth keeping.
const KEPT: [HeaderName; 4] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG, header::CACHE_CONTROL];

/// Of a request that was let through to its handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was refused before anything happened.
    Nothing,
    /// It has its answer.
    Answered,
    /// It may have taken effect.
    Unknown,
}

pub(crate) fn of(response: &Response) -> Outcome {
    response.extensions().get::<Failure>().map_or(Outcome::Answered, |failure| of_error(&failure.0))
}

fn of_error(error: &Error) -> Outcome {
    match error {
        Error::RouteUnknown { .. }
        | Error::MethodNotAllowed { .. }
        | Error::MediaType { .. }
        | Error::BodyTooLarge { .. }
        | Error::BodyUnreadable
        | Error::JsonMalformed { .. }
        | Error::Field { .. }
        | Error::LoginRequired
        | Error::TokenInvalid
        | Error::TokenExpired
        | Error::TokenRevoked
        | Error::PermissionDenied { .. }
        | Error::RateLimited { .. }
        | Error::RpcUnknown { .. }
        | Error::ServiceAbsent { .. }
        | Error::Idempotency(_) => Outcome::Nothing,
        Error::TimedOut { .. } | Error::Panicked => Outcome::Unknown,
        Error::Upstream(fault) => of_fault(fault),
    }
}

fn of_fault(fault: &FaultBody) -> Outcome {
    // Without a reason of its own it is a transport's word, and a transport does not know what the peer did.
    let said_by_a_role = fault.reason != fault.kind.as_str();
    match fault.kind {
        // Not part of the peer at all.
        ErrorKind::Unimplemented => Outcome::Nothing,
        _ if !said_by_a_role => Outcome::Unknown,
        // The role itself invites to send the same again.
        _ if fault.retryable => Outcome::Nothing,
        ErrorKind::InvalidArgument
        | ErrorKind::Unauthenticated
        | ErrorKind::PermissionDenied
        | ErrorKind::ResourceExhausted => Outcome::Nothing,
        ErrorKind::NotFound | ErrorKind::Conflict | ErrorKind::FailedPrecondition | ErrorKind::Internal => {
            Outcome::Answered
        }
        ErrorKind::Unavailable | ErrorKind::DeadlineExceeded => Outcome::Unknown,
    }
}

/// What is kept of `response`, and the response itself.
pub(super) async fn store(mut response: Response) -> (StoredResponse, Response) {
    if let Some(Failure(error)) = response.extensions().get::<Failure>() {
        let body = serde_json::to_vec(&FaultBody::from(&**error)).unwrap_or_default();
        return (fault(error.http_status(), body.into()), response);
    }
    let body = std::mem::take(response.body_mut());
    // Streams, and what is larger than the store takes, pass unread.
    let small = body.size_hint().exact().is_some_and(|size| size <= limits::RESPONSE_BYTES as u64);
    if !small {
        *response.body_mut() = body;
        return (not_kept(), response);
    }
    let Ok(body) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return (not_kept(), Error::Panicked.into_response());
    };
    let headers = KEPT.iter().filter_map(|name| {
        let value = response.headers().get(name)?;
        Some((name.as_str().to_owned(), Bytes::copy_from_slice(value.as_bytes())))
    });
    let stored =
        StoredResponse { status: response.status().as_u16(), headers: headers.collect(), body: body.clone() };
    *response.body_mut() = Body::from(body);
    (stored, response)
}

fn fault(status: u16, body: Bytes) -> StoredResponse {
    let kind = (header::CONTENT_TYPE.as_str().to_owned(), Bytes::from_static(FAULT.as_bytes()));
    StoredResponse { status, headers: vec![kind], body }
}

fn not_kept() -> StoredResponse {
    let told = FaultBody::new(
        ErrorKind::Conflict,
        "IDEMPOTENCY_ANSWER_NOT_KEPT",
        "the request was carried out, but its answer was too large to keep",
    )
    .with_hint("read what the request changed instead");
    fault(told.http_status(), serde_json::to_vec(&told).unwrap_or_default().into())
}

/// A kept response, as it was.
pub(super) fn restore(stored: StoredResponse) -> Response {
    let StoredResponse { status, headers, body } = stored;
    let is_fault = headers
        .iter()
        .any(|(name, value)| name == header::CONTENT_TYPE.as_str() && value == FAULT.as_bytes());
    if is_fault {
        return match serde_json::from_slice::<FaultBody>(&body) {
            Ok(fault) => Error::Upstream(fault).into_response(),
            Err(error) => {
                tracing::error!(%error, "a kept answer cannot be read");
                Error::Panicked.into_response()
            }
        };
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_maybe_shared(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_fault::Fault as _;

    #[test]
    fn only_what_surely_did_nothing_frees_the_key() {
        use ErrorKind::*;
        let fault = |kind: ErrorKind, reason: &str, retryable| {
            Error::Upstream(FaultBody { retryable, ..FaultBody::new(kind, reason, "text") })
        };
        for (error, expected) in [
            (Error::field("a", "b"), Outcome::Nothing),
            (Error::Panicked, Outcome::Unknown),
            (fault(InvalidArgument, "FIELD_INVALID", false), Outcome::Nothing),
            (fault(PermissionDenied, "PERMISSION_DENIED_HERE", false), Outcome::Nothing),
            (fault(Unavailable, "BREAKER_OPEN", true), Outcome::Nothing),
            (fault(Unavailable, "DRAINING", true), Outcome::Nothing),
            // A connection that broke under a call that must not be repeated.
            (fault(Unavailable, "PEER_UNREACHABLE", false), Outcome::Unknown),
            (fault(Unavailable, "UNAVAILABLE", true), Outcome::Unknown),
            (fault(DeadlineExceeded, "DEADLINE_EXCEEDED", false), Outcome::Unknown),
            // An answer that was larger than the client takes.
            (fault(InvalidArgument, "INVALID_ARGUMENT", false), Outcome::Unknown),
            (fault(Conflict, "STALE_TARGET", false), Outcome::Answered),
            (fault(NotFound, "JOB_UNKNOWN", false), Outcome::Answered),
            (fault(Internal, "ENGINE_CONFUSED", false), Outcome::Answered),
        ] {
            assert_eq!(of(&error.clone().into_response()), expected, "{error:?}");
        }
        assert_eq!(of(&Response::new(Body::empty())), Outcome::Answered);
    }

    #[tokio::test]
    async fn an_answer_comes_back_as_it_was() {
        let mut response = Response::new(Body::from("{\"id\":7}"));
        *response.status_mut() = StatusCode::CREATED;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let (stored, sent) = store(response).await;
        let again = restore(stored);
        assert_eq!((again.status(), again.headers()), (sent.status(), sent.headers()));
        let (sent, again) = (sent.into_body().collect().await, again.into_body().collect().await);
        assert_eq!(sent.unwrap().to_bytes(), again.unwrap().to_bytes());
    }

    #[tokio::test]
    async fn an_error_comes_back_as_it_was_and_a_large_answer_as_carried_out() {
        let told = FaultBody::new(ErrorKind::FailedPrecondition, "JOB_HELD", "held").with_hint("release it");
        let (stored, _) = store(Error::Upstream(told.clone()).into_response()).await;
        let again = restore(stored);
        assert_eq!(*again.extensions().get::<Failure>().unwrap().0, Error::Upstream(told));

        let large = vec![b'x'; limits::RESPONSE_BYTES + 1];
        let (stored, sent) = store(Response::new(Body::from(large))).await;
        assert_eq!(sent.into_body().size_hint().exact(), Some(limits::RESPONSE_BYTES as u64 + 1));
        let again = restore(stored);
        assert_eq!(again.extensions().get::<Failure>().unwrap().0.reason(), "IDEMPOTENCY_ANSWER_NOT_KEPT");
    }
}
