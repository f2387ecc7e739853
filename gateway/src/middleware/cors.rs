//! Which other origins may call: exactly those of the settings, none by default, never with cookies.

use crate::config::Config;
use crate::counters;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, Request};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, DELETE, OPTIONS");
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, accept, last-event-id, x-grpc-web, x-user-agent, grpc-timeout, traceparent, \
     idempotency-key, x-request-id, x-correlation-id",
);
const RESPONSE_HEADERS: HeaderValue = HeaderValue::from_static(
    "grpc-status, grpc-message, grpc-status-details-bin, x-request-id, x-correlation-id, x-trace-id, retry-after, \
     ratelimit, ratelimit-policy, idempotency-replayed, idempotency-expires",
);
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// A request that a page of some origin sent.
#[derive(Debug)]
pub(crate) struct CrossOrigin {
    origin: HeaderValue,
    allowed: bool,
    preflight: bool,
}

impl CrossOrigin {
    /// What `request` is in this respect; unset when no page sent it.
    pub(crate) fn of<B>(request: &Request<B>, config: &Config) -> Option<Self> {
        let origin = request.headers().get(header::ORIGIN)?.clone();
        let allowed = config.cors_origins.iter().any(|known| known.as_bytes() == origin.as_bytes());
        let preflight = request.method() == Method::OPTIONS
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if preflight && !allowed {
            counters::count(counters::CORS_REFUSED);
            let origin = crate::context::inert(origin.to_str().unwrap_or("not ASCII"), 200);
            tracing::info!(origin, "cross-origin call refused");
        }
        Some(Self { origin, allowed, preflight })
    }

    /// Whether the browser only asks if it may call.
    pub(crate) fn is_preflight(&self) -> bool {
        self.preflight
    }

    /// Tells the browser. Without these headers it refuses by itself.
    pub(crate) fn apply(self, headers: &mut HeaderMap) {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
        if !self.allowed {
            return;
        }
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
        if self.preflight {
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        }
    }
}
