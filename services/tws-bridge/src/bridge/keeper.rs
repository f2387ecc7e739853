//! Brings what the engine side reads into the mirror, in order, and lets time pass there.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;

use super::plan_view::PlanView;
use crate::engine::EngineFeed;
use crate::figures;
use crate::plan::{EngineState, Mirror, Update};

/// How often jobs that became late or long are looked for.
const TICK: Duration = Duration::from_secs(1);

/// The owner of one mirror.
#[derive(Debug)]
pub(super) struct Keeper {
    mirror: Mirror,
    updates: mpsc::Receiver<Update>,
    state: watch::Receiver<EngineState>,
}

impl Keeper {
    pub(super) fn new(feed: EngineFeed, now: DateTime<Utc>) -> (Self, PlanView) {
        let EngineFeed { updates, mut state, reader } = feed;
        let published = watch::Sender::new(());
        let subscribers = published.subscribe();
        let first = state.borrow_and_update().clone();
        let mirror = Mirror::new(first, now, move || {
            published.send_replace(());
        });
        let view = PlanView::new(mirror.reader(), state.clone(), subscribers, reader);
        (Self { mirror, updates, state }, view)
    }

    /// Works until nobody feeds it any more.
    pub(super) async fn run(mut self) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut state_ends = false;
        loop {
            tokio::select! {
                // What the engine says of itself first: rows read after a recovery belong to a reachable engine.
                biased;
                changed = self.state.changed(), if !state_ends => match changed {
                    Ok(()) => {
                        let state = self.state.borrow_and_update().clone();
                        self.mirror.set_engine(state);
                    }
                    Err(_) => state_ends = true,
                },
                update = self.updates.recv() => match update {
                    Some(update) => self.apply(update),
                    None => return,
                },
                _ = ticks.tick() => {
                    let engine_time = self.mirror.reader().engine().engine_time(Utc::now());
                    self.mirror.tick(engine_time);
                    self.measure();
                }
            }
        }
    }

    fn apply(&mut self, update: Update) {
        let started = Instant::now();
        let engine = self.mirror.reader().engine().engine.clone();
        let applied = self.mirror.apply(update);
        metrics::histogram!(figures::MIRROR_APPLY_DURATION, "engine" => engine.clone())
            .record(started.elapsed().as_secs_f64());
        metrics::counter!(figures::MIRROR_UPDATES, "engine" => engine.clone()).increment(1);
        metrics::counter!(figures::MIRROR_CHANGES, "engine" => engine.clone())
            .increment(applied.changes as u64);
        metrics::gauge!(figures::MIRROR_LAST_UPDATE, "engine" => engine).set(Utc::now().timestamp() as f64);
    }

    fn measure(&self) {
        let (plan, state) = (self.mirror.snapshot(), self.mirror.reader().engine());
        let engine = || state.engine.clone();
        metrics::gauge!(figures::MIRROR_JOBS, "engine" => engine()).set(plan.job_count() as f64);
        metrics::gauge!(figures::MIRROR_COMPLETE, "engine" => engine())
            .set(f64::from(u8::from(plan.is_complete())));
        metrics::gauge!(figures::ENGINE_REACHABLE, "engine" => engine())
            .set(f64::from(u8::from(state.reachable)));
    }
}
