//! How likely deadlines are to be missed, and why.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use resync_api::graph::model::{DeadlineRisk, Prospect, RiskClass, RiskRequest, Risks};

use super::error::TopologyError;
use super::forecast::{CAUSES, seconds_to};
use super::graph::{Graph, mark};
use super::history::DurationHistory;
use super::limits::bounded;
use super::nights::Nights;
use super::records::JobRecord;
use super::schedule::{Night, Schedule};

/// Steps told as the reason of a risk.
const STEPS_TOLD: usize = 5;
/// Runs that the failure rate of all jobs is worth against a job's own.
const RATE_RUNS: f64 = 10.0;

/// The class of a share of late nights.
pub(super) fn class(late: f64) -> RiskClass {
    if late < 0.1 {
        RiskClass::OnTrack
    } else if late <= 0.5 {
        RiskClass::PotentialRisk
    } else {
        RiskClass::HighRisk
    }
}

impl Graph {
    /// The risk of every unfinished job with a deadline, or of one object; most in danger first.
    ///
    /// # Errors
    /// When an object is named, and nothing or more than one object is called so.
    pub fn risks(
        &self,
        request: &RiskRequest,
        history: &dyn DurationHistory,
    ) -> Result<Risks, TopologyError> {
        let most = bounded(request.max_results, 100, 2000);
        let nodes: Vec<u32> = if request.object.is_empty() {
            (0..self.structure.len() as u32)
                .filter(|node| self.mark(*node, mark::UNFINISHED | mark::DEADLINE))
                .collect()
        } else {
            let (_, node) = self.find_flow(&request.object)?;
            if self.deadline(node).is_some() { vec![node] } else { Vec::new() }
        };
        let upstream = self.upstream(&nodes);
        let nights = if request.object.is_empty() {
            self.nights(history)
        } else {
            Arc::new(Nights::play(self, Some(&upstream), nodes.clone(), history))
        };
        let (schedule, usual, played, now) = (&nights.schedule, &nights.usual, &nights.played, nights.now);
        let mut found: Vec<(RiskClass, f64, DateTime<Utc>, u32)> = nodes
            .iter()
            .filter_map(|node| {
                let deadline = self.deadline(*node)?;
                let slot = nights.slot(*node);
                let prospect = self.prospect(*node, self.outcomes[*node as usize]);
                let late = slot.map_or(0.0, |slot| played.late(slot, seconds_to(now, deadline)));
                let class = self.risk_class(prospect, deadline, late);
                Some((class, late, deadline, *node))
            })
            .collect();
        found.sort_by(|one, other| {
            (other.0, other.1.to_bits(), one.2, one.3).cmp(&(one.0, one.1.to_bits(), other.2, other.3))
        });
        let total = found.len() as u64;
        found.truncate(most);
        let deadlines = found.into_iter().map(|(class, late, deadline, node)| {
            let item = schedule.of(node);
            let slot = nights.slot(node);
            let runs = !matches!(class, RiskClass::Blocked | RiskClass::Met);
            let chain = item.filter(|_| runs).map(|item| schedule.chain(usual, item)).unwrap_or_default();
            let end = slot.filter(|_| runs).and_then(|slot| played.end(slot, now));
            let blocked = class == RiskClass::Blocked
                || class == RiskClass::Missed
                    && self.prospect(node, self.outcomes[node as usize]) == Prospect::Blocked;
            let causes = if blocked { self.causes_of(node, CAUSES) } else { Vec::new() };
            DeadlineRisk {
                object: self.describe(node),
                deadline,
                class,
                late_probability: if blocked { 1.0 } else { late },
                failure_probability: self.failure_on(schedule, &chain, history),
                slack_seconds: end.map(|end| (deadline - end.expected).num_milliseconds() as f64 / 1000.0),
                end,
                blocked_by: causes.first().map(|cause| cause.kind),
                reason: self.steps_at(schedule, usual, &chain, &self.longest(schedule, usual, &chain)),
                causes,
            }
        });
        Ok(Risks {
            deadlines: deadlines.collect(),
            total,
            assumptions: self.assumptions_of(schedule, played.nights, |node| upstream.contains(node)),
            coverage: self.coverage_of(&upstream),
            freshness: self.freshness.clone(),
        })
    }

    fn risk_class(&self, prospect: Prospect, deadline: DateTime<Utc>, late: f64) -> RiskClass {
        match prospect {
            Prospect::Over | Prospect::WillBeSkipped => RiskClass::Met,
            _ if deadline < self.freshness.engine_time => RiskClass::Missed,
            Prospect::Blocked => RiskClass::Blocked,
            Prospect::Running | Prospect::WillRun => class(late),
        }
    }

    /// Chance that one of the jobs of the chain fails.
    fn failure_on(&self, schedule: &Schedule, chain: &[usize], history: &dyn DurationHistory) -> f64 {
        let runs = chain.iter().filter(|item| schedule.is_run(**item));
        let jobs = runs.filter_map(|item| self.job_at(schedule.items[*item].node));
        1.0 - jobs.map(|job| 1.0 - self.failure_rate(job, history).0).product::<f64>()
    }

    /// Chance that a run of the job fails, shrunk towards that of all jobs; and the runs it rests on.
    pub(super) fn failure_rate(&self, job: &JobRecord, history: &dyn DurationHistory) -> (f64, u32) {
        let all = history.all_failures();
        let usual = (f64::from(all.failed) + 1.0) / (f64::from(all.runs) + 50.0);
        let own = history.failures(&self.key_of(job));
        ((f64::from(own.failed) + usual * RATE_RUNS) / (f64::from(own.runs) + RATE_RUNS), own.runs)
    }

    /// Where in the chain the last step is and those that take the longest, in their order.
    fn longest(&self, schedule: &Schedule, night: &Night, chain: &[usize]) -> Vec<usize> {
        let mut places = self.steps_in(schedule, night, chain);
        let Some(last) = places.pop() else { return places };
        let takes = |at: &usize| night.ends[chain[*at]] - night.starts[chain[*at]];
        places.sort_by(|one, other| takes(other).total_cmp(&takes(one)));
        places.truncate(STEPS_TOLD - 1);
        places.push(last);
        places.sort_unstable();
        places
    }
}
