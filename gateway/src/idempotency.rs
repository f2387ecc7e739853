//! `Idempotency-Key`: a request that was sent twice is carried out once, and the second sender gets the first answer.
//!
//! A route says in the table whether it takes a key; everything else is here. The key is claimed at the cache role
//! before the handler runs, and nothing runs when it cannot be. From then on the work no longer belongs to the
//! connection: it goes on when the client leaves, so that the answer is there when the client comes back. What the
//! answer means for the claim is `outcome`'s to say; where that is not known, because a handler panicked or the time
//! was over, the claim stays and nobody carries the request out again under that key.
//!
//! Work without a connection is bounded by the principal's rate limit and the time limit of requests.

mod key;
mod outcome;
mod refusal;

pub(crate) use outcome::{Outcome, of as outcome_of};
pub use refusal::Refusal;

use crate::app::BODY_BYTES;
use crate::call::Call;
use crate::counters;
use crate::error::Error;
use crate::params::read_body;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderName, HeaderValue};
use resync_api::cache::client::CacheClient;
use resync_api::cache::model::{Claim, ClaimRequest, IdempotencyKey, limits};
use resync_resilience::Deadline;
use resync_service_kit::context::CallContext;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;
use tokio::sync::oneshot;
use tracing::Instrument as _;

/// On every answer that was not made for this request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// How long keys are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyLifetimes {
    /// From the answer on, and from the claim when no answer comes.
    pub ttl: Duration,
    /// A request that has no answer for longer has an unknown outcome; longer than any request may take.
    pub patience: Duration,
}

impl Default for KeyLifetimes {
    fn default() -> Self {
        Self { ttl: limits::IDEMPOTENCY_TTL, patience: limits::IDEMPOTENCY_PATIENCE }
    }
}

/// When the key is forgotten.
const EXPIRES: HeaderName = HeaderName::from_static("idempotency-expires");
/// Whoever waits for the store waits before their request even begins.
const CLAIM_PATIENCE: Duration = Duration::from_secs(2);
/// Keeping the answer is worth more patience: it was paid for.
const COMPLETE_PATIENCE: Duration = Duration::from_secs(10);

/// What a route thinks of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    /// It has no use for them: being carried out twice does no harm.
    Unused,
    /// With a key it is carried out once; without one, each time it is sent.
    Optional(Rpc),
    /// Without a key it is refused.
    Required(Rpc),
}

impl Policy {
    /// The RPC that it names.
    pub(crate) fn rpc(self) -> Option<Rpc> {
        match self {
            Self::Unused => None,
            Self::Optional(rpc) | Self::Required(rpc) => Some(rpc),
        }
    }
}

/// Path of the RPC that carries the request out. Its permission is asked for before the key: neither the store nor a kept
/// answer is for those who lack it.
pub(crate) type Rpc = &'static str;

/// Answers `request` by `handler` as `policy` says, at most once for each key.
pub(crate) async fn once<H, F>(
    policy: Policy,
    call: Call,
    request: Request,
    handler: H,
) -> Result<Response, Error>
where
    H: FnOnce(Request) -> F + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let (rpc, required) = match policy {
        Policy::Unused => return Ok(handler(request).await),
        Policy::Optional(rpc) => (rpc, false),
        Policy::Required(rpc) => (rpc, true),
    };
    call.authorise_rpc(rpc, "")?;
    match key::read(request.headers())? {
        Some(key) => keyed(key, call, request, handler).await,
        None if required => Err(Refusal::KeyRequired.into()),
        None => Ok(handler(request).await),
    }
}

async fn keyed<H, F>(key: String, call: Call, request: Request, handler: H) -> Result<Response, Error>
where
    H: FnOnce(Request) -> F + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    // Strangers have no keys of their own: one would see what another was answered.
    let principal = call.known()?.subject.clone();
    let (head, body) = request.into_parts();
    let body = read_body(Request::from_parts(head.clone(), body), BODY_BYTES).await?;
    let pattern = head.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let route = format!("{} {pattern}", head.method);
    let hash = key::request_hash(&head.method, &head.uri, &body);
    let attempt = uuid::Uuid::new_v4().to_string();
    let KeyLifetimes { ttl, patience } = call.app().config.keys;
    let key = IdempotencyKey { principal, route, key };
    let claim = ClaimRequest { ttl, patience, ..ClaimRequest::new(key, hash, attempt) };
    let store = store(&call)?;
    let claimed = store.with(Deadline::after(CLAIM_PATIENCE)).claim(claim).await.map_err(|fault| {
        tracing::warn!(reason = fault.reason, error = %fault, "an idempotency key cannot be claimed");
        count("unavailable");
        Refusal::Unavailable
    })?;
    match claimed {
        Claim::Granted { token, .. } => {
            let request = Request::from_parts(head, Body::from(body));
            let work = Claimed { store, token, ttl, limit: call.app().config.request_timeout };
            carry_out(&call.app().executions, work, handler, request).await
        }
        Claim::Finished { response, expires_at } => {
            count("replayed");
            let mut response = outcome::restore(response);
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            publish(&mut response, expires_at);
            Ok(response)
        }
        Claim::InProgress { since } => {
            count("in_progress");
            Err(Refusal::InProgress { since }.into())
        }
        Claim::OutcomeUnknown { since, expires_at } => {
            count("outcome_unknown");
            let mut response = Error::from(Refusal::OutcomeUnknown { since, expires_at }).into_response();
            publish(&mut response, expires_at);
            Ok(response)
        }
        Claim::Mismatch => {
            count("mismatch");
            Err(Refusal::Mismatch.into())
        }
    }
}

/// The cache role, asked in the gateway's own name.
fn store(call: &Call) -> Result<CacheClient, Error> {
    let client = call.app().clients.cache().ok_or(Refusal::Unavailable)?;
    Ok(client.with(call.app().own.clone()).with(call.context().correlation_id().clone()))
}

/// A key that is ours until it is completed or released.
struct Claimed {
    store: CacheClient,
    token: String,
    ttl: Duration,
    limit: Duration,
}

async fn carry_out<H, F>(
    tasks: &Tasks,
    work: Claimed,
    handler: H,
    request: Request,
) -> Result<Response, Error>
where
    H: FnOnce(Request) -> F + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let (tell, told) = oneshot::channel();
    let running = async move {
        // The client may be gone; the answer is kept for when it comes back.
        let _ = tell.send(work.run(handler(request)).await);
        Ok::<_, Infallible>(())
    };
    // A task has no context of its own.
    match CallContext::current() {
        Some(context) => spawn(tasks, context.scope(running)),
        None => spawn(tasks, running),
    }
    told.await.map_err(|_panicked| {
        count("unknown");
        Error::Panicked
    })
}

fn spawn(tasks: &Tasks, work: impl Future<Output = Result<(), Infallible>> + Send + 'static) {
    let work = work.in_current_span();
    tasks.spawn("request with an idempotency key", OnError::Report, OnDrain::Finish, work);
}

impl Claimed {
    async fn run(self, handler: impl Future<Output = Response>) -> Response {
        let limit = self.limit;
        let Ok(response) = tokio::time::timeout(limit, handler).await else {
            count("unknown");
            return Error::TimedOut { limit }.into_response();
        };
        match outcome::of(&response) {
            Outcome::Nothing => {
                count("released");
                if let Err(fault) =
                    self.store.with(Deadline::after(COMPLETE_PATIENCE)).release(self.token).await
                {
                    tracing::warn!(reason = fault.reason, "an idempotency key could not be given back");
                }
                response
            }
            Outcome::Unknown => {
                count("unknown");
                response
            }
            Outcome::Answered => self.keep(response).await,
        }
    }

    async fn keep(self, response: Response) -> Response {
        let (stored, mut response) = outcome::store(response).await;
        let store = self.store.with(Deadline::after(COMPLETE_PATIENCE));
        match store.complete(self.token, stored, self.ttl).await {
            Ok(expires_at) => {
                count("executed");
                publish(&mut response, expires_at);
            }
            // It was carried out, and whoever asks again is told that the outcome is not known: never a second time.
            Err(fault) => {
                count("unknown");
                tracing::warn!(reason = fault.reason, "the answer to an idempotency key could not be kept");
            }
        }
        response
    }
}

fn publish(response: &mut Response, expires_at: DateTime<Utc>) {
    let text = expires_at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(value) = HeaderValue::from_maybe_shared(Bytes::from(text)) {
        response.headers_mut().insert(EXPIRES, value);
    }
}

fn count(outcome: &'static str) {
    counters::count_as(counters::IDEMPOTENCY, "outcome", outcome);
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;
    use resync_api::channel::Channel;
    use resync_fault::status::to_status;
    use resync_fault::{ErrorKind, FaultBody};
    use resync_service_kit::shutdown::Shutdown;
    use std::sync::{Arc, Mutex};
    use tower::service_fn;

    type Asked = Arc<Mutex<Vec<String>>>;

    /// A key that is ours, at a store that notes what it is asked for and does nothing.
    fn claimed(limit: Duration) -> (Claimed, Asked) {
        let asked = Asked::default();
        let notes = Arc::clone(&asked);
        let store = service_fn(move |request: http::Request<tonic::body::Body>| {
            let name = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
            notes.lock().unwrap().push(name);
            let refused = to_status(&FaultBody::new(ErrorKind::Unavailable, "AWAY", "away"));
            std::future::ready(Ok::<_, Infallible>(refused.into_http()))
        });
        let (store, token) = (CacheClient::new(Channel::new(store)), "token".to_owned());
        (Claimed { store, token, ttl: Duration::from_secs(1), limit }, asked)
    }

    fn tasks() -> Tasks {
        Tasks::new(Shutdown::new())
    }

    const LIMIT: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn whatever_leaves_the_outcome_open_leaves_the_claim() {
        let (work, asked) = claimed(LIMIT);
        let broken = |_| async { panic!("a defect") };
        let answer = carry_out(&tasks(), work, broken, Request::default()).await;
        assert_eq!(answer.unwrap_err(), Error::Panicked);
        assert!(asked.lock().unwrap().is_empty());

        let (work, asked) = claimed(LIMIT);
        let endless = |_| std::future::pending();
        let answer = carry_out(&tasks(), work, endless, Request::default()).await.unwrap();
        assert_eq!(answer.status(), 504);
        assert!(asked.lock().unwrap().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_gives_the_key_back_and_an_answer_is_kept_even_when_nobody_waits() {
        let (work, asked) = claimed(LIMIT);
        let refused = |_| async { Error::field("a", "b").into_response() };
        assert_eq!(carry_out(&tasks(), work, refused, Request::default()).await.unwrap().status(), 400);
        assert_eq!(*asked.lock().unwrap(), ["ReleaseIdempotencyKey"]);

        let (work, asked) = claimed(LIMIT);
        let (go, gone) = oneshot::channel::<()>();
        let slow = |_| async {
            let _ = gone.await;
            Response::new(Body::empty())
        };
        let tasks = tasks();
        // The client looks once and leaves.
        assert!(carry_out(&tasks, work, slow, Request::default()).now_or_never().is_none());
        go.send(()).unwrap();
        assert!(tasks.finish(LIMIT).await.is_empty());
        assert_eq!(*asked.lock().unwrap(), ["CompleteIdempotencyKey"]);
    }
}
