//! One job after the other, as things are and with the changes.

use chrono::{DateTime, Utc};
use resync_api::graph::model::{
    AffectedJob, Expectation, PathStep, Prospect, Relation, RiskClass, Simulation,
};

use super::scenario::Scenario;
use crate::topology::forecast::{Played, after, seconds_to};
use crate::topology::graph::{Graph, mark};
use crate::topology::impact::Difference;
use crate::topology::index::Subject;
use crate::topology::outcome::Outcome;
use crate::topology::risk::class;
use crate::topology::schedule::{Night, Schedule};

/// A shift up to this many seconds is none.
const NOTICED: f64 = 60.0;

/// One of the two cases.
pub(super) struct Case<'a> {
    pub(super) schedule: &'a Schedule,
    pub(super) usual: &'a Night,
    pub(super) outcomes: &'a [Outcome],
}

pub(super) struct Comparison<'a> {
    pub(super) graph: &'a Graph,
    pub(super) difference: &'a Difference,
    pub(super) scenario: &'a Scenario,
    pub(super) before: Case<'a>,
    pub(super) after: Case<'a>,
    pub(super) with_limits: bool,
}

/// How one job fares with usual durations in both cases.
struct Fare {
    node: u32,
    before: Prospect,
    after: Prospect,
    end_before: Option<f32>,
    end_after: Option<f32>,
}

impl Fare {
    fn shift(&self) -> Option<f64> {
        Some(f64::from(self.end_after? - self.end_before?))
    }

    fn differs(&self) -> bool {
        self.before != self.after || self.shift().is_some_and(|shift| shift.abs() > NOTICED)
    }
}

impl Case<'_> {
    fn end(&self, node: u32, prospect: Prospect) -> Option<f32> {
        let item = self.schedule.of(node).filter(|item| self.schedule.is_run(*item))?;
        let runs = matches!(prospect, Prospect::WillRun | Prospect::Running);
        runs.then(|| self.usual.ends[item]).filter(|end| end.is_finite())
    }
}

impl Comparison<'_> {
    pub(super) fn of(&self, jobs: &[u32], most: usize) -> Simulation {
        let graph = self.graph;
        let now = graph.freshness().engine_time;
        let fares: Vec<Fare> = jobs.iter().map(|node| self.fare(*node)).collect();
        let last = |end: fn(&Fare) -> Option<f32>| {
            let latest = fares.iter().filter_map(end).max_by(f32::total_cmp);
            latest.and_then(|seconds| after(now, seconds))
        };
        let (end_before, end_after) = (last(|fare| fare.end_before), last(|fare| fare.end_after));
        let differing: Vec<&Fare> = fares.iter().filter(|fare| fare.differs()).collect();
        let runs = |prospect| matches!(prospect, Prospect::WillRun | Prospect::Running);
        let count =
            |wanted: &dyn Fn(&Fare) -> bool| differing.iter().filter(|fare| wanted(fare)).count() as u64;
        let shifted = |fare: &Fare| fare.shift().unwrap_or_default();
        // Nights are played for the jobs whose lateness matters; for the others usual durations tell enough.
        let mut watched: Vec<u32> =
            differing.iter().map(|fare| fare.node).filter(|node| graph.is_watched(*node)).collect();
        watched.truncate(2000);
        let lateness = Lateness::new(self, &watched);
        let mut affected: Vec<(AffectedJob, u32)> =
            differing.iter().map(|fare| (self.affected(fare, &lateness, now), fare.node)).collect();
        let bad = |case: &Expectation| {
            matches!(case.risk, Some(RiskClass::HighRisk | RiskClass::Blocked | RiskClass::Missed))
        };
        let turned = |one: bool| {
            let job = |(job, _): &&(AffectedJob, u32)| bad(&job.before) != one && bad(&job.after) == one;
            affected.iter().filter(job).count() as u64
        };
        let (deadlines_lost, deadlines_won) = (turned(true), turned(false));
        affected.sort_by_cached_key(|(job, node)| {
            let lost = !bad(&job.before) && bad(&job.after);
            let shift = job.shift_seconds.map_or(i64::MIN, |shift| -(shift.abs() as i64));
            (!lost, !job.critical, shift, *node)
        });
        let total = affected.len() as u64;
        affected.truncate(most);
        for (job, node) in &mut affected {
            job.path = self.path(*node);
        }
        Simulation {
            no_longer_run: count(&|fare| runs(fare.before) && !runs(fare.after)),
            newly_run: count(&|fare| !runs(fare.before) && runs(fare.after)),
            later: count(&|fare| shifted(fare) > NOTICED),
            earlier: count(&|fare| shifted(fare) < -NOTICED),
            deadlines_lost,
            deadlines_won,
            end_before,
            end_after,
            jobs: affected.into_iter().map(|(job, _)| job).collect(),
            total,
            with_limits: self.with_limits,
            assumptions: graph.assumptions(self.before.schedule, lateness.nights),
            coverage: Default::default(),
            freshness: graph.freshness().clone(),
        }
    }

    fn fare(&self, node: u32) -> Fare {
        let prospect = |case: &Case<'_>| self.graph.prospect(node, case.outcomes[node as usize]);
        let (before, after) = (prospect(&self.before), prospect(&self.after));
        Fare {
            node,
            before,
            after,
            end_before: self.before.end(node, before),
            end_after: self.after.end(node, after),
        }
    }

    fn affected(&self, fare: &Fare, lateness: &Lateness, now: DateTime<Utc>) -> AffectedJob {
        let deadline = self.graph.deadline(fare.node);
        let late = lateness.of(fare.node, deadline.map(|deadline| seconds_to(now, deadline)));
        let expectation = |prospect, end: Option<f32>, late: Option<f64>| Expectation {
            prospect,
            end: end.and_then(|end| after(now, end)),
            late_probability: late,
            risk: deadline.map(|deadline| match prospect {
                Prospect::Over | Prospect::WillBeSkipped => RiskClass::Met,
                _ if deadline < now => RiskClass::Missed,
                Prospect::Blocked => RiskClass::Blocked,
                Prospect::Running | Prospect::WillRun => {
                    // Under limits one usual night is all there is.
                    let usual = || f64::from(end.is_some_and(|end| end > seconds_to(now, deadline)));
                    class(late.unwrap_or_else(usual))
                }
            }),
        };
        AffectedJob {
            job: self.graph.describe(fare.node),
            critical: self.graph.mark(fare.node, mark::CRITICAL),
            deadline,
            before: expectation(fare.before, fare.end_before, late.0),
            after: expectation(fare.after, fare.end_after, late.1),
            shift_seconds: fare.shift(),
            path: Vec::new(),
        }
    }

    /// From what was changed to the job.
    fn path(&self, node: u32) -> Vec<PathStep> {
        if self.difference.changed.contains(node) {
            return self.graph.path(&self.difference.way_to(self.graph, node));
        }
        let Some(item) = self.after.schedule.of(node) else { return Vec::new() };
        let chain = self.after.schedule.chain(self.after.usual, item);
        let nodes: Vec<u32> = chain.into_iter().map(|item| self.after.schedule.items[item].node).collect();
        let changed = |node: &u32| {
            self.scenario.delays.iter().any(|(delayed, _)| delayed == node)
                || self.difference.changed.contains(*node)
        };
        if let Some(begin) = nodes.iter().rposition(changed) {
            return self.graph.path(&nodes[begin..]);
        }
        let workstation =
            self.scenario.subjects.iter().find(|subject| matches!(subject, Subject::Workstation(_)));
        let mut steps = self.graph.path(&nodes);
        if let (Some(workstation), Some(first)) = (workstation, steps.first_mut()) {
            first.relation = Some(Relation::RunsOn);
            let object = self.graph.describe_subject(*workstation);
            steps.insert(0, PathStep { object, relation: None, conditions: Vec::new(), source: None });
        }
        steps
    }
}

/// How often the watched jobs are late in both cases.
struct Lateness {
    nights: u32,
    before: Option<Watched>,
    after: Option<Watched>,
}

struct Watched {
    slots: Vec<(u32, usize)>,
    played: Played,
}

impl Watched {
    fn new(schedule: &Schedule, watched: &[u32]) -> Self {
        let items: Vec<(u32, usize)> =
            watched.iter().filter_map(|node| Some((*node, schedule.of(*node)?))).collect();
        let played = schedule.play_many(&items.iter().map(|(_, item)| *item).collect::<Vec<_>>(), &[]);
        let slots = items.into_iter().enumerate().map(|(slot, (node, _))| (node, slot)).collect();
        Self { slots, played }
    }

    fn late(&self, node: u32, seconds: f32) -> Option<f64> {
        let slot = self.slots.binary_search_by_key(&node, |(node, _)| *node).ok()?;
        Some(self.played.late(self.slots[slot].1, seconds))
    }
}

impl Lateness {
    fn new(comparison: &Comparison<'_>, watched: &[u32]) -> Self {
        if comparison.with_limits || watched.is_empty() {
            return Self { nights: 1, before: None, after: None };
        }
        let before = Watched::new(comparison.before.schedule, watched);
        let after = Watched::new(comparison.after.schedule, watched);
        Self { nights: before.played.nights, before: Some(before), after: Some(after) }
    }

    fn of(&self, node: u32, deadline: Option<f32>) -> (Option<f64>, Option<f64>) {
        let late = |case: &Option<Watched>| case.as_ref()?.late(node, deadline?);
        (late(&self.before), late(&self.after))
    }
}
