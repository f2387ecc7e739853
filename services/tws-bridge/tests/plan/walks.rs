//! Walks against a plain search over the same rules, and the rules themselves.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use resync_api::tws::model::{
    DependencyOwner, DependencyTarget, Direction, EdgeSource, FlowNode, PromptStatus, Status,
};
use resync_fault::{ErrorKind, Fault};
use resync_tws_bridge::plan::{DependencyList, Snapshot, Update, WalkQuery, Walked};

use crate::fixture::*;

fn walk(plan: &Snapshot, object: &str, direction: Direction, depth: u32) -> Walked {
    let query = WalkQuery { object, direction, max_depth: depth, max_nodes: 5_000 };
    plan.walk(&query, noon()).expect("in the plan")
}

fn id(node: &FlowNode) -> String {
    match node {
        FlowNode::Job(job) => job.id.clone(),
        FlowNode::JobStream(stream) => stream.id.clone(),
    }
}

fn found(walked: &Walked) -> BTreeMap<String, u32> {
    walked.nodes.iter().map(|node| (id(&node.node), node.depth)).collect()
}

/// Who waits for whom in a plan of jobs and streams, by id.
#[derive(Default)]
struct Graph {
    waits_for: BTreeMap<String, BTreeSet<String>>,
    stream_of: BTreeMap<String, String>,
    open: BTreeSet<String>,
}

impl Graph {
    fn jobs_of<'a>(&'a self, stream: &'a str) -> impl Iterator<Item = &'a String> {
        self.stream_of.iter().filter(move |(_, of)| *of == stream).map(|(job, _)| job)
    }

    fn dependents<'a>(&'a self, of: &'a str) -> impl Iterator<Item = String> + 'a {
        self.waits_for.iter().filter(move |(_, targets)| targets.contains(of)).map(|(owner, _)| owner.clone())
    }

    fn predecessors(&self, of: &str) -> BTreeSet<String> {
        let own = |of: &str| self.waits_for.get(of).into_iter().flatten().cloned().collect::<BTreeSet<_>>();
        let mut all = own(of);
        match self.stream_of.get(of) {
            Some(stream) => all.extend(own(stream)),
            None => all.extend(self.jobs_of(of).filter(|job| self.open.contains(*job)).cloned()),
        }
        all
    }

    fn successors(&self, of: &str, held_back: bool) -> BTreeSet<String> {
        let mut all: BTreeSet<_> = self.dependents(of).collect();
        match self.stream_of.get(of) {
            Some(stream) => all.extend(self.dependents(stream)),
            None => {
                for job in self.jobs_of(of) {
                    if held_back {
                        all.insert(job.clone());
                    }
                    all.extend(
                        self.dependents(job)
                            .filter(|owner| self.stream_of.get(owner).map(String::as_str) != Some(of)),
                    );
                }
            }
        }
        all
    }

    fn search(&self, root: &str, direction: Direction, depth: u32) -> BTreeMap<String, u32> {
        let mut found = BTreeMap::new();
        let mut frontier = vec![root.to_owned()];
        for step in 1..=depth {
            let mut next = Vec::new();
            for from in frontier {
                let steps = match direction {
                    Direction::Predecessors => self.predecessors(&from),
                    Direction::Successors => self.successors(&from, from != root),
                };
                for to in steps {
                    if to != root && !found.contains_key(&to) {
                        found.insert(to.clone(), step);
                        next.push(to);
                    }
                }
            }
            frontier = next;
        }
        found
    }
}

const JOBS: u64 = 60;
const STREAMS: u64 = 12;

fn any_graph(seed: u64) -> (Update, Graph) {
    let mut dice = Dice(seed);
    let mut update = any_plan(seed, JOBS, STREAMS);
    let mut graph = Graph::default();
    for job in &update.jobs {
        graph.stream_of.insert(job.id.clone(), job.job_stream_id.clone());
        if !matches!(job.status, Status::Successful | Status::Canceled | Status::Suppressed) {
            graph.open.insert(job.id.clone());
        }
    }
    for number in 0..JOBS + STREAMS {
        let mut dependencies = Vec::new();
        let mut targets = BTreeSet::new();
        for _ in 0..dice.below(3) {
            let to_job = dice.below(4) > 0;
            let target = if to_job { job_id(dice.below(JOBS)) } else { stream_id(dice.below(STREAMS)) };
            let edge = if to_job { after_job(&target) } else { after_stream(&target) };
            dependencies.push(if dice.one_in(4) {
                crate::fixture::edge(
                    DependencyTarget::Join { join_name: "J".to_owned(), quantity: 1, members: vec![edge] },
                    EdgeSource::Model,
                )
            } else {
                edge
            });
            targets.insert(target);
        }
        let (owner, list) = match number.checked_sub(JOBS) {
            None => (job_id(number), of_job(number, dependencies)),
            Some(stream) => (stream_id(stream), of_stream(stream, dependencies)),
        };
        graph.waits_for.insert(owner, targets);
        update.dependencies.push(list);
    }
    (update, graph)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_walk_meets_what_a_plain_search_meets(seed in any::<u64>(), from in 0..JOBS + STREAMS, depth in 1_u32..8) {
        let (update, graph) = any_graph(seed);
        let plan = mirror_of(update).snapshot();
        let root = from.checked_sub(JOBS).map_or_else(|| job_id(from), stream_id);
        for direction in [Direction::Predecessors, Direction::Successors] {
            let walked = walk(&plan, &root, direction, depth);
            prop_assert!(!walked.truncated);
            prop_assert_eq!(found(&walked), graph.search(&root, direction, depth), "{:?}", direction);
            // Each node hangs on one that was met a step before.
            let depths = found(&walked);
            for node in &walked.nodes {
                let before = if node.from_id == root { 0 } else { depths[&node.from_id] };
                prop_assert_eq!(node.depth, before + 1);
            }
        }
    }
}

/// STREAM_0: 0 -> 1. STREAM_1 (jobs 2, 3) waits for STREAM_0; STREAM_2 (job 4) has job 4 after job 3.
fn small_plan() -> Update {
    let mut update = whole_plan();
    update.job_streams = (0..3).map(stream).collect();
    update.jobs =
        [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2)].map(|(job, stream)| plain_job(job, stream)).to_vec();
    let internal = edge(DependencyTarget::Internal(predecessor(&job_id(0), "")), EdgeSource::Plan);
    update.dependencies = vec![
        DependencyList { source: EdgeSource::Plan, ..of_job(1, vec![internal]) },
        of_stream(1, vec![after_stream(&stream_id(0))]),
        of_job(4, vec![after_job(&job_id(3))]),
    ];
    update
}

#[test]
fn a_job_delays_what_waits_for_its_stream_and_the_jobs_in_it() {
    let plan = mirror_of(small_plan()).snapshot();
    let walked = walk(&plan, &job_id(0), Direction::Successors, 10);
    let expected = [(job_id(1), 1), (stream_id(1), 1), (job_id(2), 2), (job_id(3), 2), (job_id(4), 2)];
    assert_eq!(found(&walked), BTreeMap::from(expected));
    let through_stream = walked.nodes.iter().find(|node| id(&node.node) == stream_id(1)).expect("met");
    assert_eq!(through_stream.via.owner, DependencyOwner::JobStream);
    let DependencyTarget::ExternalJobStream(target) = &through_stream.via.target else {
        panic!("via the stream")
    };
    assert_eq!(target.id, stream_id(0));
    assert!((walked.plan_edge_coverage - 1.0 / 5.0).abs() < 1e-9, "one of five jobs was read from the plan");
}

#[test]
fn a_job_waits_for_what_its_stream_waits_for_down_to_the_jobs_in_it() {
    let plan = mirror_of(small_plan()).snapshot();
    let walked = walk(&plan, &job_id(4), Direction::Predecessors, 10);
    let expected = [(job_id(3), 1), (stream_id(0), 2), (job_id(0), 3), (job_id(1), 3)];
    assert_eq!(found(&walked), BTreeMap::from(expected));
    assert_eq!(found(&walk(&plan, &job_id(4), Direction::Predecessors, 1)).len(), 1);
}

#[test]
fn a_walk_is_bounded_and_says_so() {
    let plan = mirror_of(small_plan()).snapshot();
    let object = job_id(0);
    let query = WalkQuery { object: &object, direction: Direction::Successors, max_depth: 100, max_nodes: 2 };
    let walked = plan.walk(&query, noon()).expect("in the plan");
    assert_eq!((walked.nodes.len(), walked.truncated), (2, true));
    let unknown = WalkQuery { object: "STREAM_0009", ..query };
    let error = plan.walk(&unknown, noon()).expect_err("unknown");
    assert_eq!((error.kind(), error.reason()), (ErrorKind::NotFound, "OBJECT_NOT_FOUND"));
    assert!(error.hint().is_some_and(|hint| hint.contains("STREAM_000")));
}

#[test]
fn what_is_no_job_is_told_beside_the_walk() {
    let mut update = small_plan();
    update.prompts = vec![prompt(5, PromptStatus::Asked)];
    let target = DependencyTarget::Prompt {
        prompt_name: "ASK5".to_owned(),
        number: 5,
        text: "Is the tape mounted?".to_owned(),
        status: PromptStatus::NotAsked,
    };
    let absent = edge(DependencyTarget::ExternalJob(predecessor("", "WS9#/OLD.GONE")), EdgeSource::Model);
    update.dependencies.push(of_job(2, vec![edge(target, EdgeSource::Model), absent]));
    let plan = mirror_of(update).snapshot();
    let others = walk(&plan, &job_id(2), Direction::Predecessors, 1).other_dependencies;
    assert_eq!(others.len(), 2);
    let DependencyTarget::Prompt { status, .. } = &others[0].target else { panic!("the prompt") };
    assert_eq!(*status, PromptStatus::Asked, "the prompt's own row knows better");
    assert_eq!(others[1].target.predecessor().map(|found| found.key.as_str()), Some("WS9#/OLD.GONE"));
}
