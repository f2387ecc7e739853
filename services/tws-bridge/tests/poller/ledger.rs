//! Applies batches the plain way, so that tests can look at what a mirror would hold.

use std::collections::HashMap;
use std::time::Duration;

use resync_api::tws::model::{EdgeSource, Status};
use resync_near_cache::Caches;
use resync_service_kit::vitals::Vitals;
use resync_testkit::eventually;
use resync_tws_bridge::engine::{EngineConfig, EngineFeed, Lives, Poller, Surroundings};
use resync_tws_bridge::plan::{DependencyList, FlowId, JobFacts, PlanIdentity, RowKind, Update};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Generous: a busy machine must not fail a story.
pub(crate) const BOUND: Duration = Duration::from_secs(20);

/// A running poller and what it said so far.
pub(crate) struct Ledger {
    pub(crate) feed: EngineFeed,
    pub(crate) plan: Option<PlanIdentity>,
    pub(crate) plans_completed: usize,
    pub(crate) jobs: HashMap<String, JobFacts>,
    pub(crate) streams: HashMap<String, Status>,
    pub(crate) dependencies: HashMap<FlowId, DependencyList>,
    pub(crate) removed: Vec<String>,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<()>,
}

impl Ledger {
    /// Nothing is cached: these stories are about what the engine is asked.
    pub(crate) fn start(config: &EngineConfig) -> Self {
        let lives = Lives {
            running_logs: Duration::ZERO,
            finished_logs: Duration::ZERO,
            definitions: Duration::ZERO,
        };
        Self::start_in(config, &Surroundings::new(&Caches::default(), lives, &Vitals::new()))
    }

    pub(crate) fn start_in(config: &EngineConfig, surroundings: &Surroundings) -> Self {
        let (poller, feed) = Poller::new(config, surroundings).unwrap();
        let stop = CancellationToken::new();
        let task = tokio::spawn(poller.run(stop.clone()));
        Self {
            feed,
            plan: None,
            plans_completed: 0,
            jobs: HashMap::new(),
            streams: HashMap::new(),
            dependencies: HashMap::new(),
            removed: Vec::new(),
            stop,
            task,
        }
    }

    /// Takes batches until the condition holds.
    pub(crate) async fn until(&mut self, what: &str, mut condition: impl FnMut(&Self) -> bool) {
        let waiting = async {
            while !condition(self) {
                let update = self.feed.updates.recv().await.expect("the poller runs");
                self.apply(update);
            }
        };
        tokio::time::timeout(BOUND, waiting).await.unwrap_or_else(|_| panic!("waited in vain for {what}"));
    }

    pub(crate) async fn synced(&mut self) {
        self.until("the first whole plan", |ledger| ledger.plans_completed == 1).await;
    }

    /// Goes on taking batches, so that the poller is not held up, until the engine's state is as wanted.
    pub(crate) async fn until_state(
        &mut self,
        what: &str,
        mut wanted: impl FnMut(&resync_tws_bridge::plan::EngineState) -> bool,
    ) {
        let deadline = tokio::time::Instant::now() + BOUND;
        let mut state = self.feed.state.clone();
        while !wanted(&state.borrow()) {
            tokio::select! {
                changed = state.changed() => changed.expect("the poller runs"),
                Some(update) = self.feed.updates.recv() => self.apply(update),
                () = tokio::time::sleep_until(deadline) => panic!("waited in vain for {what}"),
            }
        }
    }

    pub(crate) fn status(&self, job: &str) -> Option<Status> {
        self.jobs.get(job).map(|facts| facts.status)
    }

    /// Takes what is there already.
    pub(crate) fn drain(&mut self) {
        while let Ok(update) = self.feed.updates.try_recv() {
            self.apply(update);
        }
    }

    fn apply(&mut self, update: Update) {
        if let Some(plan) = update.begins_plan {
            self.plan = Some(plan);
            self.jobs.clear();
            self.streams.clear();
            self.dependencies.clear();
        }
        self.plans_completed += usize::from(update.completes_plan);
        self.streams.extend(update.job_streams.into_iter().map(|facts| (facts.id.clone(), facts.status)));
        self.jobs.extend(update.jobs.into_iter().map(|facts| (facts.id.clone(), facts)));
        for list in update.dependencies {
            let kept = self.dependencies.get(&list.owner).is_some_and(|old| old.source == EdgeSource::Plan);
            if list.source == EdgeSource::Plan || !kept {
                self.dependencies.insert(list.owner.clone(), list);
            }
        }
        for (kind, id) in update.removed {
            if kind == RowKind::Job {
                self.jobs.remove(&id);
            }
            self.removed.push(id);
        }
    }
}

pub(crate) async fn poll_until(what: &str, mut condition: impl FnMut() -> bool) {
    eventually(what, BOUND, || std::future::ready(condition().then_some(()))).await.unwrap();
}
