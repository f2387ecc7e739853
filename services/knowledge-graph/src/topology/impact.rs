//! What will not run because of one object: the outcomes with it ending well beside those with it ending as assumed.

use std::collections::BinaryHeap;

use chrono::DateTime;
use resync_api::graph::model::{Assumption, Impact, ImpactRequest, ImpactedJob, ImpactedStream};

use super::error::TopologyError;
use super::graph::{Graph, mark};
use super::index::Subject;
use super::limits::bounded;
use super::needs::Conditions;
use super::node::{Kind, NodeSet};
use super::outcome::{Outcome, Rules, Seed, is_released, verdict};
use super::structure::{Entry, EntryKind};

/// What ends differently because some nodes do.
pub(super) struct Difference {
    /// What the states of nodes say when they end differently.
    pub(super) seeds: Vec<Seed>,
    pub(super) before: Vec<Outcome>,
    pub(super) after: Vec<Outcome>,
    /// Nodes whose outcome differs.
    pub(super) changed: NodeSet,
    /// Of a changed node: steps from the nearest node that was made to end differently, plus one. 0: not reached.
    steps: Vec<u32>,
    pub(super) assumed_conditions: u64,
}

/// A node that is made to end in a certain way.
pub(super) type Forced = (u32, Seed);

impl Graph {
    /// Outcomes when `good` holds, beside those when `bad` holds too.
    pub(super) fn difference(&self, good: &[Forced], bad: &[Forced]) -> Difference {
        let mut seeds = self.seeds.to_vec();
        let mut before = self.outcomes.to_vec();
        let mut settle = |forced: &[Forced], outcomes: &mut Vec<Outcome>| {
            let mut dirty = NodeSet::new(outcomes.len());
            for (node, seed) in forced {
                if seeds[*node as usize].continues != seed.continues {
                    self.structure.dependents(*node).iter().for_each(|dependent| {
                        dirty.insert(*dependent);
                    });
                }
                seeds[*node as usize] = *seed;
                dirty.insert(*node);
            }
            Rules { structure: &self.structure, seeds: &seeds, released: &self.released }
                .settle(outcomes, dirty)
        };
        settle(good, &mut before);
        let mut after = before.clone();
        let changed = settle(bad, &mut after);
        let steps = vec![0; self.structure.len()];
        let mut difference = Difference { seeds, before, after, changed, steps, assumed_conditions: 0 };
        difference.measure(self, bad);
        difference
    }
    /// What will not run if the object ends as assumed.
    ///
    /// # Errors
    /// When nothing, or more than one object, is called so.
    pub fn impact(&self, request: &ImpactRequest) -> Result<Impact, TopologyError> {
        let subject = self.find(&request.object)?;
        let most = bounded(request.max_results, 100, 5000);
        let (good, bad) = self.cases(subject, request.assumption);
        let happened =
            !bad.is_empty() && bad.iter().all(|(node, seed)| self.outcomes[*node as usize] == seed.outcome);
        let difference = self.difference(&good, &bad);
        let mut tally = Tally::new(most, self.streams.end());
        for node in difference.changed.iter() {
            if matches!(subject, Subject::Job(_)) && bad.iter().any(|(forced, _)| *forced == node) {
                continue;
            }
            tally.add(self, &difference, node);
        }
        let mut coverage = self.coverage_of(&difference.changed);
        coverage.assumed_conditions = difference.assumed_conditions;
        let mut streams = tally.streams();
        let blocked_streams = streams.len();
        streams.truncate(most);
        let streams = self.impacted_streams(&streams);
        let jobs = tally.blocked.nearest.into_sorted_vec();
        let alternatives = tally.alternatives.nearest.into_sorted_vec();
        let truncated = tally.blocked.count > jobs.len() as u64
            || tally.alternatives.count > alternatives.len() as u64
            || blocked_streams > most;
        let describe = |found: Vec<Candidate>| {
            let mut jobs: Vec<ImpactedJob> =
                found.iter().filter_map(|candidate| self.impacted(&difference, candidate.2)).collect();
            jobs.sort_by_key(|job| (!job.critical, job.deadline.is_none(), job.deadline, job.steps));
            jobs
        };
        Ok(Impact {
            subject: self.describe_subject(subject),
            assumption: request.assumption,
            happened,
            blocked_jobs: tally.blocked.count,
            critical_jobs: tally.critical,
            deadline_jobs: tally.deadlines,
            blocked_streams: blocked_streams as u64,
            jobs: describe(jobs),
            streams,
            alternative_jobs: tally.alternatives.count,
            alternatives: describe(alternatives),
            truncated,
            coverage,
            freshness: self.freshness.clone(),
        })
    }

    /// What the object's ending well, and its ending as assumed, mean for its nodes.
    pub(super) fn cases(&self, subject: Subject, assumption: Assumption) -> (Vec<Forced>, Vec<Forced>) {
        let stops = match assumption {
            Assumption::Canceled => Outcome::Canceled,
            Assumption::Fails | Assumption::Stops => Outcome::Stopped,
        };
        match subject {
            Subject::Job(row) => {
                let Some(node) = self.structure.job(row) else { return (Vec::new(), Vec::new()) };
                let seed = self.seeds[node as usize];
                let bad = match (assumption, seed.outcome) {
                    (Assumption::Fails, failed @ (Outcome::Abend | Outcome::Fail)) => failed,
                    (Assumption::Fails, _) => Outcome::Abend,
                    _ => stops,
                };
                let forced = |outcome| vec![(node, Seed { outcome, cancels: false, ..seed })];
                (forced(Outcome::Success), forced(bad))
            }
            Subject::Stream(row) => {
                let nodes = || self.structure.gate(row).into_iter().chain(self.structure.end(row));
                let forced = |outcome| nodes().map(|node| (node, Seed::fixed(outcome))).collect::<Vec<_>>();
                (forced(Outcome::Success), forced(stops))
            }
            Subject::Thing(row) => {
                let Some(node) = self.structure.thing(row) else { return (Vec::new(), Vec::new()) };
                (vec![(node, Seed::fixed(Outcome::Success))], vec![(node, Seed::fixed(stops))])
            }
            Subject::Workstation(row) => {
                let jobs = self.unfinished_jobs_on(row);
                let able = |node: &u32| {
                    let seed = self.seeds[*node as usize];
                    let stopped = seed.outcome == Outcome::Stopped;
                    (*node, if stopped { Seed { outcome: Outcome::Open, ..seed } } else { seed })
                };
                let unable = |node: &u32| (*node, Seed { outcome: stops, ..self.seeds[*node as usize] });
                (jobs.iter().map(able).collect(), jobs.iter().map(unable).collect())
            }
        }
    }

    fn impacted(&self, difference: &Difference, node: u32) -> Option<ImpactedJob> {
        let job = self.job_at(node)?;
        let nodes = difference.way_to(self, node);
        Some(ImpactedJob {
            job: self.describe(node),
            job_stream_id: self.streams.get(job.stream).map(|stream| stream.id.to_string())?,
            critical: self.mark(node, mark::CRITICAL),
            deadline: DateTime::from_timestamp_millis(job.deadline).filter(|_| job.deadline != 0),
            steps: nodes.len().saturating_sub(1) as u32,
            path: self.path(&nodes),
        })
    }

    fn impacted_streams(&self, streams: &[(u32, &StreamTally)]) -> Vec<ImpactedStream> {
        let stream = |(row, tally): &(u32, &StreamTally)| ImpactedStream {
            job_stream: self.describe_subject(Subject::Stream(*row)),
            jobs: tally.jobs,
            critical_jobs: tally.critical,
            earliest_deadline: tally.deadline.and_then(DateTime::from_timestamp_millis),
        };
        streams.iter().map(stream).collect()
    }

    /// The stream of a job, told from what it waits for.
    fn stream_of(&self, node: u32) -> Option<u32> {
        let gate = self.structure.entries(node).find(|(_, entry)| entry.kind == EntryKind::Gate);
        match gate.map(|(_, entry)| self.structure.kind(entry.target)) {
            Some(Kind::Gate(row)) => Some(row),
            _ => None,
        }
    }
}

impl Difference {
    /// Steps of every changed node from those that were forced.
    fn measure(&mut self, graph: &Graph, forced: &[Forced]) {
        for (node, _) in forced {
            self.steps[*node as usize] = 1;
        }
        loop {
            let (mut reached, mut missed) = (false, false);
            self.assumed_conditions = 0;
            for node in self.changed.iter() {
                let mut nearest = u32::MAX;
                for (at, entry) in graph.structure.entries(node) {
                    let there = self.steps[entry.target as usize];
                    if there != 0 && there < nearest && self.turns(graph, at, entry) {
                        nearest = there;
                        self.assumed_conditions += u64::from(entry.conditions.has(Conditions::OUTPUT));
                    }
                }
                let known = self.steps[node as usize];
                if nearest == u32::MAX {
                    missed |= known == 0;
                } else if known == 0 || known > nearest + 1 {
                    self.steps[node as usize] = nearest + 1;
                    reached = true;
                }
            }
            // One walk in order meets everything, unless a cycle is among it.
            if graph.structure.cycles.is_empty() || !(reached && missed) {
                return;
            }
        }
    }

    /// The entry is met in one case and not in the other.
    fn turns(&self, graph: &Graph, at: usize, entry: Entry) -> bool {
        let target = entry.target as usize;
        let (before, after) = (self.before[target], self.after[target]);
        if before == after {
            return false;
        }
        match entry.kind {
            EntryKind::Gate | EntryKind::Member => true,
            _ => {
                let seed = graph.seeds[target];
                !is_released(&graph.released, at)
                    && verdict(entry, before, seed) != verdict(entry, after, seed)
            }
        }
    }

    /// The shortest way to a changed node from a forced one.
    pub(super) fn way_to(&self, graph: &Graph, node: u32) -> Vec<u32> {
        let mut way = vec![node];
        let mut here = node;
        while self.steps[here as usize] > 1 {
            let nearer = |at: usize, entry: Entry| {
                self.steps[entry.target as usize] == self.steps[here as usize] - 1
                    && self.turns(graph, at, entry)
            };
            let mut entries = graph.structure.entries(here);
            let Some((_, entry)) = entries.find(|(at, entry)| nearer(*at, *entry)) else { break };
            here = entry.target;
            way.push(here);
        }
        way.reverse();
        way
    }
}

/// Class (critical, with a deadline, other), steps, node: the lowest are kept.
type Candidate = (u8, u32, u32);

struct Found {
    count: u64,
    nearest: BinaryHeap<Candidate>,
}

impl Found {
    fn add(&mut self, candidate: Candidate, most: usize) {
        self.count += 1;
        if self.nearest.len() < most {
            self.nearest.push(candidate);
        } else if self.nearest.peek().is_some_and(|last| candidate < *last)
            && let Some(mut last) = self.nearest.peek_mut()
        {
            *last = candidate;
        }
    }
}

#[derive(Clone, Default)]
struct StreamTally {
    jobs: u64,
    critical: u64,
    deadline: Option<i64>,
}

struct Tally {
    most: usize,
    blocked: Found,
    alternatives: Found,
    critical: u64,
    deadlines: u64,
    /// By row.
    streams: Vec<StreamTally>,
}

impl Tally {
    fn new(most: usize, streams: u32) -> Self {
        let found = || Found { count: 0, nearest: BinaryHeap::with_capacity(most) };
        Self {
            most,
            blocked: found(),
            alternatives: found(),
            critical: 0,
            deadlines: 0,
            streams: vec![StreamTally::default(); streams as usize],
        }
    }

    fn add(&mut self, graph: &Graph, difference: &Difference, node: u32) {
        let at = node as usize;
        if !graph.mark(node, mark::JOB | mark::UNFINISHED) {
            return;
        }
        let (critical, watched) = (graph.mark(node, mark::CRITICAL), graph.mark(node, mark::DEADLINE));
        let class = if critical { 0 } else { 2 - u8::from(watched) };
        let candidate = (class, difference.steps[at], node);
        match (difference.before[at].runs(), difference.after[at].runs()) {
            (true, false) => {}
            (false, true) => return self.alternatives.add(candidate, self.most),
            _ => return,
        }
        self.blocked.add(candidate, self.most);
        self.critical += u64::from(critical);
        self.deadlines += u64::from(watched);
        let stream = graph.stream_of(node).and_then(|row| self.streams.get_mut(row as usize));
        let Some(stream) = stream else { return };
        stream.jobs += 1;
        stream.critical += u64::from(critical);
        // Records lie scattered in memory: only those are looked at that have something to say.
        if watched && let Some(job) = graph.job_at(node) {
            stream.deadline = Some(stream.deadline.map_or(job.deadline, |known| known.min(job.deadline)));
        }
    }

    /// Streams with jobs that do not run, most of them first.
    fn streams(&self) -> Vec<(u32, &StreamTally)> {
        let mut rows: Vec<(u32, &StreamTally)> =
            (0..).zip(&self.streams).filter(|(_, stream)| stream.jobs > 0).collect();
        rows.sort_by_key(|(row, tally)| (std::cmp::Reverse(tally.jobs), *row));
        rows
    }
}
