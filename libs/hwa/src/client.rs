//! A handle to one engine: sends requests, fails over between its addresses, bounds what comes back.
//!
//! Another address is tried only when no connection could be made, before anything was sent; so even a request that
//! changes something is never sent twice.

mod request;
mod span;
pub(crate) mod plan;
mod model;
pub(crate) mod job_log;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use chrono::Utc;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use resync_resilience::{Pool, PoolSnapshot};
use serde::de::DeserializeOwned;
use tracing::Instrument as _;

use crate::clock::ClockSample;
use crate::config::{Base, Config, ConfigError};
use crate::error::{self, EngineMessages, Error, ProtocolProblem, Refusal, Result, Unreachable};
use crate::resolve::SystemResolver;
use crate::tls;
use request::Request;

/// Sent as the user agent, so that an engine's access log says who asked.
const USER_AGENT: &str = concat!("resync/", env!("CARGO_PKG_VERSION"));

/// Writes the trace that the caller's work belongs to into the headers of a request.
pub type TraceContext = fn(&mut HeaderMap);

/// A handle to one engine. Clones share connections, bounds and the address in use.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
    trace_context: TraceContext,
}

#[derive(Debug)]
struct Inner {
    http: reqwest::Client,
    bases: Vec<Base>,
    /// Index of the address that answered last.
    active: AtomicUsize,
    authorization: HeaderValue,
    /// One permit a connection: the HTTP library bounds only the idle ones and measures none.
    connections: Pool,
    max_response_bytes: usize,
    clock: Mutex<Option<ClockSample>>,
}

impl Client {
    /// Prepares a client; nothing is dialled yet.
    ///
    /// # Errors
    /// When the settings cannot work, whatever the engine does.
    pub fn new(config: &Config) -> Result<Self> {
        config.limits.validate()?;
        let bases = config.urls.iter().map(Base::parse).collect::<Result<Vec<_>, _>>()?;
        if bases.is_empty() {
            return Err(ConfigError::NoUrl.into());
        }
        let builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            // An engine is dialled directly: a proxy variable meant for browsing must not see its credentials.
            .no_proxy()
            // One request a connection makes the bound on connections a bound on the engine's load.
            .http1_only()
            .dns_resolver(SystemResolver)
            .connect_timeout(config.limits.connect_timeout)
            .timeout(config.limits.request_timeout)
            .pool_idle_timeout(config.limits.idle_timeout)
            .pool_max_idle_per_host(config.limits.max_connections);
        let trust = if bases.iter().any(Base::is_tls) {
            if config.tls.insecure {
                tracing::warn!(
                    engine.address = %bases[0].address(),
                    "certificate verification is switched off for this engine: anyone on the way can read the password"
                );
            }
            tls::client_config(&config.tls)?
        } else {
            tracing::warn!(
                engine.address = %bases[0].address(),
                "this engine is called without TLS: anyone on the way can read the password"
            );
            tls::trust_nobody()?
        };
        let http = builder
            .tls_backend_preconfigured(trust)
            .build()
            .map_err(|error| ConfigError::Build(error.to_string()))?;
        Ok(Self {
            inner: Arc::new(Inner {
                http,
                bases,
                active: AtomicUsize::new(0),
                authorization: config.auth.header()?,
                connections: Pool::new(config.limits.max_connections),
                max_response_bytes: config.limits.max_response_bytes,
                clock: Mutex::new(None),
            }),
            trace_context: |_| {},
        })
    }

    /// The same handle, which tells the engine what trace each request belongs to.
    #[must_use]
    pub fn with_trace_context(self, trace_context: TraceContext) -> Self {
        Self { trace_context, ..self }
    }

    /// `host:port` of the address in use.
    #[must_use]
    pub fn address(&self) -> String {
        self.inner.bases[self.inner.active.load(Ordering::Relaxed)].address()
    }

    /// The newest look at the engine's clock; none before the first answer.
    #[must_use]
    pub fn clock_sample(&self) -> Option<ClockSample> {
        *self.inner.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the connections are used.
    #[must_use]
    pub fn pool(&self) -> PoolSnapshot {
        self.inner.connections.snapshot()
    }

    /// Sends a request and reads the JSON of its answer.
    async fn json<T: DeserializeOwned>(&self, request: Request) -> Result<T> {
        let answer = self.bytes(&request).await?;
        serde_json::from_slice(&answer.body).map_err(|error| answer.shape(&request, &error))
    }

    /// Sends a request and collects its answer, within the bound.
    async fn bytes(&self, request: &Request) -> Result<Answer> {
        self.connected(request, self.collect(request)).await
    }

    /// Does `exchange` within the request's span, on a connection of its own.
    async fn connected<T>(&self, request: &Request, exchange: impl Future<Output = Result<T>>) -> Result<T> {
        let span = span::begin(request);
        let outcome = async {
            let connection = self.inner.connections.acquire().await;
            let outcome = exchange.await;
            if outcome.as_ref().is_err_and(Error::is_outage) {
                connection.failed();
            }
            outcome
        };
        let outcome = outcome.instrument(span.clone()).await;
        span::ended(&span, &outcome);
        outcome
    }

    async fn collect(&self, request: &Request) -> Result<Answer> {
        let (mut response, base) = self.send(request).await?;
        let limit = self.inner.max_response_bytes;
        let mut body = BytesMut::with_capacity(expected_length(&response).min(limit));
        while let Some(chunk) = self.chunk(&mut response, request, base, body.len()).await? {
            if body.len() + chunk.len() > limit {
                return Err(Error::protocol(
                    &request.name(),
                    &base.address(),
                    ProtocolProblem::TooLarge { limit },
                ));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { body: body.freeze(), address: base.address(), headers: response.headers().clone() })
    }

    /// Sends a request to the address in use, or to the next that accepts a connection, and checks the status.
    async fn send(&self, request: &Request) -> Result<(reqwest::Response, &Base)> {
        let bases = &self.inner.bases;
        let first = self.inner.active.load(Ordering::Relaxed);
        let mut failed: Option<Unreachable> = None;
        for step in 0..bases.len() {
            let index = (first + step) % bases.len();
            let base = &bases[index];
            match self.send_to(base, request).await {
                Ok(response) => {
                    if step > 0 {
                        self.inner.active.store(index, Ordering::Relaxed);
                        tracing::info!(engine.address = %base.address(), "engine answers at another address");
                    }
                    return Ok((self.accept(response, request, base).await?, base));
                }
                Err(error) => {
                    let next = error::is_connect_phase(&error);
                    let reason = error::unreachable_reason(&error);
                    let failure = match failed.take() {
                        None => Unreachable {
                            address: base.address(),
                            port: base.port,
                            reason,
                            others: Vec::new(),
                        },
                        Some(mut earlier) => {
                            earlier.others.push(format!("{}: {reason}", base.address()));
                            earlier
                        }
                    };
                    if !next {
                        return Err(Error::Unreachable(Box::new(failure)));
                    }
                    failed = Some(failure);
                }
            }
        }
        Err(failed.map_or_else(|| ConfigError::NoUrl.into(), |failure| Error::Unreachable(Box::new(failure))))
    }

    async fn send_to(&self, base: &Base, request: &Request) -> reqwest::Result<reqwest::Response> {
        span::sent_to(base);
        let mut headers = request.headers.clone();
        (self.trace_context)(&mut headers);
        let mut builder = self
            .inner
            .http
            .request(request.method.clone(), request.url(base))
            .header(header::AUTHORIZATION, self.inner.authorization.clone())
            .header(header::ACCEPT, request.accept)
            .headers(headers);
        if let Some(timeout) = request.timeout {
            builder = builder.timeout(timeout);
        }
        let sent = Utc::now();
        let response = builder.send().await?;
        span::answered(response.status().as_u16());
        if let Some(sample) = ClockSample::read(response.headers(), sent, Utc::now()) {
            *self.inner.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some(sample);
        }
        Ok(response)
    }

    /// Turns every status but success into its error.
    async fn accept(
        &self,
        mut response: reqwest::Response,
        request: &Request,
        base: &Base,
    ) -> Result<reqwest::Response> {
        let status = response.status();
        let problem = |problem| Error::protocol(&request.name(), &base.address(), problem);
        if status == StatusCode::OK {
            return if is_html(response.headers()) {
                let page = self.prefix(&mut response).await;
                Err(problem(ProtocolProblem::Html { title: error::html_title(&page) }))
            } else {
                Ok(response)
            };
        }
        if status.is_redirection() {
            let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
            // The query of a login redirection may carry tokens.
            let location =
                location.unwrap_or("nowhere").split(['?', '#']).next().unwrap_or_default().to_owned();
            return Err(problem(ProtocolProblem::Redirect { status: status.as_u16(), location }));
        }
        if !status.is_client_error() && !status.is_server_error() {
            return Err(problem(ProtocolProblem::Status { status: status.as_u16() }));
        }
        let retry_after = retry_after(response.headers());
        let body = self.prefix(&mut response).await;
        Err(Error::from_refusal(Refusal {
            request: request.name(),
            status: status.as_u16(),
            messages: EngineMessages::parse(&body),
            retry_after,
        }))
    }

    /// The start of a body that is only read for its message; a broken end does not hide the status.
    async fn prefix(&self, response: &mut reqwest::Response) -> String {
        const ENOUGH: usize = 64 * 1024;
        let mut body = Vec::new();
        while body.len() < ENOUGH {
            match response.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) | Err(_) => break,
            }
        }
        body.truncate(ENOUGH);
        String::from_utf8_lossy(&body).into_owned()
    }

    /// The next piece of a body; a body that breaks off is an error of its own.
    async fn chunk(
        &self,
        response: &mut reqwest::Response,
        request: &Request,
        base: &Base,
        so_far: usize,
    ) -> Result<Option<Bytes>> {
        response.chunk().await.map_err(|error| {
            if error.is_timeout() {
                let reason = error::unreachable_reason(&error);
                let address = base.address();
                Error::Unreachable(Box::new(Unreachable {
                    address,
                    port: base.port,
                    reason,
                    others: Vec::new(),
                }))
            } else {
                Error::protocol(
                    &request.name(),
                    &base.address(),
                    ProtocolProblem::Truncated { bytes: so_far },
                )
            }
        })
    }
}

/// A complete answer with status 200.
struct Answer {
    body: Bytes,
    address: String,
    headers: HeaderMap,
}

impl Answer {
    /// The error for a body that is not the JSON that was due.
    fn shape(&self, request: &Request, error: &serde_json::Error) -> Error {
        let text = String::from_utf8_lossy(&self.body);
        let problem = if error::looks_like_html(&text) {
            ProtocolProblem::Html { title: error::html_title(&text) }
        } else if error.is_eof() && !self.body.is_empty() {
            ProtocolProblem::Truncated { bytes: self.body.len() }
        } else {
            let kind = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            ProtocolProblem::Shape {
                detail: format!("{error} (content type {})", kind.unwrap_or("not given")),
            }
        };
        Error::protocol(&request.name(), &self.address, problem)
    }
}

fn expected_length(response: &reqwest::Response) -> usize {
    response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0)
}

fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}
