//! The export of a plan: whoever took the whole and then the differences has what somebody has who takes the whole now.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use resync_api::tws::model::{
    Dependency, DependencyState, EdgeSource, PromptStatus, TopologyJob, TopologyJobStream, TopologyObjects,
    TopologyUpdate,
};
use resync_tws_bridge::plan::{Export, Snapshot, Update};

use crate::fixture::*;
use crate::versions::some_update;

/// What a receiver holds.
#[derive(Debug, Default, PartialEq)]
struct Received {
    complete: bool,
    jobs: BTreeMap<String, TopologyJob>,
    streams: BTreeMap<String, TopologyJobStream>,
    dependencies: BTreeMap<String, Vec<Dependency>>,
    objects: TopologyObjects,
}

impl Received {
    fn take(&mut self, update: TopologyUpdate) {
        if update.begins {
            *self = Self::default();
        }
        assert!(update.jobs.len() <= 1_000 && update.dependencies.len() <= 1_000, "pieces are bounded");
        self.streams.extend(update.job_streams.into_iter().map(|stream| (stream.id.clone(), stream)));
        self.jobs.extend(update.jobs.into_iter().map(|job| (job.id.clone(), job)));
        self.objects = update.objects.unwrap_or(std::mem::take(&mut self.objects));
        for list in update.dependencies {
            let known = self.jobs.contains_key(&list.owner_id) || self.streams.contains_key(&list.owner_id);
            assert!(known, "an owner comes before its dependencies");
            if list.dependencies.is_empty() {
                self.dependencies.remove(&list.owner_id);
            } else {
                self.dependencies.insert(list.owner_id, list.dependencies);
            }
        }
        for id in update.removed_jobs.iter().chain(&update.removed_job_streams) {
            self.jobs.remove(id);
            self.streams.remove(id);
            self.dependencies.remove(id);
        }
        self.complete = update.completes;
    }

    fn follow(&mut self, plan: &Arc<Snapshot>, older: Option<&Snapshot>) {
        for update in Export::new(Arc::clone(plan), older) {
            self.take(update);
        }
        assert!(self.complete, "the last piece says so");
    }
}

fn whole(plan: &Arc<Snapshot>) -> Received {
    let mut received = Received::default();
    received.follow(plan, None);
    received
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn following_differences_gives_what_the_whole_gives(seed in any::<u64>()) {
        let mut mirror = mirror_of(any_plan(seed, 1_300, 12));
        let mut dice = Dice(seed);
        let mut sent = mirror.snapshot();
        let mut received = whole(&sent);
        for step in 0..8 {
            // A slow reader skips versions.
            for _ in 0..1 + step % 3 {
                let mut update = some_update(&mut dice, 1_300);
                if dice.one_in(3) {
                    update.prompts.push(prompt(dice.below(3) as i64 + 1, PromptStatus::Asked));
                }
                mirror.apply(update);
            }
            let plan = mirror.snapshot();
            received.follow(&plan, Some(&sent));
            prop_assert_eq!(&received, &whole(&plan), "after step {}", step);
            sent = plan;
        }
    }
}

#[test]
fn nothing_is_sent_when_nothing_changed_and_only_what_did_when_something_did() {
    let mut mirror = mirror_of(any_plan(4, 3_000, 12));
    let before = mirror.snapshot();
    let seen_again = Update { jobs: vec![any_job(&mut Dice(4), 0, 12)], ..batch() };
    mirror.apply(seen_again);
    assert!(Export::new(mirror.snapshot(), Some(&before)).is_empty());
    let dependencies = vec![of_job(5, vec![after_job(&job_id(7)), after_stream(&stream_id(3))])];
    mirror.apply(Update { dependencies, ..batch() });
    let pieces: Vec<_> = Export::new(mirror.snapshot(), Some(&before)).collect();
    assert_eq!(pieces.len(), 2, "the job, whose dependencies are known now, and its dependencies");
    let list = &pieces[1].dependencies[0];
    assert_eq!((pieces[1].dependencies.len(), list.owner_id.clone()), (1, job_id(5)));
    let after: Vec<_> =
        list.dependencies.iter().map(|dependency| dependency.target.predecessor().expect("flows")).collect();
    assert_eq!((after[0].id.clone(), after[1].id.clone()), (job_id(7), stream_id(3)));
    assert!(after.iter().all(|predecessor| predecessor.key.is_empty() && predecessor.status.is_none()));
    assert_eq!(list.dependencies[0].source, EdgeSource::Model);
    assert_eq!(list.dependencies[0].state, DependencyState::Undecided, "as read");
}

#[test]
fn a_plan_that_was_read_anew_is_sent_whole() {
    let mut mirror = mirror_of(any_plan(1, 50, 4));
    let before = mirror.snapshot();
    mirror.apply(any_plan(2, 40, 3));
    let mut pieces = Export::new(mirror.snapshot(), Some(&before));
    assert!(pieces.next().expect("the first piece").begins);
    assert!(pieces.all(|piece| !piece.begins));
    assert_eq!(whole(&mirror.snapshot()).jobs.len(), 40);
}
