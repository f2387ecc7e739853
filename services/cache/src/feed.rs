//! The invalidations of the whole mesh as this process sees them: read from the store, kept in a window, handed on.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures::stream::{self, BoxStream, StreamExt as _};
use resync_api::cache::model::{Invalidation, InvalidationScope, Position, WatchEvent};
use resync_resilience::Backoff;
use resync_service_kit::shutdown::Drain;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

use crate::error::Error;
use crate::guard::Guard;
use crate::history::{Bounds, History, Verdict};
use crate::memory::{Kept, Memory};
use crate::store::{Part, StoreError};
use crate::telemetry;

/// Invalidations queued for the slowest watcher; one that falls further behind is dropped with a resumable error.
const QUEUE: usize = 4096;
/// Between two signs of life to watchers.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// The store has not answered for this long: what others invalidate is not seen any more.
const DEAD_AFTER: Duration = Duration::from_secs(3);
const BACKOFF: Backoff = Backoff::doubling(Duration::from_millis(50), Duration::from_secs(1));

/// The window, and who is told.
#[derive(Debug)]
pub(crate) struct Feed {
    state: RwLock<State>,
    /// The latest position known, also of invalidations whose turn in the history is still to come.
    newest: AtomicU64,
    started: Instant,
    /// When the store last answered, in milliseconds after the start.
    contact: AtomicU64,
    seen: AtomicU64,
    losses: AtomicU64,
    watchers: Arc<AtomicU64>,
}

#[derive(Debug)]
struct State {
    history: History,
    /// None once closed.
    changes: Option<broadcast::Sender<Arc<Invalidation>>>,
}

impl Feed {
    /// Begins with the history that the store keeps.
    pub(crate) async fn open(guard: &Guard, bounds: Bounds) -> Result<Self, StoreError> {
        let events = guard.store().history().await?;
        let Some(first) = events.first() else {
            return Err(StoreError::new(crate::store::Cause::Other, "the store gave no history"));
        };
        let mut history = History::new(bounds, first.position);
        for event in &events {
            history.push(Arc::clone(event));
        }
        let newest = AtomicU64::new(history.head().get());
        let state = State { history, changes: Some(broadcast::Sender::new(QUEUE)) };
        Ok(Self {
            state: RwLock::new(state),
            newest,
            started: Instant::now(),
            contact: AtomicU64::new(0),
            seen: AtomicU64::new(0),
            losses: AtomicU64::new(0),
            watchers: Arc::default(),
        })
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows the store's history until the drain begins.
    pub(crate) async fn run(&self, guard: &Guard, memory: &Memory, drain: &Drain) {
        let mut failures = 0;
        while !drain.has_begun() {
            let step = self.step(guard, memory);
            let Some(outcome) = drain.unless_begun(step).await else { break };
            match outcome {
                Ok(()) => {
                    failures = 0;
                    let since = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
                    self.contact.store(since, Ordering::Release);
                }
                Err(error) => {
                    failures += 1;
                    if failures == 1 {
                        tracing::warn!(cause = error.cause.reason(), "invalidations cannot be read: {error}");
                    }
                    guard.suspect();
                    drain.sleep(BACKOFF.delay(failures)).await;
                }
            }
        }
    }

    async fn step(&self, guard: &Guard, memory: &Memory) -> Result<(), StoreError> {
        let head = self.head();
        match guard.store().follow(head).await? {
            Part::Next(events) => self.take_in(events),
            Part::Lost => {
                // Others, and processes that start later, must not trust older entries either.
                let scope = InvalidationScope::everything();
                let position = guard.store().append(&scope).await?;
                tracing::warn!(
                    position = position.get(),
                    "invalidations may have been missed; every cached entry was dropped"
                );
                self.begin_anew(position);
                memory.clear();
            }
        }
        Ok(())
    }

    fn take_in(&self, events: Vec<Arc<Invalidation>>) {
        if events.is_empty() {
            return;
        }
        telemetry::invalidations(events.len());
        self.seen.fetch_add(events.len() as u64, Ordering::Relaxed);
        let mut state = self.write();
        for event in events {
            self.newest.fetch_max(event.position.get(), Ordering::AcqRel);
            state.history.push(Arc::clone(&event));
            if let Some(changes) = &state.changes {
                // Nobody may be watching.
                let _ = changes.send(event);
            }
        }
    }

    fn begin_anew(&self, position: Position) {
        telemetry::history_lost();
        self.losses.fetch_add(1, Ordering::Relaxed);
        let mut state = self.write();
        state.history.reset(position);
        self.newest.store(position.get(), Ordering::Release);
        if let Some(changes) = &state.changes {
            let scope = InvalidationScope::everything();
            let _ = changes.send(Arc::new(Invalidation { position, scope }));
        }
    }

    /// An invalidation of this process counts at once; watchers are told in its turn.
    pub(crate) fn note(&self, position: Position, scope: &InvalidationScope) {
        let mut state = self.write();
        state.history.note(position, scope);
        self.newest.fetch_max(position.get(), Ordering::AcqRel);
    }

    /// The last position of the history.
    pub(crate) fn head(&self) -> Position {
        self.read().history.head()
    }

    /// The stamp of an entry whose loading begins now.
    pub(crate) fn stamp(&self) -> Position {
        self.read().history.newest()
    }

    /// The store has answered lately.
    pub(crate) fn is_live(&self) -> bool {
        let contact = Duration::from_millis(self.contact.load(Ordering::Acquire));
        self.started.elapsed().saturating_sub(contact) < DEAD_AFTER
    }

    pub(crate) fn verdict(&self, key: &str, tags: &[String], checked: Position) -> (Verdict, Position) {
        let state = self.read();
        (state.history.verdict(key, tags, checked), state.history.head())
    }

    /// Is the entry in memory still alive?
    pub(crate) fn is_alive(&self, key: &str, kept: &Kept) -> bool {
        let checked = kept.checked();
        if checked == self.newest.load(Ordering::Acquire) {
            return true;
        }
        let Some(checked) = Position::new(checked) else { return false };
        match self.verdict(key, kept.tags(), checked) {
            (Verdict::Alive, head) => {
                kept.alive_at(head);
                true
            }
            (Verdict::Dead | Verdict::Unknown, _) => false,
        }
    }

    pub(crate) fn seen(&self) -> u64 {
        self.seen.load(Ordering::Relaxed)
    }

    pub(crate) fn losses(&self) -> u64 {
        self.losses.load(Ordering::Relaxed)
    }

    pub(crate) fn watchers(&self) -> u64 {
        self.watchers.load(Ordering::Relaxed)
    }

    /// Ends every watch.
    pub(crate) fn close(&self) {
        self.write().changes = None;
    }

    /// What happens from `after` on.
    pub(crate) fn watch(
        self: &Arc<Self>,
        after: Option<Position>,
    ) -> BoxStream<'static, Result<WatchEvent, Error>> {
        // Under the lock, so that nothing falls between what is kept and what is to come.
        let state = self.read();
        let Some(changes) = &state.changes else {
            return stream::once(async { Err(Error::Stopping) }).boxed();
        };
        let changes = changes.subscribe();
        let known = after.and_then(|after| state.history.after(after));
        let started = WatchEvent::Started { position: state.history.head(), continuous: known.is_some() };
        let sent = known.as_ref().and(after).unwrap_or(state.history.head());
        drop(state);
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.reset();
        let watch = Watch {
            feed: Arc::clone(self),
            backlog: known.unwrap_or_default().into(),
            changes,
            heartbeat,
            sent,
            ended: false,
            _counted: Counted::new(&self.watchers),
        };
        let rest = stream::unfold(watch, |mut watch| async move {
            let event = watch.next().await?;
            Some((event, watch))
        });
        stream::once(async { Ok(started) }).chain(rest).boxed()
    }
}

/// One watcher.
struct Watch {
    feed: Arc<Feed>,
    backlog: VecDeque<Arc<Invalidation>>,
    changes: broadcast::Receiver<Arc<Invalidation>>,
    heartbeat: Interval,
    sent: Position,
    ended: bool,
    _counted: Counted,
}

impl Watch {
    async fn next(&mut self) -> Option<Result<WatchEvent, Error>> {
        if self.ended {
            return None;
        }
        if let Some(event) = self.backlog.pop_front() {
            return Some(Ok(self.say(&event)));
        }
        tokio::select! {
            biased;
            change = self.changes.recv() => match change {
                Ok(event) => Some(Ok(self.say(&event))),
                Err(RecvError::Lagged(_)) => {
                    self.ended = true;
                    Some(Err(Error::SlowReader { after: self.sent.get() }))
                }
                Err(RecvError::Closed) => {
                    self.ended = true;
                    Some(Err(Error::Stopping))
                }
            },
            _ = self.heartbeat.tick() => {
                Some(Ok(WatchEvent::Heartbeat { position: self.sent, live: self.feed.is_live() }))
            }
        }
    }

    fn say(&mut self, event: &Invalidation) -> WatchEvent {
        self.sent = event.position;
        WatchEvent::Invalidated(event.clone())
    }
}

/// Counts a watcher for as long as it lives.
struct Counted(Arc<AtomicU64>);

impl Counted {
    fn new(count: &Arc<AtomicU64>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        telemetry::watchers(1);
        Self(Arc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
        telemetry::watchers(-1);
    }
}
