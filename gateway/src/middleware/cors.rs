//! Which other origins may call: exactly those of the settings, none by default, never with cookies.

use crate::app::App;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use std::sync::Arc;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, accept, last-event-id, x-grpc-web, x-user-agent, grpc-timeout, traceparent, \
     idempotency-key, x-request-id, x-correlation-id",
);
const RESPONSE_HEADERS: HeaderValue = HeaderValue::from_static(
    "grpc-status, grpc-message, grpc-status-details-bin, x-request-id, x-correlation-id, x-trace-id, retry-after, \
     ratelimit, ratelimit-policy",
);
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

pub(crate) async fn cors(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let allowed = app.config.cors_origins.iter().any(|known| known.as_bytes() == origin.as_bytes());
    let preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if preflight {
        // Without the headers below the browser refuses by itself.
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if allowed {
        allow(headers, origin, preflight);
    } else if preflight {
        tracing::info!(
            origin = crate::context::inert(origin.to_str().unwrap_or("not ASCII"), 200),
            "cross-origin call refused"
        );
    }
    response
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue, preflight: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
    if preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    }
}
