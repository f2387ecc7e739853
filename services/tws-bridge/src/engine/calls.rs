//! Every request to one engine goes through here: rate cap, breaker, count, clock, and the engine's state.
//!
//! The poller and direct reads share it, so the cap holds for both and an engine that is down is asked by one probe at
//! a time, whoever wants something from it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use resync_fault::{ErrorKind, Fault, FaultBody};
use resync_hwa::oql::OqlError;
use resync_hwa::wire::engine::EngineInfo;
use resync_hwa::{Capabilities, Client};
use resync_resilience::{Backoff, Breaker, BreakerConfig, PoolSnapshot};
use resync_service_kit::telemetry::inject;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::engine::clock::EngineClock;
use crate::engine::config::EngineConfig;
use crate::engine::rate::RateCap;
use crate::engine::telemetry;
use crate::plan::EngineState;

/// Failures in a row after which the engine is left alone for a while.
const FAILURES: u32 = 2;

/// A change of the clock's offset worth telling.
const SKEW_STEP: TimeDelta = TimeDelta::milliseconds(250);

/// Why nothing came of a request.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum CallError {
    /// The engine failed before and is not asked again yet.
    #[error("the engine does not answer ({}); it is asked again in {} ms", .last, .retry_after.as_millis())]
    Suspended { retry_after: Duration, last: Box<FaultBody> },
    /// The engine's own error.
    #[error(transparent)]
    Engine(#[from] resync_hwa::Error),
    /// The question cannot be written as a filter.
    #[error(transparent)]
    Filter(#[from] OqlError),
}

impl CallError {
    /// True when nothing can be asked of the engine for a while.
    pub(crate) fn is_outage(&self) -> bool {
        match self {
            Self::Suspended { .. } => true,
            Self::Engine(error) => error.is_outage(),
            Self::Filter(_) => false,
        }
    }
}

impl Fault for CallError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Suspended { .. } => ErrorKind::Unavailable,
            Self::Engine(error) => error.kind(),
            Self::Filter(_) => ErrorKind::InvalidArgument,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Suspended { last, .. } => &last.reason,
            Self::Engine(error) => error.reason(),
            Self::Filter(_) => "ENGINE_FILTER_IMPOSSIBLE",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Suspended { last, .. } => last.hint.as_deref().map(Cow::Borrowed),
            Self::Engine(error) => error.hint(),
            Self::Filter(_) => Some(Cow::Borrowed("use a name or identifier without quotes")),
        }
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Suspended { last, .. } => last.retryable,
            Self::Engine(error) => error.retryable(),
            Self::Filter(_) => false,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Suspended { retry_after, .. } => Some(*retry_after),
            Self::Engine(error) => error.retry_after(),
            Self::Filter(_) => None,
        }
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        match self {
            Self::Suspended { last, .. } => last.metadata.clone(),
            Self::Engine(error) => error.metadata(),
            Self::Filter(_) => BTreeMap::new(),
        }
    }
}

/// The way to one engine; clones are the same way.
#[derive(Debug, Clone)]
pub(crate) struct Calls {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    engine: String,
    /// Name and first address: an engine of the same name elsewhere is another one.
    identity: String,
    client: Client,
    rate: RateCap,
    breaker: Breaker,
    memory: Mutex<Memory>,
    state: watch::Sender<EngineState>,
}

#[derive(Debug, Default)]
struct Memory {
    clock: EngineClock,
    last_answer: Option<DateTime<Utc>>,
    last_failure: Option<FaultBody>,
}

impl Calls {
    pub(crate) fn new(config: &EngineConfig) -> Result<Self, resync_hwa::Error> {
        let client = Client::new(&config.access)?.with_trace_context(inject);
        let mut state = EngineState::new(config.name.clone(), client.address());
        state.start_of_day = config.start_of_day;
        state.sweep_period = config.pace.sweep;
        let (initial, max) = config.pace.reconnect;
        Ok(Self {
            inner: Arc::new(Inner {
                engine: config.name.clone(),
                identity: format!("{}@{}", config.name, client.address()),
                client,
                rate: RateCap::new(config.pace.requests_per_second, config.pace.burst),
                breaker: Breaker::new(BreakerConfig {
                    failures: FAILURES,
                    open_for: Backoff::doubling(initial, max),
                }),
                memory: Mutex::new(Memory::default()),
                state: watch::Sender::new(state),
            }),
        })
    }

    /// Sends one request when the cap and the breaker allow it, and remembers how it went.
    pub(crate) async fn call<T, F>(&self, request: impl FnOnce(Client) -> F) -> Result<T, CallError>
    where
        F: Future<Output = resync_hwa::Result<T>>,
    {
        let permit = self.inner.breaker.admit().map_err(|open| CallError::Suspended {
            retry_after: open.retry_after,
            last: Box::new(self.last_failure()),
        })?;
        self.inner.rate.take().await;
        let started = Instant::now();
        let outcome = request(self.inner.client.clone()).await;
        let failure = outcome.as_ref().err().map(resync_hwa::Error::failure);
        telemetry::request(&self.inner.engine, failure, started.elapsed());
        match &outcome {
            Err(error) if error.is_outage() => {
                permit.failure();
                self.failed(error);
            }
            _ => {
                permit.success();
                self.answered();
            }
        }
        Ok(outcome?)
    }

    /// What tells this engine from any other, for keys that outlive the process.
    pub(crate) fn identity(&self) -> &str {
        &self.inner.identity
    }

    /// How the connections are used.
    pub(crate) fn connections(&self) -> PoolSnapshot {
        self.inner.client.pool()
    }

    /// Leave for background reading, or how long to wait, so that a reserve stays for people.
    pub(crate) fn spare(&self, reserve: u32) -> Result<(), Duration> {
        self.inner.rate.could_take(reserve)
    }

    pub(crate) fn engine(&self) -> &str {
        &self.inner.engine
    }

    pub(crate) fn rate(&self) -> Option<f64> {
        self.inner.rate.per_second()
    }

    pub(crate) fn state(&self) -> watch::Receiver<EngineState> {
        self.inner.state.subscribe()
    }

    pub(crate) fn engine_time(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.memory().clock.engine_time(now)
    }

    /// Tells what the engine says about itself.
    pub(crate) fn introduce(&self, info: &EngineInfo, capabilities: &Capabilities, fallback_zone: &str) {
        let version = info.full_version.clone().or_else(|| info.display_version.clone()).unwrap_or_default();
        let zone = info.timezone.clone().unwrap_or_else(|| fallback_zone.to_owned());
        let mut found: Vec<String> = Vec::new();
        if let Some(version) = capabilities.version() {
            found.push(format!("specification {version}"));
        }
        for (name, support) in [
            ("prompt_list", capabilities.prompt_list()),
            ("file_list", capabilities.file_list()),
            ("job_stream_count", capabilities.job_stream_count()),
            ("predecessors", capabilities.neighbours()),
        ] {
            if support == resync_hwa::Support::Yes {
                found.push(name.to_owned());
            }
        }
        self.inner.state.send_if_modified(|state| {
            let news = state.version != version || state.time_zone != zone || state.capabilities != found;
            state.version = version;
            state.time_zone = zone;
            state.capabilities = found;
            news
        });
    }

    pub(crate) fn publish_sweep_period(&self, period: Duration) {
        self.inner
            .state
            .send_if_modified(|state| std::mem::replace(&mut state.sweep_period, period) != period);
    }

    /// Tells that the engine answers and yet the plan cannot be read, and why.
    pub(crate) fn blocked(&self, error: &CallError) {
        let body = FaultBody::from(error);
        self.inner.state.send_if_modified(|state| {
            let news = state.last_error != body.reason;
            state.last_error = body.reason;
            state.last_error_hint = format!("{}. {}", body.message, body.hint.unwrap_or_default());
            news
        });
    }

    /// The plan could be read.
    pub(crate) fn unblocked(&self) {
        self.inner.state.send_if_modified(|state| {
            let news = !state.last_error.is_empty();
            state.last_error.clear();
            state.last_error_hint.clear();
            news
        });
    }

    fn answered(&self) {
        let skew = {
            let mut memory = self.memory();
            if let Some(sample) = self.inner.client.clock_sample() {
                memory.clock.observe(sample);
            }
            memory.last_answer = Some(Utc::now());
            memory.last_failure = None;
            memory.clock.skew()
        };
        let url = self.inner.client.address();
        self.inner.state.send_if_modified(|state| {
            state.requests_sent += 1;
            let news = !state.reachable || (state.clock_skew - skew).abs() >= SKEW_STEP || state.url != url;
            if news {
                state.reachable = true;
                state.unreachable_since = None;
                state.clock_skew = skew;
                state.url = url;
                state.last_error.clear();
                state.last_error_hint.clear();
            }
            news
        });
    }

    fn failed(&self, error: &resync_hwa::Error) {
        let body = FaultBody::from(error);
        let since = {
            let mut memory = self.memory();
            memory.last_failure = Some(body.clone());
            *memory.last_answer.get_or_insert_with(Utc::now)
        };
        self.inner.state.send_if_modified(|state| {
            state.requests_sent += 1;
            let news =
                state.reachable || state.unreachable_since.is_none() || state.last_error != body.reason;
            state.reachable = false;
            // The mirror is as of the last answer, not as of the first failure.
            state.unreachable_since = Some(state.unreachable_since.unwrap_or(since));
            state.last_error = body.reason;
            state.last_error_hint = format!("{}. {}", body.message, body.hint.unwrap_or_default());
            news
        });
    }

    fn last_failure(&self) -> FaultBody {
        self.memory().last_failure.clone().unwrap_or_else(|| {
            FaultBody::new(ErrorKind::Unavailable, "ENGINE_UNREACHABLE", "the engine does not answer")
        })
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        // No code panics while it holds the lock.
        self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
