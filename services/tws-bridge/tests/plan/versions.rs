//! Versions of a plan: readers keep theirs, and the way to a state leaves no trace in it.

use std::sync::Arc;

use proptest::prelude::*;
use resync_api::filter::{Filter, OrderBy};
use resync_api::tws::model::{Job, JobStream, ObjectKind};
use resync_tws_bridge::plan::{ListQuery, Mirror, RowKind, Snapshot, Update};

use crate::fixture::*;

fn rows<T>(plan: &Snapshot, kind: ObjectKind, build: impl Fn(&Snapshot, u32) -> Option<T> + Copy) -> Vec<T> {
    let (filter, order_by) = (Filter::default(), OrderBy::default());
    let mut rows = Vec::new();
    let mut token = String::new();
    loop {
        let query = ListQuery { filter: &filter, order_by: &order_by, page_size: 1_000, page_token: &token };
        let page = plan.list(kind, &query, noon(), build).expect("everything");
        rows.extend(page.items);
        token = page.next_page_token;
        if token.is_empty() {
            return rows;
        }
    }
}

fn everything(plan: &Snapshot) -> (Vec<Job>, Vec<JobStream>) {
    (
        rows(plan, ObjectKind::Job, |plan, row| Some(plan.job(row, noon()))),
        rows(plan, ObjectKind::JobStream, |plan, row| plan.job_stream(row, noon())),
    )
}

/// Some jobs change, some go, some come, some are merely seen again.
pub(crate) fn some_update(dice: &mut Dice, jobs: u64) -> Update {
    let mut update = batch();
    for _ in 0..dice.below(40) {
        let number = dice.below(jobs + jobs / 4);
        match dice.below(4) {
            0 => update.removed.push((RowKind::Job, job_id(number))),
            1 => update.verified.push((RowKind::Job, job_id(number))),
            _ => update.jobs.push(any_job(dice, number, 12)),
        }
    }
    if dice.one_in(4) {
        update.removed.push((RowKind::JobStream, stream_id(dice.below(12))));
    }
    if dice.one_in(3) {
        let mut facts = stream(dice.below(12));
        facts.priority = dice.below(100) as i32;
        update.job_streams.push(facts);
    }
    for _ in 0..dice.below(10) {
        let targets = (0..dice.below(4)).map(|_| after_job(&job_id(dice.below(jobs)))).collect();
        update.dependencies.push(of_job(dice.below(jobs), targets));
    }
    update
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_reader_keeps_the_version_it_took(seed in any::<u64>()) {
        let mut mirror = mirror_of(any_plan(seed, 1_200, 12));
        let mut dice = Dice(seed);
        let mut taken: Vec<(Arc<Snapshot>, _)> = Vec::new();
        for _ in 0..6 {
            let plan = mirror.snapshot();
            let seen = everything(&plan);
            taken.push((plan, seen));
            mirror.apply(some_update(&mut dice, 1_200));
        }
        for (plan, seen) in taken {
            prop_assert_eq!(everything(&plan), seen);
        }
    }

    #[test]
    fn a_plan_changed_step_by_step_equals_one_read_at_once(seed in any::<u64>()) {
        let mut mirror = mirror_of(any_plan(seed, 200, 12));
        let mut dice = Dice(seed);
        for _ in 0..12 {
            mirror.apply(some_update(&mut dice, 200));
        }
        // Now everything is read again, as a sweep does, and what it does not show is gone.
        let mut final_dice = Dice(seed ^ 1);
        let mut plan = any_plan(seed ^ 1, 150, 10);
        let owners: Vec<u64> = (0..150).collect();
        plan.dependencies = owners
            .iter()
            .map(|number| of_job(*number, vec![after_job(&job_id(final_dice.below(150)))]))
            .collect();
        let mut sweep = Update { begins_plan: None, completes_plan: false, ..plan.clone() };
        sweep.observed_at = noon() + minutes(5);
        sweep.complete_reads = vec![(RowKind::Job, noon() + minutes(4)), (RowKind::JobStream, noon() + minutes(4))];
        mirror.apply(sweep);
        plan.observed_at = noon() + minutes(5);
        let fresh = mirror_of(plan);
        prop_assert_eq!(everything(&mirror.snapshot()), everything(&fresh.snapshot()));
        for number in 0..150 {
            let dependencies = |mirror: &Mirror| {
                mirror.snapshot().job_view(&job_id(number), noon()).expect("in the plan").dependencies
            };
            prop_assert_eq!(dependencies(&mirror), dependencies(&fresh));
        }
    }
}

#[test]
fn nothing_is_known_before_the_first_plan_is_complete() {
    let mut mirror = mirror();
    let mut first = any_plan(1, 50, 4);
    first.completes_plan = false;
    mirror.apply(first);
    assert!(!mirror.snapshot().is_complete());
    assert_eq!(mirror.snapshot().job_count(), 0);
    mirror.apply(Update { completes_plan: true, ..batch() });
    assert!(mirror.snapshot().is_complete());
    assert_eq!((mirror.snapshot().job_count(), mirror.snapshot().identity().run_number), (50, 7));
}

#[test]
fn readers_see_the_old_plan_until_the_new_one_is_complete() {
    let mut mirror = mirror_of(any_plan(1, 50, 4));
    let version = mirror.snapshot().version();
    mirror.apply(Update { completes_plan: false, ..any_plan(2, 30, 4) });
    assert_eq!((mirror.snapshot().job_count(), mirror.snapshot().version()), (50, version));
    mirror.apply(Update { completes_plan: true, ..batch() });
    assert_eq!((mirror.snapshot().job_count(), mirror.snapshot().version()), (30, version + 1));
}

#[test]
fn seeing_the_same_again_moves_stamps_and_nothing_else() {
    let plan = any_plan(4, 100, 4);
    let mut mirror = mirror_of(plan.clone());
    let before = mirror.snapshot();
    let again = Update { begins_plan: None, completes_plan: false, observed_at: noon() + minutes(9), ..plan };
    let applied = mirror.apply(again);
    assert_eq!((applied.version, applied.changes), (before.version(), 0));
    assert_eq!(before.oldest_job_observed_at(), Some(noon()));
    assert_eq!(mirror.snapshot().oldest_job_observed_at(), Some(noon() + minutes(9)));
}

#[test]
fn a_dependency_follows_its_predecessor_through_coming_going_and_ending() {
    use resync_api::tws::model::{DependencyState, Status};
    let mut update = whole_plan();
    update.job_streams = vec![stream(0)];
    update.jobs = vec![plain_job(1, 0)];
    update.dependencies = vec![of_job(1, vec![after_job(&job_id(2))])];
    let mut mirror = mirror_of(update);
    let state = |mirror: &Mirror| {
        let view = mirror.snapshot().job_view(&job_id(1), noon()).expect("in the plan");
        let predecessor = view.dependencies[0].target.predecessor().expect("a job").clone();
        (
            view.dependencies[0].state,
            predecessor.status,
            predecessor.key,
            view.job.unresolved_dependency_count,
        )
    };
    assert_eq!(state(&mirror), (DependencyState::Unbound, None, String::new(), 1));
    for (status, internal, expected, unresolved) in [
        (Status::Waiting, "HOLD", DependencyState::Unsatisfied, 1),
        (Status::Error, "ABEND", DependencyState::Unsatisfied, 1),
        (Status::Successful, "SUCC", DependencyState::Satisfied, 0),
        (Status::Canceled, "CANCL", DependencyState::Satisfied, 0),
    ] {
        mirror.apply(Update { jobs: vec![in_state(plain_job(2, 0), status, internal)], ..batch() });
        let key = "WS0#/STREAM_0000.JOB_00002".to_owned();
        assert_eq!(state(&mirror), (expected, Some(status), key, unresolved), "{internal}");
    }
    mirror.apply(Update { removed: vec![(RowKind::Job, job_id(2))], ..batch() });
    let key = "WS0#/STREAM_0000.JOB_00002".to_owned();
    assert_eq!(state(&mirror), (DependencyState::Unbound, None, key, 1), "its key is remembered");
}
