//! How an [`Error`] looks on the wire: problem+json (RFC 9457) for HTTP, a trailers-only status for gRPC and grpc-web.
//!
//! Anything inside the middleware answers with the bare error; the edge renders it here, once, because only there the
//! request's id, path and kind are known.

use crate::context::{Rendering, RequestContext};
use crate::error::{Error, whole_seconds};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use resync_fault::{Fault, FaultBody, FieldViolation};
use serde::Serialize;
use std::sync::Arc;

/// The media type of problem documents.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

const QUOTA_EXCEEDED: &str = "https://iana.org/assignments/http-problem-types#quota-exceeded";

/// An error on its way to the edge, where it gets its body.
#[derive(Debug, Clone)]
pub(crate) struct Failure(pub(crate) Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(Failure(Arc::new(self)));
        response
    }
}

/// The members of RFC 9457 and ours.
#[derive(Debug, Serialize)]
pub(crate) struct Problem<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: String,
    instance: &'a str,
    code: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    retryable: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldViolation>,
}

impl<'a> Problem<'a> {
    /// What `error` says about the request of `context`.
    pub(crate) fn new(error: &'a Error, context: &'a RequestContext) -> Self {
        let body = FaultBody::from(error);
        let code = error.reason();
        Self {
            kind: match error {
                Error::RateLimited { .. } => QUOTA_EXCEEDED.to_owned(),
                _ => format!("urn:resync:problem:{}", code.to_lowercase().replace('_', "-")),
            },
            title: title(code),
            status: error.http_status(),
            detail: body.message,
            instance: context.path(),
            code,
            request_id: context.request_id(),
            hint: body.hint,
            retryable: body.retryable,
            errors: body.violations,
        }
    }
}

/// `TOKEN_EXPIRED` as `Token expired`.
fn title(code: &str) -> String {
    let words = code.to_lowercase().replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + letters.as_str(),
        None => words,
    }
}

/// The response that tells the sender of `context`'s request about `error`. `headers` were already set by inner layers
/// (Allow, rate limits) and stay.
pub(crate) fn render(error: &Error, context: &RequestContext, headers: HeaderMap) -> Response {
    let mut response = match context.rendering() {
        Rendering::Http => http_response(error, context),
        Rendering::Grpc => resync_fault::status::to_status(error).into_http(),
        Rendering::GrpcWeb(content_type) => {
            let mut response = resync_fault::status::to_status(error).into_http::<Body>();
            response.headers_mut().insert(header::CONTENT_TYPE, content_type.clone());
            response
        }
    };
    for (name, value) in &headers {
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    if let Some(wait) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
    }
    response
}

fn http_response(error: &Error, context: &RequestContext) -> Response {
    let problem = Problem::new(error, context);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // Serialising strings and numbers into memory cannot fail.
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        // RFC 6750: no error code when no token was sent.
        let challenge = match error {
            Error::LoginRequired => r#"Bearer realm="resync""#,
            _ => r#"Bearer realm="resync", error="invalid_token""#,
        };
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}
