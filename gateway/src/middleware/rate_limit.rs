//! Rate limits: per network address, and per principal.
//!
//! What one address may is this process's own business; what one principal may, and how many logins come from one
//! network, all gateways count together when the settings say so. Both refuse with 429 and `Retry-After`; every response past them says what is left of the principal's quota.

mod shared;

use crate::call::Visitor;
use crate::context::network_of;
use crate::counters;
use crate::error::{Error, whole_seconds};
use crate::rate::{Policy, Remaining, WINDOW};
use axum::response::{IntoResponse, Response};
use bytes::BytesMut;
use http::{HeaderName, HeaderValue};
use resync_api::cache::client::CacheClient;
use shared::Shared;
use std::fmt;
use std::fmt::Write as _;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
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

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject(subject) => write!(f, "subject {subject}"),
            Self::Address(address) => write!(f, "address {address}"),
        }
    }
}

/// The policies and how they are announced.
#[derive(Debug)]
pub(crate) struct Limits {
    address: Policy<IpAddr>,
    principal: Policy<Client>,
    login: Policy<IpAddr>,
    shared: Option<Shared>,
    announcement: HeaderValue,
}

impl Limits {
    /// `cache`, called in the gateway's own name, counts together with other gateways; unset: each counts alone.
    pub(crate) fn new(quotas: Quotas, cache: Option<CacheClient>) -> Self {
        let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let address = Policy::new("address", quotas.address, nowhere);
        let principal = Policy::new("principal", quotas.principal, Client::Address(nowhere));
        let text = format!("{}, {}", announced(&principal), announced(&address));
        Self {
            address,
            principal,
            login: Policy::new("login", quotas.login, nowhere),
            shared: cache.map(Shared::new),
            announcement: HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("")),
        }
    }
}

fn announced<K: Hash + Eq + Clone>(policy: &Policy<K>) -> String {
    format!("\"{}\";q={};w={}", policy.name(), policy.quota(), WINDOW.as_secs())
}

impl Limits {
    /// Counts a request of an address.
    pub(crate) fn admit_address(&self, address: IpAddr) -> Result<(), Response> {
        match self.address.check(&network_of(address)) {
            Ok(_) => Ok(()),
            Err(wait) => Err(refuse(&self.address, self, wait)),
        }
    }

    /// Counts a request of somebody, and says what that leaves.
    pub(crate) async fn admit(&self, visitor: &Visitor, address: IpAddr) -> Result<Remaining, Response> {
        let client = match visitor {
            Visitor::Known(caller) => Client::Subject(caller.subject.clone()),
            Visitor::Anonymous { .. } => Client::Address(network_of(address)),
        };
        let admitted = self.check(&self.principal, &client).await;
        admitted.map_err(|wait| refuse(&self.principal, self, wait))
    }

    /// Counts an attempt to log in.
    ///
    /// # Errors
    /// How long to wait.
    pub(crate) async fn admit_login(&self, address: IpAddr) -> Result<(), Duration> {
        let admitted = self.check(&self.login, &network_of(address)).await;
        admitted.map(drop).inspect_err(|_| counters::count_as(counters::RATE_LIMITED, "policy", "login"))
    }

    /// How far the limits are shared: unset when they are not to be, else whether they are now.
    pub(crate) fn shared(&self) -> Option<bool> {
        self.shared.as_ref().map(Shared::is_reached)
    }

    async fn check<K>(&self, policy: &Policy<K>, key: &K) -> Result<Remaining, Duration>
    where
        K: Hash + Eq + Clone + fmt::Display,
    {
        let here = policy.check(key)?;
        let Some(shared) = &self.shared else { return Ok(here) };
        shared.take(policy.name(), key.to_string(), policy.quota()).await.unwrap_or(Ok(here))
    }

    /// Tells what is left.
    pub(crate) fn announce(&self, remaining: Remaining, response: &mut Response) {
        announce(response, self, self.principal.name(), remaining);
    }
}

fn refuse<K: Hash + Eq + Clone>(policy: &Policy<K>, limits: &Limits, wait: Duration) -> Response {
    counters::count_as(counters::RATE_LIMITED, "policy", policy.name());
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
