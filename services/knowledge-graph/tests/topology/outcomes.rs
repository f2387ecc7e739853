//! How everything ends, and what one object's failure changes.

use std::collections::BTreeSet;

use proptest::prelude::*;
use resync_api::graph::model::{Assumption, Impact, ImpactRequest, ImpactedJob};
use resync_knowledge_graph::topology::{Graph, Ledger, Outcome};

use crate::brute::{Assumed, Object, Outcomes, outcomes};
use crate::plan::{Dice, Plan, Shape, freshness, job_id, stream_id};
use resync_api::tws::model::{Status, TopologyUpdate};

fn seen(graph: &Graph, plan: &Plan) -> (Vec<Outcome>, Vec<Outcome>) {
    let of = |id: String| graph.outcome(&id).expect("in the plan");
    (
        (0..plan.jobs.len()).map(|job| of(job_id(job))).collect(),
        (0..plan.streams.len()).map(|stream| of(stream_id(stream))).collect(),
    )
}

fn impact(graph: &Graph, object: &str, assumption: Assumption) -> Impact {
    let request =
        ImpactRequest { engine: String::new(), object: object.to_owned(), assumption, max_results: 5000 };
    graph.impact(&request).expect("in the plan")
}

fn ids(jobs: &[ImpactedJob]) -> BTreeSet<String> {
    jobs.iter().map(|job| job.job.id.clone()).collect()
}

fn unfinished(plan: &Plan, job: usize) -> bool {
    !matches!(
        plan.jobs[job].status,
        Status::Successful | Status::Error | Status::Canceled | Status::Suppressed
    )
}

/// Jobs that run in one case and not in the other.
fn lost(plan: &Plan, one: &Outcomes, other: &Outcomes, subject: Option<usize>) -> BTreeSet<String> {
    let runs = |outcomes: &Outcomes, job: usize| outcomes.jobs[job].runs();
    (0..plan.jobs.len())
        .filter(|job| Some(*job) != subject && unfinished(plan, *job))
        .filter(|job| runs(one, *job) && !runs(other, *job))
        .map(job_id)
        .collect()
}

fn compare(
    plan: &Plan,
    graph: &Graph,
    object: &str,
    subject: Option<usize>,
    good: Assumed,
    bad: Assumed,
    assumption: Assumption,
) {
    let (good, bad) = (outcomes(plan, &good), outcomes(plan, &bad));
    let answer = impact(graph, object, assumption);
    let blocked = lost(plan, &good, &bad, subject);
    assert_eq!(ids(&answer.jobs), blocked, "blocked by {object}");
    assert_eq!(answer.blocked_jobs, blocked.len() as u64);
    assert_eq!(ids(&answer.alternatives), lost(plan, &bad, &good, subject), "instead of {object}");
    let critical =
        |id: &String| (0..plan.jobs.len()).any(|job| job_id(job) == *id && plan.jobs[job].critical);
    assert_eq!(answer.critical_jobs, blocked.iter().filter(|id| critical(id)).count() as u64);
    assert_eq!(answer.streams.iter().map(|stream| stream.jobs).sum::<u64>(), answer.blocked_jobs);
    for job in answer.jobs.iter().chain(&answer.alternatives) {
        assert_eq!(job.path.last().expect("a path").object.id, job.job.id);
        assert_eq!(job.path.len(), job.steps as usize + 1);
        if subject.is_some() {
            assert_eq!(job.path[0].object.id, object, "the path begins at the cause");
            assert!(job.path.iter().skip(1).all(|step| step.relation.is_some()));
        }
    }
}

fn check_impacts(plan: &Plan) {
    let graph = plan.graph();
    for job in 0..plan.jobs.len() {
        let facts = &plan.jobs[job];
        let failed = if facts.status == Status::Error && facts.internal == "FAIL" {
            Outcome::Fail
        } else {
            Outcome::Abend
        };
        for (assumption, outcome) in [
            (Assumption::Fails, failed),
            (Assumption::Stops, Outcome::Stopped),
            (Assumption::Canceled, Outcome::Canceled),
        ] {
            let object = Object::Job(job);
            let (good, bad) = (vec![(object, Outcome::Success)], vec![(object, outcome)]);
            compare(plan, &graph, &job_id(job), Some(job), good, bad, assumption);
        }
    }
    for stream in 0..plan.streams.len() {
        let both = |outcome| vec![(Object::Gate(stream), outcome), (Object::End(stream), outcome)];
        let (good, bad) = (both(Outcome::Success), both(Outcome::Stopped));
        compare(plan, &graph, &stream_id(stream), None, good, bad, Assumption::Stops);
    }
    for machine in 0..plan.machines.len() {
        if plan.jobs.iter().any(|job| job.workstation == machine) {
            let object = Object::Machine(machine);
            let (good, bad) = (vec![(object, Outcome::Success)], vec![(object, Outcome::Stopped)]);
            let name = format!("workstation:M{machine}");
            compare(plan, &graph, &name, None, good, bad, Assumption::Stops);
        }
    }
}

proptest! {
    #![proptest_config(crate::plans(1500))]

    #[test]
    fn outcomes_agree_with_going_round_and_round(seed in any::<u64>(), size in 1_usize..16, any_shape in any::<bool>()) {
        let shape = if any_shape { Shape::Any } else { Shape::Acyclic };
        let plan = Plan::random(seed, size, shape);
        let expected = outcomes(&plan, &Vec::new());
        prop_assert_eq!(seen(&plan.graph(), &plan), (expected.jobs, expected.ends));
    }

    #[test]
    fn the_impact_of_every_object_agrees_with_playing_both_cases(seed in any::<u64>(), size in 1_usize..12, any_shape in any::<bool>()) {
        check_impacts(&Plan::random(seed, size, if any_shape { Shape::Any } else { Shape::Acyclic }));
    }

    #[test]
    fn a_graph_that_followed_changes_is_the_graph_of_the_changed_plan(seed in any::<u64>(), size in 2_usize..12) {
        let mut plan = Plan::random(seed, size, Shape::Any);
        let mut ledger = Ledger::default();
        ledger.apply(plan.export());
        ledger.publish();
        let mut dice = Dice(seed ^ 1);
        for step in 0..6 {
            let other = Plan::random(seed.wrapping_add(step + 1), size, Shape::Any);
            let mut update = TopologyUpdate { completes: true, freshness: Some(freshness()), ..TopologyUpdate::default() };
            for job in 0..plan.jobs.len().min(other.jobs.len()) {
                match dice.below(6) {
                    // Another state.
                    0 | 1 => {
                        let new = other.jobs[job].clone();
                        plan.jobs[job] = crate::plan::Job { deps: plan.jobs[job].deps.clone(), stream: plan.jobs[job].stream, ..new };
                        update.jobs.push(plan.export_job(job));
                    }
                    // An operator releases what it waits for.
                    2 => plan.jobs[job].deps.iter_mut().for_each(|dep| dep.released ^= true),
                    // Other dependencies.
                    3 if step % 2 == 0 => plan.jobs[job].deps.reverse(),
                    _ => {}
                }
            }
            for stream in 0..plan.streams.len().min(other.streams.len()) {
                if dice.one_in(3) {
                    plan.streams[stream].status = other.streams[stream].status;
                    update.job_streams.push(plan.export_stream(stream));
                }
            }
            plan.machines.clone_from(&other.machines);
            plan.prompts.clone_from(&other.prompts);
            update.objects = Some(plan.export_objects());
            update.dependencies = plan.export_dependencies();
            ledger.apply(update);
            let followed = ledger.publish().expect("complete");
            prop_assert_eq!(seen(&followed, &plan), seen(&plan.graph(), &plan), "after step {}", step);
        }
    }
}
