//! The whole plan in bounded pieces, or what differs between two versions of it.
//!
//! Versions share what did not change, so that a difference costs what changed: chunks that are the same in both are not
//! looked into. A plan that was read from the beginning is sent whole.

use std::sync::Arc;

use resync_api::tws::model::{
    DependencyOwner, EdgeKnowledge, TopologyDependencies, TopologyFile, TopologyJob, TopologyJobStream,
    TopologyObjects, TopologyUpdate,
};

use super::edges::{Flow, Node};
use super::jobs::flag;
use super::packed::{unpack_millis, unpack_time};
use super::snapshot::Snapshot;

/// Most rows of a kind in one piece.
const ROWS: usize = 1_000;

/// Pieces still to be sent to somebody who has `older`, or nothing.
#[derive(Debug)]
pub struct Export {
    plan: Arc<Snapshot>,
    whole: bool,
    begun: bool,
    done: bool,
    streams: Vec<u32>,
    jobs: Vec<u32>,
    owners: Vec<Node>,
    objects: bool,
    removed_jobs: Vec<String>,
    removed_streams: Vec<String>,
}

impl Export {
    /// What brings somebody who has `older` to `plan`.
    #[must_use]
    pub fn new(plan: Arc<Snapshot>, older: Option<&Snapshot>) -> Self {
        match older.filter(|older| older.generation == plan.generation) {
            Some(older) => Self::difference(plan, older),
            None => Self::whole(plan),
        }
    }

    fn whole(plan: Arc<Snapshot>) -> Self {
        // Pieces are taken from the ends of these lists.
        let streams: Vec<u32> = plan.streams.iter().map(|(row, _)| row).collect();
        let jobs: Vec<u32> = plan.jobs.rows().collect();
        let has_edges = |node: &Node| !plan.edges.of(*node).is_empty();
        let nodes = streams.iter().copied().map(Node::stream).chain(jobs.iter().copied().map(Node::job));
        let owners = nodes.filter(has_edges).collect();
        Self {
            plan,
            whole: true,
            begun: false,
            done: false,
            streams,
            jobs,
            owners,
            objects: true,
            removed_jobs: Vec::new(),
            removed_streams: Vec::new(),
        }
    }

    fn difference(plan: Arc<Snapshot>, older: &Snapshot) -> Self {
        let (mut removed_jobs, mut removed_streams) = (Vec::new(), Vec::new());
        // Rows that hold another object now: lists that look the same there mean something else.
        let mut reused: Vec<Node> = Vec::new();
        let mut jobs = plan.jobs.changed_since(&older.jobs);
        jobs.retain(|row| {
            let before = older.jobs.is_live(*row).then(|| older.job_id(*row));
            let after = plan.jobs.is_live(*row).then(|| plan.job_id(*row));
            if before != after {
                reused.push(Node::job(*row));
                removed_jobs.extend(before.filter(|before| plan.find_job(before).is_none()));
            }
            after.is_some()
        });
        let mut streams = plan.streams.changed_since(&older.streams);
        let flags = |plan: &Snapshot, row: u32| plan.edges_known_of_streams.get(row);
        let live = plan.streams.iter().map(|(row, _)| row);
        streams.extend(live.filter(|row| flags(&plan, *row) != flags(older, *row)));
        streams.sort_unstable();
        streams.dedup();
        streams.retain(|row| {
            let id = |plan: &Snapshot| plan.stream(*row).map(|stream| stream.facts.id.clone());
            let (before, after) = (id(older), id(&plan));
            if before != after {
                reused.push(Node::stream(*row));
                removed_streams.extend(before.filter(|before| plan.streams.find(before).is_none()));
            }
            after.is_some()
        });
        let mut owners = plan.edges.changed_since(&older.edges);
        for node in reused {
            owners.push(node);
            owners.extend_from_slice(plan.edges.dependents(node));
        }
        owners.retain(|owner| match owner.flow() {
            Flow::Job(row) => plan.jobs.is_live(row),
            Flow::Stream(row) => plan.stream(row).is_some(),
        });
        owners.sort_unstable();
        owners.dedup();
        let objects = !plan.workstations.changed_since(&older.workstations).is_empty()
            || !plan.resources.changed_since(&older.resources).is_empty()
            || !plan.prompts.changed_since(&older.prompts).is_empty()
            || !plan.files.changed_since(&older.files).is_empty();
        Self {
            plan,
            whole: false,
            begun: false,
            done: false,
            streams,
            jobs,
            owners,
            objects,
            removed_jobs,
            removed_streams,
        }
    }

    /// There is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.whole
            && !self.objects
            && self.streams.is_empty()
            && self.jobs.is_empty()
            && self.owners.is_empty()
            && self.removed_jobs.is_empty()
            && self.removed_streams.is_empty()
    }

    fn take<T>(list: &mut Vec<T>) -> Vec<T> {
        list.split_off(list.len().saturating_sub(ROWS))
    }

    /// The next piece: streams before jobs before dependencies, so that what a piece refers to was sent before; what is
    /// gone comes last. The last piece `completes`.
    fn piece(&mut self) -> TopologyUpdate {
        let plan = Arc::clone(&self.plan);
        let mut update = TopologyUpdate { begins: self.whole && !self.begun, ..TopologyUpdate::default() };
        self.begun = true;
        if !self.streams.is_empty() {
            let rows = Self::take(&mut self.streams);
            update.job_streams = rows.into_iter().filter_map(|row| plan.topology_stream(row)).collect();
        } else if !self.jobs.is_empty() {
            update.jobs = Self::take(&mut self.jobs).into_iter().map(|row| plan.topology_job(row)).collect();
        } else if std::mem::take(&mut self.objects) {
            update.objects = Some(plan.topology_objects());
        } else if !self.owners.is_empty() {
            let nodes = Self::take(&mut self.owners);
            update.dependencies = nodes.into_iter().map(|node| plan.topology_dependencies(node)).collect();
        }
        let left = [self.streams.len(), self.jobs.len(), self.owners.len(), usize::from(self.objects)];
        if left == [0; 4] {
            update.removed_jobs = std::mem::take(&mut self.removed_jobs);
            update.removed_job_streams = std::mem::take(&mut self.removed_streams);
            update.completes = true;
            self.done = true;
        }
        update
    }
}

impl Iterator for Export {
    type Item = TopologyUpdate;

    fn next(&mut self) -> Option<TopologyUpdate> {
        if self.done || self.is_empty() && !self.begun { None } else { Some(self.piece()) }
    }
}

fn knowledge(flags: u16) -> EdgeKnowledge {
    if flags & flag::EDGES_FROM_PLAN != 0 {
        EdgeKnowledge::Plan
    } else if flags & flag::EDGES_KNOWN != 0 {
        EdgeKnowledge::Model
    } else {
        EdgeKnowledge::Unknown
    }
}

impl Snapshot {
    fn topology_job(&self, row: u32) -> TopologyJob {
        let (jobs, texts) = (&self.jobs, &self.texts);
        let has = |bit| jobs.has(row, bit);
        let estimate =
            unpack_millis(jobs.estimated_duration.get(row)).and_then(|millis| u64::try_from(millis).ok());
        TopologyJob {
            id: self.job_id(row),
            job_name: texts.job_names.text(jobs.name.get(row)).to_owned(),
            job_stream_id: self
                .stream(jobs.stream.get(row))
                .map(|stream| stream.facts.id.clone())
                .unwrap_or_default(),
            workstation: texts.workstations.text(jobs.workstation.get(row)).to_owned(),
            status: jobs.status(row),
            internal_status: texts.word_text(jobs.internal_status.get(row)).to_owned(),
            cancel_pending: has(flag::CANCEL_PENDING),
            priority: i32::from(jobs.priority.get(row)),
            return_code: has(flag::HAS_RETURN_CODE).then(|| jobs.return_code.get(row)),
            job_number: jobs.job_number.get(row),
            run_count: u32::from(jobs.run_count.get(row)),
            scheduled_time: unpack_time(jobs.scheduled_time.get(row)),
            earliest_start: unpack_time(jobs.earliest_start.get(row)),
            latest_start: unpack_time(jobs.latest_start.get(row)),
            deadline: unpack_time(jobs.deadline.get(row)),
            start_time: unpack_time(jobs.start_time.get(row)),
            end_time: unpack_time(jobs.end_time.get(row)),
            estimated_duration: estimate.map(std::time::Duration::from_millis),
            critical: has(flag::CRITICAL),
            requires_confirmation: has(flag::REQUIRES_CONFIRMATION),
            every: has(flag::EVERY),
            recovery_option: texts.word_text(jobs.recovery_option.get(row)).to_owned(),
            edges: knowledge(jobs.flags.get(row)),
        }
    }

    fn topology_stream(&self, row: u32) -> Option<TopologyJobStream> {
        let stream = self.stream(row)?;
        let facts = &stream.facts;
        Some(TopologyJobStream {
            id: facts.id.clone(),
            key: stream.key.clone(),
            status: facts.status,
            limit: facts.limit,
            priority: facts.priority,
            scheduled_time: facts.scheduled_time,
            earliest_start: facts.earliest_start,
            latest_start: facts.latest_start,
            deadline: facts.deadline,
            start_time: facts.start_time,
            end_time: facts.end_time,
            edges: knowledge(self.edges_known_of_streams.get(row)),
        })
    }

    fn topology_dependencies(&self, owner: Node) -> TopologyDependencies {
        TopologyDependencies {
            owner: match owner.flow() {
                Flow::Job(_) => DependencyOwner::Job,
                Flow::Stream(_) => DependencyOwner::JobStream,
            },
            owner_id: self.node_id(owner),
            dependencies: self.bare_dependencies_of(owner),
        }
    }

    fn topology_objects(&self) -> TopologyObjects {
        let rows = |end: u32| 0..end;
        TopologyObjects {
            workstations: rows(self.workstations.end())
                .filter_map(|row| self.workstation(row, &[]))
                .collect(),
            resources: rows(self.resources.end()).filter_map(|row| self.resource(row)).collect(),
            prompts: rows(self.prompts.end()).filter_map(|row| self.prompt(row)).collect(),
            files: self
                .files
                .iter()
                .map(|(_, file)| TopologyFile {
                    path: file.path.clone(),
                    workstation: file.workstation.clone(),
                    qualifier: file.qualifier.clone(),
                    status: file.status.clone(),
                })
                .collect(),
        }
    }
}
