//! One version of the graph of a plan: shared by all who read it, never changed.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use resync_api::graph::model::{Coverage, GraphObject, GraphObjectKind};
use resync_api::tws::model::{EdgeKnowledge, Freshness, PromptStatus, Status};

use super::error::TopologyError;
use super::index::{Index, Named, Subject};
use super::nights::Kept;
use super::node::{Kind, NodeSet};
use super::outcome::{Outcome, Seed};
use super::records::{
    Internal, JobRecord, Millis, Rows, StreamRecord, Thing, ThingRecord, ThingState, WorkstationRecord, flag,
};
use super::structure::{EntryKind, Structure};

/// What matters of a node at a glance, as bits.
pub(super) mod mark {
    /// A job.
    pub(in super::super) const JOB: u8 = 1;
    /// A job that is not over.
    pub(in super::super) const UNFINISHED: u8 = 1 << 1;
    pub(in super::super) const CRITICAL: u8 = 1 << 2;
    pub(in super::super) const DEADLINE: u8 = 1 << 3;
    /// Its dependencies are known from the definition.
    pub(in super::super) const FROM_MODEL: u8 = 1 << 4;
    /// They were read from the plan.
    pub(in super::super) const FROM_PLAN: u8 = 1 << 5;
}

/// One version of the graph of a plan. Cloning shares everything.
#[derive(Clone, Debug)]
pub struct Graph {
    pub(super) structure: Arc<Structure>,
    pub(super) index: Arc<Index>,
    pub(super) jobs: Rows<JobRecord>,
    pub(super) streams: Rows<StreamRecord>,
    pub(super) workstations: Rows<WorkstationRecord>,
    pub(super) things: Rows<ThingRecord>,
    pub(super) seeds: Arc<Vec<Seed>>,
    pub(super) released: Arc<Vec<u64>>,
    pub(super) marks: Arc<Vec<u8>>,
    pub(super) outcomes: Arc<Vec<Outcome>>,
    pub(super) plan_coverage: Coverage,
    pub(super) freshness: Freshness,
    pub(super) kept: Kept,
}

impl Graph {
    /// How fresh the plan is.
    #[must_use]
    pub fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// The same graph, as fresh as said.
    #[must_use]
    pub fn with_freshness(&self, freshness: Freshness) -> Self {
        Self { freshness, ..self.clone() }
    }

    /// Jobs of the plan.
    #[must_use]
    pub fn job_count(&self) -> usize {
        usize::try_from(self.plan_coverage.plan_jobs).unwrap_or(usize::MAX)
    }

    /// Dependencies of the plan, those of joins included.
    #[must_use]
    pub fn dependency_count(&self) -> usize {
        let nodes = 0..self.structure.len() as u32;
        let entries = nodes.flat_map(|node| self.structure.entries(node));
        entries.filter(|(_, entry)| !matches!(entry.kind, EntryKind::Gate | EntryKind::Member)).count()
    }

    /// How a job or job stream will end if nobody interferes.
    ///
    /// # Errors
    /// When nothing, or more than one object, is called so.
    pub fn outcome(&self, object: &str) -> Result<Outcome, TopologyError> {
        let (_, node) = self.find_flow(object)?;
        Ok(self.outcomes[node as usize])
    }

    /// Which of these jobs, by plan id, have ended well or were cancelled, and when; those gone from the plan are left out.
    #[must_use]
    pub fn over<'a>(&self, jobs: impl Iterator<Item = &'a str>) -> Vec<(String, DateTime<Utc>)> {
        let end = |id: &str| {
            let job = self.jobs.get(*self.index.jobs.get(id)?)?;
            match job.status {
                Status::Successful if job.ended > 0 => DateTime::from_timestamp_millis(job.ended),
                Status::Successful | Status::Canceled => Some(self.freshness.engine_time),
                _ => None,
            }
        };
        jobs.filter_map(|id| Some((id.to_owned(), end(id)?))).collect()
    }

    /// The plan holds a job with this plan id.
    #[must_use]
    pub fn holds(&self, job: &str) -> bool {
        self.index.jobs.contains_key(job)
    }

    /// Bytes held by who waits for whom.
    #[must_use]
    pub fn structure_bytes(&self) -> usize {
        self.structure.bytes()
    }

    /// The engine's clock at this version, in milliseconds.
    pub(super) fn now(&self) -> Millis {
        self.freshness.engine_time.timestamp_millis()
    }

    pub(super) fn find(&self, text: &str) -> Result<Subject, TopologyError> {
        let Self { structure, index, jobs, streams, workstations, things, .. } = self;
        Named { index, structure, jobs, streams, workstations, things }.find(text)
    }

    /// The node of a job, or the end of a job stream.
    pub(super) fn find_flow(&self, text: &str) -> Result<(Subject, u32), TopologyError> {
        let subject = self.find(text)?;
        let node = match subject {
            Subject::Job(row) => self.structure.job(row),
            Subject::Stream(row) => self.structure.end(row),
            Subject::Thing(_) | Subject::Workstation(_) => {
                return Err(TopologyError::NotAFlow { object: text.to_owned() });
            }
        };
        // The row came after the last rebuild of the structure.
        let node = node.ok_or_else(|| TopologyError::UnknownObject { object: text.to_owned() })?;
        Ok((subject, node))
    }

    pub(super) fn job_at(&self, node: u32) -> Option<&JobRecord> {
        match self.structure.kind(node) {
            Kind::Job(row) => self.jobs.get(row),
            _ => None,
        }
    }

    pub(super) fn mark(&self, node: u32, bits: u8) -> bool {
        self.marks[node as usize] & bits == bits
    }

    /// Unfinished jobs of a workstation.
    pub(super) fn unfinished_jobs_on(&self, workstation: u32) -> Vec<u32> {
        let there = self.jobs.iter().filter(|(_, job)| job.workstation == workstation && !job.is_over());
        there.filter_map(|(row, _)| self.structure.job(row)).collect()
    }

    pub(super) fn describe_subject(&self, subject: Subject) -> GraphObject {
        match subject {
            Subject::Job(row) => self.describe_job(row),
            Subject::Stream(row) => self.describe_stream(row),
            Subject::Thing(row) => self.describe_thing(row),
            Subject::Workstation(row) => {
                let name = self.workstations.get(row).map(|record| record.name.to_string());
                object(GraphObjectKind::Workstation, name.unwrap_or_default())
            }
        }
    }

    pub(super) fn describe(&self, node: u32) -> GraphObject {
        match self.structure.kind(node) {
            Kind::Job(row) => self.describe_job(row),
            Kind::Gate(row) | Kind::End(row) => self.describe_stream(row),
            Kind::Thing(row) => self.describe_thing(row),
            Kind::Join(row) => {
                let join = self.structure.joins.get(row as usize);
                object(GraphObjectKind::Join, join.map(|join| join.name.to_string()).unwrap_or_default())
            }
        }
    }

    fn describe_job(&self, row: u32) -> GraphObject {
        let Some(job) = self.jobs.get(row) else { return object(GraphObjectKind::Job, String::new()) };
        let stream = self.streams.get(job.stream).map(|stream| &*stream.key);
        GraphObject {
            kind: GraphObjectKind::Job,
            id: job.id.to_string(),
            key: format!("{}.{}", stream.unwrap_or_default(), job.name),
            status: Some(job.status),
        }
    }

    fn describe_stream(&self, row: u32) -> GraphObject {
        let Some(stream) = self.streams.get(row) else {
            return object(GraphObjectKind::JobStream, String::new());
        };
        GraphObject {
            kind: GraphObjectKind::JobStream,
            id: stream.id.to_string(),
            key: stream.key.to_string(),
            status: Some(stream.status),
        }
    }

    fn describe_thing(&self, row: u32) -> GraphObject {
        let Some(record) = self.things.get(row) else {
            return object(GraphObjectKind::Absent, String::new());
        };
        match &record.thing {
            Thing::Prompt { name, number, text } => {
                let key = match (name.is_empty(), number) {
                    (false, _) => name.to_string(),
                    (true, 0) => text.to_string(),
                    (true, number) => number.to_string(),
                };
                object(GraphObjectKind::Prompt, key)
            }
            Thing::File { path, workstation, .. } => {
                object(GraphObjectKind::File, on_workstation(workstation, path))
            }
            Thing::Resource { name, workstation } => {
                object(GraphObjectKind::Resource, on_workstation(workstation, name))
            }
            Thing::Remote { agent, job } => object(GraphObjectKind::RemoteJob, format!("{agent}::{job}")),
            Thing::Absent { key, .. } => object(GraphObjectKind::Absent, key.to_string()),
        }
    }

    /// Coverage of an answer that looked at these nodes.
    pub(super) fn coverage(&self, nodes: impl Iterator<Item = u32>) -> Coverage {
        let mut coverage = self.plan_coverage;
        for node in nodes {
            count(&mut coverage, self.marks[node as usize]);
        }
        coverage
    }

    pub(super) fn coverage_of(&self, nodes: &NodeSet) -> Coverage {
        self.coverage(nodes.iter())
    }
}

fn on_workstation(workstation: &str, name: &str) -> String {
    if workstation.is_empty() { name.to_owned() } else { format!("{workstation}#{name}") }
}

fn object(kind: GraphObjectKind, key: String) -> GraphObject {
    GraphObject { kind, id: String::new(), key, status: None }
}

fn count(coverage: &mut Coverage, marks: u8) {
    if marks & mark::JOB == 0 {
        return;
    }
    coverage.jobs += 1;
    if marks & mark::FROM_PLAN != 0 {
        coverage.from_plan += 1;
    } else if marks & mark::FROM_MODEL != 0 {
        coverage.from_model += 1;
    } else {
        coverage.unknown += 1;
    }
}

/// Coverage of the whole plan, to start every answer from.
pub(super) fn coverage_of_plan(marks: &[u8]) -> Coverage {
    let mut all = Coverage::default();
    for marks in marks {
        count(&mut all, *marks);
    }
    Coverage {
        plan_jobs: all.jobs,
        plan_from_plan: all.from_plan,
        plan_from_model: all.from_model,
        ..Coverage::default()
    }
}

pub(super) fn marks_of(job: &JobRecord) -> u8 {
    let bit = |on: bool, bit: u8| if on { bit } else { 0 };
    mark::JOB
        | bit(!job.is_over(), mark::UNFINISHED)
        | bit(job.has(flag::CRITICAL), mark::CRITICAL)
        | bit(job.deadline != 0, mark::DEADLINE)
        | bit(job.edges == EdgeKnowledge::Model, mark::FROM_MODEL)
        | bit(job.edges == EdgeKnowledge::Plan, mark::FROM_PLAN)
}

/// Why a job that nothing it waits for holds back still cannot start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    Held,
    Fenced,
    LimitZero,
    WorkstationDown,
}

/// Priority from which on a limit of zero does not hold a job back.
const HIGH_PRIORITY: i16 = 100;

/// What keeps a job that has not started from starting, whatever it waits for.
pub(super) fn obstacle(job: &JobRecord, workstation: Option<&WorkstationRecord>) -> Option<Obstacle> {
    if job.status == Status::Held || job.priority == 0 {
        return Some(Obstacle::Held);
    }
    let state = workstation.and_then(|record| record.state)?;
    let fenced = i32::from(job.priority) <= state.fence;
    if !state.up {
        Some(Obstacle::WorkstationDown)
    } else if job.internal == Internal::Fenced || fenced {
        Some(Obstacle::Fenced)
    } else if state.limit == 0 && job.priority < HIGH_PRIORITY {
        Some(Obstacle::LimitZero)
    } else {
        None
    }
}

pub(super) fn seed_of_job(job: &JobRecord, workstation: Option<&WorkstationRecord>) -> Seed {
    let outcome = match (job.status, job.internal) {
        (Status::Successful, _) => Outcome::Success,
        (Status::Error, Internal::Failed) => Outcome::Fail,
        (Status::Error, _) => Outcome::Abend,
        (Status::Canceled, _) => Outcome::Canceled,
        (Status::Suppressed, _) => Outcome::Suppressed,
        (Status::Running, _) | (_, Internal::Unconfirmed) => Outcome::Success,
        (Status::Blocked, _) => Outcome::Stopped,
        _ if obstacle(job, workstation).is_some() => Outcome::Stopped,
        // The engine has already found its dependencies met.
        (Status::Ready, _) => Outcome::Success,
        (Status::Waiting | Status::Held | Status::Undecided, _) => Outcome::Open,
    };
    Seed { outcome, continues: job.has(flag::CONTINUES), cancels: job.has(flag::CANCEL_PENDING) }
}

pub(super) fn seed_of_gate(stream: &StreamRecord) -> Seed {
    let outcome = match stream.status {
        Status::Canceled => Outcome::Canceled,
        Status::Suppressed => Outcome::Suppressed,
        _ if stream.is_open() => Outcome::Success,
        Status::Held => Outcome::Stopped,
        _ if stream.priority == 0 => Outcome::Stopped,
        _ => Outcome::Open,
    };
    Seed::fixed(outcome)
}

/// Without jobs in the plan a stream's end is what the stream says itself.
pub(super) fn seed_of_end(stream: &StreamRecord, has_jobs: bool) -> Seed {
    let outcome = match stream.status {
        Status::Canceled => Outcome::Canceled,
        _ if has_jobs => Outcome::Open,
        Status::Error => Outcome::Abend,
        Status::Held | Status::Blocked => Outcome::Stopped,
        _ => Outcome::Success,
    };
    Seed::fixed(outcome)
}

pub(super) fn seed_of_thing(record: &ThingRecord) -> Seed {
    let stops = match (&record.thing, &record.state) {
        (_, ThingState::Prompt(PromptStatus::AnsweredNo)) => true,
        (Thing::Absent { awaited, zombie, .. }, _) => *awaited && *zombie,
        _ => false,
    };
    Seed::fixed(if stops { Outcome::Stopped } else { Outcome::Success })
}
