//! What is odd about the structure itself: what waits for itself, what hangs on nothing, and which jobs' failure would
//! cost most.

use std::collections::{HashMap, HashSet, VecDeque};

use resync_api::graph::model::{
    Assumption, Cycle, Dangling, FragileJob, GraphObject, HealthRequest, TopologyHealth,
};

use super::graph::{Graph, mark};
use super::history::DurationHistory;
use super::index::Subject;
use super::limits::bounded;
use super::node::Kind;
use super::reach::reach;
use super::records::Thing;
use super::structure::EntryKind;

/// Jobs whose impact is worked out exactly, a multiple of those asked for, at most so many.
const CANDIDATES: usize = 100;
/// What a critical job, and one with a deadline, counts in a score.
const CRITICAL_WEIGHT: f64 = 10.0;
const DEADLINE_WEIGHT: f64 = 3.0;

impl Graph {
    /// How the structure stands.
    #[must_use]
    pub fn health(&self, request: &HealthRequest, history: &dyn DurationHistory) -> TopologyHealth {
        let most = bounded(request.max_results, 20, 1000);
        let mut health = TopologyHealth {
            jobs: 0,
            job_streams: 0,
            dependencies: 0,
            conditional: 0,
            joins: 0,
            things: 0,
            cycles: self.structure.cycles.iter().take(most).map(|range| self.cycle(range.clone())).collect(),
            cycles_total: self.structure.cycles.len() as u64,
            orphans: Vec::new(),
            orphans_total: 0,
            dangling: Vec::new(),
            dangling_total: 0,
            fragile: self.fragile(most, history),
            coverage: self.coverage(0..self.structure.len() as u32),
            freshness: self.freshness.clone(),
        };
        for node in 0..self.structure.len() as u32 {
            match self.structure.kind(node) {
                Kind::Job(_) => health.jobs += 1,
                Kind::Gate(_) => health.job_streams += 1,
                Kind::Join(_) => health.joins += 1,
                Kind::Thing(_) => health.things += u64::from(!self.structure.dependents(node).is_empty()),
                Kind::End(_) => {}
            }
            for (_, entry) in self.structure.entries(node) {
                if matches!(entry.kind, EntryKind::Gate | EntryKind::Member) {
                    continue;
                }
                health.dependencies += 1;
                health.conditional += u64::from(!entry.conditions.is_plain());
                if let Some((absent, never)) = self.absent(entry.target) {
                    health.dangling_total += 1;
                    if health.dangling.len() < most {
                        health.dangling.push(Dangling { object: self.owner(node), absent, never });
                    }
                }
            }
            if self.is_orphan(node) {
                health.orphans_total += 1;
                if health.orphans.len() < most {
                    health.orphans.push(self.describe(node));
                }
            }
        }
        health
    }

    /// One way round, from the first node of the cycle back to it.
    fn cycle(&self, range: std::ops::Range<u32>) -> Cycle {
        let begin = range.start;
        let mut from: HashMap<u32, u32> = HashMap::new();
        let mut queue = VecDeque::from([begin]);
        while let Some(node) = queue.pop_front() {
            for next in self.structure.dependents(node).iter().filter(|next| range.contains(next)) {
                if !from.contains_key(next) {
                    from.insert(*next, node);
                    queue.push_back(*next);
                }
            }
        }
        let mut way = vec![begin];
        let mut at = begin;
        while let Some(before) = from.get(&at).copied() {
            way.push(before);
            at = before;
            if before == begin {
                break;
            }
        }
        way.reverse();
        Cycle { objects: u64::from(range.end - range.start), path: self.path(&way) }
    }

    /// Key of an awaited predecessor that the plan does not hold, and whether it can never come.
    fn absent(&self, node: u32) -> Option<(String, bool)> {
        let Kind::Thing(row) = self.structure.kind(node) else { return None };
        match &self.things.get(row)?.thing {
            Thing::Absent { key, awaited: true, zombie } => Some((key.to_string(), *zombie)),
            _ => None,
        }
    }

    /// Who has the dependency: of a join's member, the owner of the join.
    fn owner(&self, node: u32) -> GraphObject {
        let mut at = node;
        let mut met = HashSet::new();
        while let Kind::Join(_) = self.structure.kind(at) {
            match self.structure.dependents(at).first() {
                Some(owner) if met.insert(at) => at = *owner,
                _ => break,
            }
        }
        self.describe(at)
    }

    /// A job that waits for nothing and that nothing waits for, nor for its stream.
    fn is_orphan(&self, node: u32) -> bool {
        let Kind::Job(row) = self.structure.kind(node) else { return false };
        let Some(stream) = self.jobs.get(row).map(|job| job.stream) else { return false };
        let alone = self.structure.entries(node).all(|(_, entry)| entry.kind == EntryKind::Gate)
            && self
                .structure
                .dependents(node)
                .iter()
                .all(|next| matches!(self.structure.kind(*next), Kind::End(_)));
        let gate_free =
            self.structure.gate(stream).is_none_or(|gate| self.structure.entries(gate).next().is_none());
        let end_free = self.structure.end(stream).is_none_or(|end| self.structure.dependents(end).is_empty());
        alone && gate_free && end_free
    }

    /// Unfinished jobs whose failure would cost most. An estimate of how many jobs each reaches picks the candidates, whose
    /// impact is then worked out exactly.
    fn fragile(&self, most: usize, history: &dyn DurationHistory) -> Vec<FragileJob> {
        let reached = reach(self);
        let running = (0..self.structure.len() as u32).filter(|node| {
            self.mark(*node, mark::JOB | mark::UNFINISHED) && self.outcomes[*node as usize].runs()
        });
        let mut candidates: Vec<(f64, u32)> = running
            .filter_map(|node| {
                let reach = f64::from(reached[node as usize]);
                if reach < 0.5 {
                    return None;
                }
                let (rate, _) = self.failure_rate(self.job_at(node)?, history);
                Some((rate * reach, node))
            })
            .collect();
        let wanted = (2 * most).min(CANDIDATES);
        candidates.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        candidates.truncate(wanted);
        let mut jobs: Vec<FragileJob> =
            candidates.into_iter().filter_map(|(_, node)| self.fragility(node, history)).collect();
        jobs.sort_by(|one, other| {
            other.score.total_cmp(&one.score).then_with(|| one.job.key.cmp(&other.job.key))
        });
        jobs.truncate(most);
        jobs
    }

    fn fragility(&self, node: u32, history: &dyn DurationHistory) -> Option<FragileJob> {
        let Kind::Job(row) = self.structure.kind(node) else { return None };
        let (failure_rate, runs) = self.failure_rate(self.jobs.get(row)?, history);
        let (good, bad) = self.cases(Subject::Job(row), Assumption::Fails);
        let difference = self.difference(&good, &bad);
        let (mut jobs, mut critical, mut deadlines, mut weight) = (0, 0, 0, 0.0);
        for other in difference.changed.iter().filter(|other| *other != node) {
            let at = other as usize;
            let lost = self.mark(other, mark::JOB | mark::UNFINISHED)
                && difference.before[at].runs()
                && !difference.after[at].runs();
            if !lost {
                continue;
            }
            jobs += 1;
            let (is_critical, has_deadline) =
                (self.mark(other, mark::CRITICAL), self.mark(other, mark::DEADLINE));
            critical += u64::from(is_critical);
            deadlines += u64::from(has_deadline);
            weight += match (is_critical, has_deadline) {
                (true, _) => CRITICAL_WEIGHT,
                (_, true) => DEADLINE_WEIGHT,
                _ => 1.0,
            };
        }
        Some(FragileJob {
            job: self.describe(node),
            failure_rate,
            runs,
            blocked_jobs: jobs,
            critical_jobs: critical,
            deadline_jobs: deadlines,
            score: failure_rate * weight,
        })
    }
}
