//! Keeps the mirror of one engine fresh, at a bounded cost to the engine.
//!
//! The API has no "changed since", so four means work together: a query on start and end times sees most changes
//! within seconds; a refresh of everything that is neither waiting nor done sees what changes without starting or
//! ending; grouped counts, a cheap checksum, tell when something was missed; and a rolling sweep reads every job
//! again within a stated period. One task, one request at a time (but for the first sync), urgent work first.

mod batch;
mod definitions;
mod dependencies;
mod drift;
mod refresh;
mod sweep;
mod sync;
mod timetable;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use resync_fault::Fault;
use resync_hwa::{Capabilities, Page, Query};
use resync_service_kit::vitals::Registration;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::engine::EngineReader;
use crate::engine::calls::{CallError, Calls};
use crate::engine::config::{EngineConfig, Pace};
use crate::engine::reader::DirectReader;
use crate::engine::roster::Roster;
use crate::engine::structure::Model;
use crate::engine::surroundings::Surroundings;
use crate::plan::{EngineState, PlanIdentity, Update};
use drift::Drift;
use sweep::Sweep;
use timetable::{Task, Timetable};

/// Batches that may wait for the mirror. When they do, the poller waits too: reading on would only grow memory.
const BATCHES_IN_FLIGHT: usize = 8;

/// Requests left in the bucket by background reading.
const RESERVE: u32 = 3;

/// What comes out of the engine side.
#[derive(Debug)]
pub struct EngineFeed {
    /// Batches in the order in which they must be applied.
    pub updates: mpsc::Receiver<Update>,
    /// What is known of the engine; changes that matter wake receivers.
    pub state: watch::Receiver<EngineState>,
    /// Direct reads under the same rate cap.
    pub reader: Arc<dyn EngineReader>,
}

/// Reads one engine for everybody.
#[derive(Debug)]
pub struct Poller {
    calls: Calls,
    surroundings: Surroundings,
    _reported: Registration,
    pace: Pace,
    fallback_zone: String,
    updates: mpsc::Sender<Update>,
    capabilities: Capabilities,
    zone: Tz,
    plan: PlanIdentity,
    roster: Roster,
    model: Model,
    timetable: Timetable,
    /// Latest start or end seen on any job, by the engine's clock.
    watermark: Option<DateTime<Utc>>,
    /// Job streams whose jobs moved; their own rows are read next.
    touched: HashSet<String>,
    /// The engine takes an order by identifier.
    orders: bool,
    /// Some instance has no definition in the model as it was read.
    lacks_definition: bool,
    sweep: Sweep,
    drift: Drift,
}

/// Why the poller cannot simply go on.
#[derive(Debug)]
enum Halt {
    /// A request failed.
    Call(CallError),
    /// The engine works on another plan now.
    NewPlan,
    /// Nobody takes updates any more.
    Closed,
}

impl From<CallError> for Halt {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl From<resync_hwa::oql::OqlError> for Halt {
    fn from(error: resync_hwa::oql::OqlError) -> Self {
        Self::Call(error.into())
    }
}

impl Poller {
    /// Prepares a poller; nothing is dialled before [`Poller::run`].
    ///
    /// # Errors
    /// When the engine's settings cannot work.
    pub fn new(
        config: &EngineConfig,
        surroundings: &Surroundings,
    ) -> Result<(Self, EngineFeed), resync_hwa::Error> {
        let calls = Calls::new(config)?;
        let (updates, receiver) = mpsc::channel(BATCHES_IN_FLIGHT);
        let feed = EngineFeed {
            updates: receiver,
            state: calls.state(),
            reader: Arc::new(DirectReader::new(calls.clone(), &config.pace, surroundings.clone())),
        };
        let poller = Self {
            _reported: surroundings.report(&calls),
            surroundings: surroundings.clone(),
            calls,
            pace: config.pace.clone(),
            fallback_zone: config.fallback_time_zone.clone(),
            updates,
            capabilities: Capabilities::unknown(),
            zone: Tz::UTC,
            plan: PlanIdentity::default(),
            roster: Roster::default(),
            model: Model::default(),
            timetable: Timetable::new(Instant::now()),
            watermark: None,
            touched: HashSet::new(),
            orders: true,
            lacks_definition: false,
            sweep: Sweep::new(Instant::now()),
            drift: Drift::default(),
        };
        Ok((poller, feed))
    }

    /// Polls until stopped or until nobody listens.
    pub async fn run(mut self, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.live() => {}
        }
    }

    async fn live(&mut self) {
        loop {
            let halt = match self.sync().await {
                Ok(()) => self.follow().await,
                Err(halt) => halt,
            };
            match halt {
                Halt::Closed => return,
                Halt::NewPlan => tracing::info!("the engine works on another plan; reading it whole"),
                Halt::Call(error) => self.recover(&error).await,
            }
        }
    }

    /// Works through the timetable until the plan must be read anew.
    async fn follow(&mut self) -> Halt {
        loop {
            let task = self.timetable.next().await;
            match self.perform(task).await {
                Ok(()) => {}
                Err(Halt::Call(error)) if error.is_outage() => self.recover(&error).await,
                Err(Halt::Call(error)) => {
                    // What one request may not or cannot do does not stop the others; it is tried again later.
                    tracing::warn!(poll.task = task.as_str(), error = %error, "part of the plan cannot be read");
                    self.timetable.postpone(task, self.pace.model);
                }
                Err(halt) => return halt,
            }
        }
    }

    async fn perform(&mut self, task: Task) -> Result<(), Halt> {
        if task.is_background()
            && let Err(wait) = self.calls.spare(RESERVE)
        {
            self.timetable.postpone(task, wait);
            return Ok(());
        }
        let span = tracing::debug_span!(
            "poll",
            otel.name = format!("poll {}", task.as_str()),
            engine = self.calls.engine()
        );
        self.work_on(task).instrument(span).await
    }

    async fn work_on(&mut self, task: Task) -> Result<(), Halt> {
        match task {
            Task::Changes => self.read_changes().await,
            Task::Touched => self.read_touched().await,
            Task::Active => self.read_active().await,
            Task::Objects => self.read_objects().await,
            Task::Counts => self.compare_counts().await,
            Task::Sweep => self.sweep_step().await,
            Task::Model => self.read_model().await,
            Task::Dependencies => self.read_dependencies().await,
        }
    }

    /// Waits as long as the breaker or the failure asks for. The mirror keeps its last snapshot meanwhile.
    async fn recover(&mut self, error: &CallError) {
        let wait = match error {
            CallError::Suspended { retry_after, .. } => *retry_after,
            // Registries lock users after a few wrong passwords.
            CallError::Engine(resync_hwa::Error::Unauthorized(_)) => self.pace.reconnect.1 * 4,
            other if other.is_outage() => other.retry_after().unwrap_or(self.pace.reconnect.0),
            other => {
                self.calls.blocked(other);
                self.pace.reconnect.1
            }
        };
        if !matches!(error, CallError::Suspended { .. }) {
            tracing::warn!(error = %error, hint = error.hint().as_deref().unwrap_or_default(), "the engine cannot be read");
        }
        sleep(wait.max(Duration::from_millis(10))).await;
    }

    /// One page of a list through the cap.
    async fn page<T: resync_hwa::Listed>(&self, query: Query) -> Result<Page<T>, CallError> {
        self.calls.call(|client| async move { client.list::<T>(&query).await }).await
    }

    /// All pages of a list, in turn.
    async fn all<T: resync_hwa::Listed>(&self, mut query: Query) -> Result<Vec<T>, CallError> {
        query.limit = self.pace.page_size;
        let mut items = Vec::new();
        loop {
            let page = self.page::<T>(query.clone()).await?;
            for unreadable in &page.unreadable {
                warn_unreadable(unreadable);
            }
            items.extend(page.items);
            match page.next_offset {
                Some(offset) => query.offset = offset,
                None => return Ok(items),
            }
        }
    }

    /// Takes a refusal of one question for an answer; what it would have told comes by other means.
    fn unless_refused(outcome: Result<(), Halt>) -> Result<(), Halt> {
        match outcome {
            Err(Halt::Call(error)) if !error.is_outage() => {
                tracing::debug!(%error, "the engine does not answer this question");
                Ok(())
            }
            other => other,
        }
    }

    async fn send(&self, update: Update) -> Result<(), Halt> {
        self.updates.send(update).await.map_err(|_| Halt::Closed)
    }

    /// An empty batch that was verified now.
    fn batch(&self) -> Update {
        let now = Utc::now();
        Update::new(now, self.calls.engine_time(now))
    }
}

fn warn_unreadable(unreadable: &resync_hwa::Unreadable) {
    tracing::warn!(
        object.id = unreadable.id.as_deref().unwrap_or("not given"),
        error = %unreadable.detail,
        "an object of the plan has a shape that cannot be read"
    );
}
