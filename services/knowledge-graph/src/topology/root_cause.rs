//! What holds an object back, at its root: upstream along what is not met now, to what waits for nothing else.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use resync_api::graph::model::{CauseKind, RootCause, RootCauseRequest, RootCauses};
use resync_api::tws::model::{PromptStatus, Status};

use super::error::TopologyError;
use super::graph::{Graph, Obstacle, obstacle};
use super::limits::bounded;
use super::node::Kind;
use super::outcome::{Outcome, Verdict, is_released, verdict};
use super::records::{Internal, JobRecord, Millis, StreamRecord, Thing, ThingState};
use super::structure::{Entry, EntryKind};

/// One found cause: where, why, since and until when.
struct Found {
    node: u32,
    /// Who waits for it, when the search did not go on to it.
    waits: Option<u32>,
    kind: CauseKind,
    since: Millis,
    until: Millis,
}

struct Search<'a> {
    graph: &'a Graph,
    /// Of each met node, the one it was met from plus one. 0: not met.
    from: Vec<u32>,
    /// Steps of each met node from the object asked about.
    steps: Vec<u32>,
    /// Met nodes, nearest first.
    met: Vec<u32>,
    found: Vec<Found>,
    cycles: BTreeSet<u32>,
    /// Nodes whose state is not what a condition asks for.
    missed: BTreeSet<u32>,
}

/// Nothing changes for a cause of this kind unless somebody acts.
fn needs_action(kind: CauseKind) -> bool {
    kind <= CauseKind::PromptOpen
}

fn class(kind: CauseKind) -> u8 {
    match kind {
        CauseKind::Failed | CauseKind::CouldNotLaunch => 0,
        kind if needs_action(kind) => 1,
        _ => 2,
    }
}

impl Graph {
    /// What holds an object back, worst first.
    ///
    /// # Errors
    /// When nothing, or more than one object, is called so.
    pub fn root_causes(&self, request: &RootCauseRequest) -> Result<RootCauses, TopologyError> {
        let (subject, node) = self.find_flow(&request.object)?;
        let most = bounded(request.max_results, 20, 1000);
        let search = self.search_causes(node);
        let coverage = self.coverage(search.met.iter().copied());
        let total = search.found.len() as u64;
        let roots: BTreeSet<u32> = search.found.iter().map(|found| found.node).collect();
        let between = search.met.iter().filter(|met| {
            **met != node
                && !roots.contains(met)
                && matches!(self.structure.kind(**met), Kind::Job(_) | Kind::End(_))
        });
        Ok(RootCauses {
            subject: self.describe_subject(subject),
            free: total == 0,
            waiting_between: between.count() as u64,
            causes: search.causes(most),
            total,
            coverage,
            freshness: self.freshness.clone(),
        })
    }

    /// The nearest and worst causes of one node.
    pub(super) fn causes_of(&self, node: u32, most: usize) -> Vec<RootCause> {
        self.search_causes(node).causes(most)
    }

    fn search_causes(&self, node: u32) -> Search<'_> {
        let mut search = Search {
            graph: self,
            from: vec![0; self.structure.len()],
            steps: vec![0; self.structure.len()],
            met: vec![node],
            found: Vec::new(),
            cycles: BTreeSet::new(),
            missed: BTreeSet::new(),
        };
        search.from[node as usize] = node + 1;
        let mut next = 0;
        while let Some(node) = search.met.get(next).copied() {
            search.look_at(node);
            next += 1;
        }
        search
    }

    /// How the node stands at this moment.
    fn outcome_now(&self, node: u32) -> Outcome {
        match self.structure.kind(node) {
            Kind::Job(row) => match self.jobs.get(row) {
                Some(job) if job.is_over() => self.seeds[node as usize].outcome,
                _ => Outcome::Open,
            },
            Kind::Gate(row) => match self.streams.get(row) {
                Some(stream) if self.gate_is_free(stream, node) => Outcome::Success,
                _ => Outcome::Open,
            },
            Kind::End(row) => self.end_now(row, node),
            Kind::Join(row) => {
                let (mut all, mut met) = (0, 0);
                for (at, entry) in self.structure.entries(node) {
                    all += 1;
                    met += u32::from(self.verdict_now(at, entry) == Verdict::Met);
                }
                let quorum = self.structure.joins.get(row as usize).map_or(0, |join| join.quorum);
                if met >= if quorum == 0 { all } else { quorum } { Outcome::Success } else { Outcome::Open }
            }
            Kind::Thing(_) => Outcome::Open,
        }
    }

    fn end_now(&self, row: u32, node: u32) -> Outcome {
        let Some(stream) = self.streams.get(row) else { return Outcome::Open };
        if stream.status == Status::Canceled {
            return Outcome::Canceled;
        }
        let mut jobs =
            self.structure.entries(node).map(|(_, entry)| self.outcome_now(entry.target)).peekable();
        if jobs.peek().is_none() {
            return self.seeds[node as usize].outcome;
        }
        jobs.fold(Outcome::Success, |all, job| match (all, job) {
            (Outcome::Open, _) | (_, Outcome::Open) => Outcome::Open,
            (_, Outcome::Abend | Outcome::Fail) => Outcome::Abend,
            _ => all,
        })
    }

    fn gate_is_free(&self, stream: &StreamRecord, node: u32) -> bool {
        stream.is_open()
            || !is_held(stream)
                && stream.earliest_start <= self.now()
                && self.structure.entries(node).all(|(at, entry)| self.verdict_now(at, entry) == Verdict::Met)
    }

    /// Whether the entry is met at this moment.
    fn verdict_now(&self, at: usize, entry: Entry) -> Verdict {
        if is_released(&self.released, at) {
            return Verdict::Met;
        }
        if entry.kind == EntryKind::Thing {
            return if self.thing_is_there(entry) { Verdict::Met } else { Verdict::Open };
        }
        verdict(entry, self.outcome_now(entry.target), self.seeds[entry.target as usize])
    }

    pub(super) fn is_met_now(&self, at: usize, entry: Entry) -> bool {
        self.verdict_now(at, entry) == Verdict::Met
    }

    fn thing_is_there(&self, entry: Entry) -> bool {
        let Kind::Thing(row) = self.structure.kind(entry.target) else { return false };
        let Some(record) = self.things.get(row) else { return false };
        match (&record.thing, &record.state) {
            (_, ThingState::Prompt(status)) => *status == PromptStatus::AnsweredYes,
            (_, ThingState::File(there)) => *there,
            (_, ThingState::Resource { available, .. }) => *available >= i32::from(entry.quantity),
            // A resource the engine does not list, and a predecessor known from the definition alone, hold nothing back.
            (Thing::Resource { .. }, _) | (Thing::Absent { awaited: false, .. }, _) => true,
            _ => false,
        }
    }
}

fn is_held(stream: &StreamRecord) -> bool {
    stream.status == Status::Held || stream.priority == 0
}

impl Search<'_> {
    fn cause(&mut self, node: u32, kind: CauseKind, since: Millis, until: Millis) {
        self.found.push(Found { node, waits: None, kind, since, until });
    }

    fn look_at(&mut self, node: u32) {
        let graph = self.graph;
        match graph.structure.kind(node) {
            Kind::Job(row) => {
                if let Some(job) = graph.jobs.get(row) {
                    self.look_at_job(node, job);
                }
            }
            Kind::Gate(row) => {
                if let Some(stream) = graph.streams.get(row) {
                    if is_held(stream) {
                        self.cause(node, CauseKind::Held, 0, 0);
                    }
                    if stream.earliest_start > graph.now() {
                        self.cause(node, CauseKind::Time, 0, stream.earliest_start);
                    }
                    self.expand(node);
                }
            }
            Kind::End(row) => {
                if graph.structure.entries(node).next().is_none() {
                    let kind = match graph.streams.get(row).map(|stream| stream.status) {
                        Some(Status::Error) => CauseKind::Failed,
                        Some(Status::Held) => CauseKind::Held,
                        _ => CauseKind::Unexplained,
                    };
                    self.cause(node, kind, 0, 0);
                }
                for (_, entry) in graph.structure.entries(node) {
                    let over = graph.outcome_now(entry.target);
                    if !matches!(over, Outcome::Success | Outcome::Suppressed | Outcome::Canceled) {
                        self.go_to(node, entry.target);
                    }
                }
            }
            Kind::Join(row) => {
                let members = graph.structure.entries(node).count();
                if graph.structure.joins.get(row as usize).is_some_and(|join| join.quorum as usize > members)
                {
                    self.cause(node, CauseKind::ConditionNotMet, 0, 0);
                }
                self.expand(node);
            }
            Kind::Thing(row) => {
                let record = graph.things.get(row);
                let kind = match record.map(|record| (&record.thing, &record.state)) {
                    Some((_, ThingState::Prompt(PromptStatus::AnsweredNo))) => CauseKind::PromptRefused,
                    Some((Thing::Prompt { .. }, _)) => CauseKind::PromptOpen,
                    Some((Thing::File { .. }, _)) => CauseKind::FileMissing,
                    Some((Thing::Resource { .. }, _)) => CauseKind::ResourceTaken,
                    Some((Thing::Remote { .. }, _)) => CauseKind::RemoteJob,
                    Some((Thing::Absent { zombie: true, .. }, _)) => CauseKind::PredecessorNeverComes,
                    Some((Thing::Absent { .. }, _)) | None => CauseKind::PredecessorAbsent,
                };
                self.cause(node, kind, 0, 0);
            }
        }
    }

    fn look_at_job(&mut self, node: u32, job: &JobRecord) {
        let graph = self.graph;
        match job.status {
            Status::Error if job.internal == Internal::Failed => {
                return self.cause(node, CauseKind::CouldNotLaunch, job.ended.max(job.started), 0);
            }
            Status::Error => return self.cause(node, CauseKind::Failed, job.ended, 0),
            Status::Suppressed => return self.cause(node, CauseKind::Suppressed, 0, 0),
            Status::Successful | Status::Canceled => return,
            Status::Running => return self.cause(node, CauseKind::Running, job.started, 0),
            Status::Waiting | Status::Ready | Status::Held | Status::Undecided | Status::Blocked => {}
        }
        if job.internal == Internal::Unconfirmed {
            return self.cause(node, CauseKind::Unconfirmed, job.ended, 0);
        }
        let before = (self.found.len(), self.met.len());
        if let Some(obstacle) = obstacle(job, graph.workstations.get(job.workstation)) {
            let kind = match obstacle {
                Obstacle::Held => CauseKind::Held,
                Obstacle::Fenced => CauseKind::Fenced,
                Obstacle::LimitZero => CauseKind::LimitZero,
                Obstacle::WorkstationDown => CauseKind::WorkstationDown,
            };
            self.cause(node, kind, 0, 0);
        }
        if job.earliest_start > graph.now() && job.status != Status::Ready {
            self.cause(node, CauseKind::Time, 0, job.earliest_start);
        }
        if job.has(super::records::flag::CANCEL_PENDING) {
            self.cause(node, CauseKind::CancelPending, 0, 0);
        }
        let waits = if job.status == Status::Ready { self.expand_resources(node) } else { self.expand(node) };
        if !waits && before == (self.found.len(), self.met.len()) {
            let kind = if job.status == Status::Ready { CauseKind::Ready } else { CauseKind::Unexplained };
            self.cause(node, kind, 0, 0);
        }
    }

    /// Goes on to what the node waits for and has not got; says whether there is anything.
    fn expand(&mut self, node: u32) -> bool {
        let graph = self.graph;
        let cycle = graph.structure.cycle_of(node);
        let mut waits = false;
        for (at, entry) in graph.structure.entries(node) {
            match graph.verdict_now(at, entry) {
                Verdict::Met => continue,
                Verdict::Impossible => {
                    waits = true;
                    if self.missed.insert(entry.target) {
                        self.found.push(Found {
                            node: entry.target,
                            waits: Some(node),
                            kind: CauseKind::ConditionNotMet,
                            since: 0,
                            until: 0,
                        });
                    }
                    continue;
                }
                Verdict::Open | Verdict::Never => {}
            }
            waits = true;
            if let Some(cycle) = cycle.as_ref().filter(|cycle| cycle.contains(&entry.target))
                && self.cycles.insert(cycle.start)
            {
                self.cause(node, CauseKind::Cycle, 0, 0);
            }
            self.go_to(node, entry.target);
        }
        waits
    }

    /// A job that may start waits for resources alone.
    fn expand_resources(&mut self, node: u32) -> bool {
        let graph = self.graph;
        let mut waits = false;
        for (at, entry) in graph.structure.entries(node) {
            let resource = matches!(
                graph.structure.kind(entry.target),
                Kind::Thing(row) if graph.things.get(row).is_some_and(|record| matches!(record.thing, Thing::Resource { .. }))
            );
            if resource && graph.verdict_now(at, entry) != Verdict::Met {
                waits = true;
                self.go_to(node, entry.target);
            }
        }
        waits
    }

    fn go_to(&mut self, from: u32, node: u32) {
        let known = &mut self.from[node as usize];
        if *known == 0 {
            *known = from + 1;
            self.steps[node as usize] = self.steps[from as usize] + 1;
            self.met.push(node);
        }
    }

    fn causes(self, most: usize) -> Vec<RootCause> {
        let graph = self.graph;
        let mut found: Vec<(u8, u32, &Found)> =
            self.found.iter().map(|found| (class(found.kind), self.steps_from(found), found)).collect();
        found.sort_by_key(|(class, steps, found)| (*class, *steps, found.kind, found.node));
        found.truncate(most);
        let cause = |(_, steps, found): (u8, u32, &Found)| RootCause {
            kind: found.kind,
            object: graph.describe(found.node),
            needs_action: needs_action(found.kind),
            since: time(found.since),
            until: time(found.until),
            holders: self.holders(found.node),
            steps,
            path: graph.path(&self.way_from(found)),
        };
        found.into_iter().map(cause).collect()
    }

    /// From the cause to the object asked about.
    fn way_from(&self, found: &Found) -> Vec<u32> {
        let mut way = vec![found.node];
        way.extend(found.waits);
        let mut at = found.waits.unwrap_or(found.node);
        while self.steps[at as usize] > 0 {
            at = self.from[at as usize] - 1;
            way.push(at);
        }
        way
    }

    fn steps_from(&self, found: &Found) -> u32 {
        found.waits.map_or(self.steps[found.node as usize], |waits| self.steps[waits as usize] + 1)
    }

    fn holders(&self, node: u32) -> Vec<String> {
        let Kind::Thing(row) = self.graph.structure.kind(node) else { return Vec::new() };
        match self.graph.things.get(row).map(|record| &record.state) {
            Some(ThingState::Resource { holders, .. }) => {
                holders.iter().map(|holder| holder.to_string()).collect()
            }
            _ => Vec::new(),
        }
    }
}

pub(super) fn time(millis: Millis) -> Option<DateTime<Utc>> {
    if millis == 0 { None } else { DateTime::from_timestamp_millis(millis) }
}
