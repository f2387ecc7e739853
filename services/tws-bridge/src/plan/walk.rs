//! Walks over who waits for whom.
//!
//! One step towards **predecessors**: from a job to what it waits for and to what its stream waits for; from a stream to
//! what it waits for and, because a stream is done when its jobs are, to those of its jobs that have not ended well.
//!
//! One step towards **successors**: from a job to the jobs and streams that wait for it and, because its stream cannot
//! end before it, to those that wait for its stream; from a stream to those that wait for it or for one of its jobs from
//! outside, and, when the stream itself is held back by the object asked about, to its own jobs.
//!
//! The walk is breadth first, meets every object once and so ends on cycles too. Members of joins count like direct
//! dependencies.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use resync_api::tws::model::{
    Dependency, DependencyNode, DependencyOwner, DependencyState, DependencyTarget, Direction, EdgeSource,
    FlowNode, Predecessor, Status,
};

use super::edges::{Flow, Node};
use super::jobs::flag;
use super::query_error::QueryError;
use super::snapshot::Snapshot;

const MAX_DEPTH: u32 = 100;
const DEFAULT_NODES: u32 = 200;
const MAX_NODES: u32 = 5_000;

/// Where to walk.
#[derive(Clone, Copy, Debug)]
pub struct WalkQuery<'a> {
    /// Plan id or key of a job or job stream.
    pub object: &'a str,
    /// Which way.
    pub direction: Direction,
    /// 0 means 1, at most 100.
    pub max_depth: u32,
    /// 0 means 200, at most 5000.
    pub max_nodes: u32,
}

/// What a walk found.
#[derive(Clone, Debug, PartialEq)]
pub struct Walked {
    /// Nearest first.
    pub nodes: Vec<DependencyNode>,
    /// There were more.
    pub truncated: bool,
    /// Share of the walked jobs, the one asked about included, whose edges were read from the plan; 1 without jobs.
    pub plan_edge_coverage: f64,
    /// Dependencies of the object itself that lead to no row: files, prompts, resources, absent predecessors.
    pub other_dependencies: Vec<Dependency>,
    /// When the oldest row was verified.
    pub oldest_observed_at: Option<DateTime<Utc>>,
}

/// An object met on the way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Met {
    pub(crate) node: Node,
    pub(crate) depth: u32,
    pub(crate) from: Node,
    pub(crate) via: Via,
}

/// The edge that led to an object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Via {
    /// The edge of this owner at this place of its list.
    Edge(Node, usize),
    /// The stream waits for its own job.
    OwnJob,
}

impl Snapshot {
    /// Walks predecessors or successors of a job or job stream.
    ///
    /// # Errors
    /// When nothing or more than one object has that id or key.
    pub fn walk(&self, query: &WalkQuery<'_>, now: DateTime<Utc>) -> Result<Walked, QueryError> {
        let root = self.resolve_node(query.object)?;
        let depth = query.max_depth.clamp(1, MAX_DEPTH);
        let most = if query.max_nodes == 0 { DEFAULT_NODES } else { query.max_nodes.min(MAX_NODES) } as usize;
        let (met, truncated) = self.walk_from(root, query.direction, depth, most);
        let all = || std::iter::once(root).chain(met.iter().map(|met| met.node));
        let (jobs, from_plan) = all().fold((0_u32, 0_u32), |(jobs, covered), node| match node.flow() {
            Flow::Job(row) => (jobs + 1, covered + u32::from(self.jobs.has(row, flag::EDGES_FROM_PLAN))),
            Flow::Stream(_) => (jobs, covered),
        });
        let oldest = all().map(|node| match node.flow() {
            Flow::Job(row) => self.jobs.stamp.get(row),
            Flow::Stream(row) => self.streams.stamp(row),
        });
        Ok(Walked {
            oldest_observed_at: oldest.min().map(|stamp| self.stamp_time(stamp)),
            nodes: met.iter().filter_map(|met| self.dependency_node(met, now)).collect(),
            truncated,
            plan_edge_coverage: if jobs == 0 { 1.0 } else { f64::from(from_plan) / f64::from(jobs) },
            other_dependencies: self.other_dependencies(root),
        })
    }

    /// Objects within so many steps, nearest first, at most so many; and whether there were more.
    pub(crate) fn walk_from(
        &self,
        root: Node,
        direction: Direction,
        depth: u32,
        most: usize,
    ) -> (Vec<Met>, bool) {
        let mut seen = Seen::new(self);
        seen.insert(root);
        let mut met: Vec<Met> = Vec::new();
        let mut queue = VecDeque::from([(root, 0)]);
        let mut steps = Vec::new();
        while let Some((from, at)) = queue.pop_front() {
            if at == depth {
                break;
            }
            steps.clear();
            match direction {
                Direction::Predecessors => self.predecessor_steps(from, &mut steps),
                Direction::Successors => self.successor_steps(from, from != root, &mut steps),
            }
            for (node, via) in steps.drain(..) {
                if !seen.insert(node) {
                    continue;
                }
                if met.len() == most {
                    return (met, true);
                }
                met.push(Met { node, depth: at + 1, from, via });
                queue.push_back((node, at + 1));
            }
        }
        (met, false)
    }

    fn predecessor_steps(&self, from: Node, steps: &mut Vec<(Node, Via)>) {
        self.targets(from, steps);
        match from.flow() {
            Flow::Job(row) => self.targets(Node::stream(self.jobs.stream.get(row)), steps),
            Flow::Stream(row) => {
                let open = self.jobs.by_stream.rows(row).filter(|job| {
                    !matches!(
                        self.jobs.status(*job),
                        Status::Successful | Status::Canceled | Status::Suppressed
                    )
                });
                steps.extend(open.map(|job| (Node::job(job), Via::OwnJob)));
            }
        }
    }

    fn targets(&self, owner: Node, steps: &mut Vec<(Node, Via)>) {
        let edges = self.edges.of(owner).iter().enumerate();
        steps.extend(edges.filter_map(|(place, edge)| Some((edge.predecessor()?, Via::Edge(owner, place)))));
    }

    fn successor_steps(&self, from: Node, held_back: bool, steps: &mut Vec<(Node, Via)>) {
        self.dependents(from, steps);
        match from.flow() {
            Flow::Job(row) => self.dependents(Node::stream(self.jobs.stream.get(row)), steps),
            Flow::Stream(row) => {
                for job in self.jobs.by_stream.rows(row) {
                    if held_back {
                        steps.push((Node::job(job), Via::OwnJob));
                    }
                    let first = steps.len();
                    self.dependents(Node::job(job), steps);
                    let inside = |node: Node| matches!(node.flow(), Flow::Job(row_of) if self.jobs.stream.get(row_of) == row);
                    let mut place = 0;
                    steps.retain(|(node, _)| {
                        place += 1;
                        place <= first || !inside(*node)
                    });
                }
            }
        }
    }

    fn dependents(&self, node: Node, steps: &mut Vec<(Node, Via)>) {
        for owner in self.edges.dependents(node) {
            let place = self.edges.of(*owner).iter().position(|edge| edge.predecessor() == Some(node));
            if let Some(place) = place {
                steps.push((*owner, Via::Edge(*owner, place)));
            }
        }
    }

    fn dependency_node(&self, met: &Met, now: DateTime<Utc>) -> Option<DependencyNode> {
        let node = match met.node.flow() {
            Flow::Job(row) => FlowNode::Job(Box::new(self.job(row, now))),
            Flow::Stream(row) => FlowNode::JobStream(Box::new(self.job_stream(row, now)?)),
        };
        Some(DependencyNode { node, depth: met.depth, via: self.via(met), from_id: self.node_id(met.from) })
    }

    fn via(&self, met: &Met) -> Dependency {
        if let Via::Edge(owner, place) = met.via {
            let edges = self.edges.of(owner);
            if let Some(edge) = edges.get(place) {
                return self.dependency(owner, *edge, edges);
            }
        }
        let (status, internal_status) = self.node_status(met.node);
        let settled = matches!(status, Status::Successful | Status::Canceled);
        Dependency {
            id: String::new(),
            state: if settled { DependencyState::Satisfied } else { DependencyState::Unsatisfied },
            source: EdgeSource::Plan,
            owner: DependencyOwner::JobStream,
            target: DependencyTarget::Internal(Predecessor {
                id: self.node_id(met.node),
                key: self.node_key(met.node),
                status: Some(status),
                internal_status: internal_status.to_owned(),
                conditions: Vec::new(),
                zombie: false,
                pending: false,
            }),
        }
    }

    fn other_dependencies(&self, root: Node) -> Vec<Dependency> {
        let mut all = self.dependencies_of(root);
        if let Flow::Job(row) = root.flow() {
            all.extend(self.dependencies_of(Node::stream(self.jobs.stream.get(row))));
        }
        all.retain(|dependency| match dependency.target.predecessor() {
            Some(predecessor) => predecessor.id.is_empty(),
            None => !matches!(dependency.target, DependencyTarget::Join { .. }),
        });
        all
    }

    pub(crate) fn node_name(&self, node: Node) -> String {
        match node.flow() {
            Flow::Job(row) => self.texts.job_names.text(self.jobs.name.get(row)).to_owned(),
            Flow::Stream(row) => {
                self.stream(row).map(|stream| stream.facts.job_stream_name.clone()).unwrap_or_default()
            }
        }
    }

    pub(crate) fn node_scheduled_time(&self, node: Node) -> Option<DateTime<Utc>> {
        match node.flow() {
            Flow::Job(row) => super::packed::unpack_time(self.jobs.scheduled_time.get(row)),
            Flow::Stream(row) => self.stream(row)?.facts.scheduled_time,
        }
    }
}

/// Nodes met so far, a bit each.
struct Seen {
    jobs: Vec<u64>,
    streams: Vec<u64>,
}

impl Seen {
    fn new(plan: &Snapshot) -> Self {
        let words = |rows: u32| vec![0; (rows as usize).div_ceil(64)];
        Self { jobs: words(plan.jobs.end()), streams: words(plan.streams.end()) }
    }

    /// False: it was met before.
    fn insert(&mut self, node: Node) -> bool {
        let (words, row) = match node.flow() {
            Flow::Job(row) => (&mut self.jobs, row as usize),
            Flow::Stream(row) => (&mut self.streams, row as usize),
        };
        let Some(word) = words.get_mut(row / 64) else { return false };
        let bit = 1 << (row % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}
