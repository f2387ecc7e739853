//! Rate limits: per network address before anything costs, then per principal.
//!
//! Both refuse with 429 and `Retry-After`; every response past them says what is left of the principal's quota.

use crate::app::App;
use crate::call::Visitor;
use crate::context::{RequestContext, network_of};
use crate::error::{Error, whole_seconds};
use crate::rate::{Policy, Remaining, WINDOW};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::BytesMut;
use http::{HeaderName, HeaderValue};
use std::fmt::Write as _;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Requests a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// From one network address, whoever asks.
    pub address: NonZeroU32,
    /// Of one principal, wherever from; anonymous callers count by address.
    pub principal: NonZeroU32,
    /// To the token endpoint, from one network address.
    pub login: NonZeroU32,
}

impl Default for Quotas {
    fn default() -> Self {
        let quota = |requests| NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN);
        Self { address: quota(24_000), principal: quota(6_000), login: quota(60) }
    }
}

/// Whose quota.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    Subject(String),
    Address(IpAddr),
}

/// The policies and how they are announced.
#[derive(Debug)]
pub(crate) struct Limits {
    address: Policy<IpAddr>,
    principal: Policy<Client>,
    pub(crate) login: Policy<IpAddr>,
    announcement: HeaderValue,
}

impl Limits {
    pub(crate) fn new(quotas: Quotas) -> Self {
        let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let address = Policy::new("address", quotas.address, nowhere);
        let principal = Policy::new("principal", quotas.principal, Client::Address(nowhere));
        let text = format!("{}, {}", announced(&principal), announced(&address));
        Self {
            address,
            principal,
            login: Policy::new("login", quotas.login, nowhere),
            announcement: HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("")),
        }
    }
}

fn announced<K: Hash + Eq + Clone>(policy: &Policy<K>) -> String {
    format!("\"{}\";q={};w={}", policy.name(), policy.quota(), WINDOW.as_secs())
}

pub(crate) async fn by_address(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let address = request
        .extensions()
        .get::<RequestContext>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), RequestContext::address);
    match app.limits.address.check(&network_of(address)) {
        Ok(_) => next.run(request).await,
        Err(wait) => refuse(&app.limits.address, &app.limits, wait),
    }
}

pub(crate) async fn by_principal(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let client = match extensions.get::<Visitor>() {
        Some(Visitor::Known(caller)) => Client::Subject(caller.subject.clone()),
        _ => Client::Address(network_of(
            extensions
                .get::<RequestContext>()
                .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), RequestContext::address),
        )),
    };
    match app.limits.principal.check(&client) {
        Ok(remaining) => {
            let mut response = next.run(request).await;
            announce(&mut response, &app.limits, app.limits.principal.name(), remaining);
            response
        }
        Err(wait) => refuse(&app.limits.principal, &app.limits, wait),
    }
}

fn refuse<K: Hash + Eq + Clone>(policy: &Policy<K>, limits: &Limits, wait: Duration) -> Response {
    metrics::counter!("gateway_rate_limited_total", "policy" => policy.name()).increment(1);
    let mut response = Error::RateLimited { policy: policy.name(), retry_after: wait }.into_response();
    let none = Remaining { requests: 0, reset_seconds: whole_seconds(wait) };
    announce(&mut response, limits, policy.name(), none);
    response
}

fn announce(response: &mut Response, limits: &Limits, policy: &str, remaining: Remaining) {
    let mut text = BytesMut::with_capacity(40);
    // Writing to memory cannot fail.
    let _ = write!(text, "\"{policy}\";r={};t={}", remaining.requests, remaining.reset_seconds);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_maybe_shared(text.freeze()) {
        headers.insert(RATE_LIMIT, value);
    }
    headers.insert(RATE_LIMIT_POLICY, limits.announcement.clone());
}
