//! What decides when an object ends: back from it, always to what it waits for the longest.

use std::time::Duration;

use resync_api::graph::model::{Basis, CriticalPath, CriticalStep, ForecastRequest, Prospect};

use super::error::TopologyError;
use super::forecast::{CAUSES, after};
use super::graph::Graph;
use super::history::DurationHistory;
use super::limits::bounded;
use super::node::Kind;
use super::schedule::{Night, Schedule, Scope};

impl Graph {
    /// What decides when a job or job stream ends, with usual durations.
    ///
    /// # Errors
    /// When nothing, or more than one object, is called so.
    pub fn critical_path(
        &self,
        request: &ForecastRequest,
        history: &dyn DurationHistory,
    ) -> Result<CriticalPath, TopologyError> {
        let (subject, node) = self.find_flow(&request.object)?;
        let upstream = self.upstream(&[node]);
        let scope = Scope { outcomes: &self.outcomes, seeds: &self.seeds, only: Some(&upstream) };
        let schedule = self.schedule(&scope, history);
        let prospect = self.prospect(node, self.outcomes[node as usize]);
        let blocked = prospect == Prospect::Blocked;
        let most = bounded(request.max_results, 100, 2000);
        let (steps, total_steps) =
            if blocked { (Vec::new(), 0) } else { self.critical_steps(&schedule, node, most) };
        let end = steps.last().map(|step| step.end);
        let deadline = self.deadline(node);
        let slack =
            deadline.zip(end).map(|(deadline, end)| (deadline - end).num_milliseconds() as f64 / 1000.0);
        Ok(CriticalPath {
            subject: self.describe_subject(subject),
            steps,
            total_steps,
            end,
            deadline,
            slack_seconds: slack,
            causes: if blocked { self.causes_of(node, CAUSES) } else { Vec::new() },
            assumptions: self.assumptions(&schedule, 1),
            coverage: self.coverage_of(&upstream),
            freshness: self.freshness.clone(),
        })
    }

    /// The last steps that decide when the node ends, first step first, and how many there are in all. Starts, ends and
    /// joins in between are passed over.
    pub(super) fn critical_steps(
        &self,
        schedule: &Schedule,
        node: u32,
        most: usize,
    ) -> (Vec<CriticalStep>, u64) {
        let mut usual = Night::default();
        schedule.play(None, &mut usual);
        let Some(item) = schedule.of(node) else { return (Vec::new(), 0) };
        let chain = schedule.chain(&usual, item);
        let places = self.steps_in(schedule, &usual, &chain);
        let last = &places[places.len().saturating_sub(most)..];
        (self.steps_at(schedule, &usual, &chain, last), places.len() as u64)
    }

    /// Where in the chain its steps are.
    pub(super) fn steps_in(&self, schedule: &Schedule, night: &Night, chain: &[usize]) -> Vec<usize> {
        let is_step = |at: &usize| {
            let item = chain[*at];
            let is_job = matches!(self.structure.kind(schedule.items[item].node), Kind::Job(_));
            (is_job || at + 1 == chain.len() || schedule.starts_by_clock(night, item))
                && night.starts[item].is_finite()
                && night.ends[item].is_finite()
        };
        (0..chain.len()).filter(is_step).collect()
    }

    /// The steps at these places of the chain.
    pub(super) fn steps_at(
        &self,
        schedule: &Schedule,
        night: &Night,
        chain: &[usize],
        places: &[usize],
    ) -> Vec<CriticalStep> {
        let now = self.freshness.engine_time;
        let mut steps = Vec::new();
        for at in places.iter().copied() {
            let item = chain[at];
            let node = schedule.items[item].node;
            let (Some(start), Some(end)) = (after(now, night.starts[item]), after(now, night.ends[item]))
            else {
                continue;
            };
            let before = at.checked_sub(1).map(|before| schedule.items[chain[before]].node);
            let hop = self.step(before, node);
            let runs = schedule.is_run(item);
            steps.push(CriticalStep {
                object: hop.object,
                relation: hop.relation,
                conditions: hop.conditions,
                start,
                end,
                duration: (end - start).to_std().unwrap_or(Duration::ZERO),
                basis: if runs { schedule.basis(item) } else { Basis::Actual },
                starts_by_clock: schedule.starts_by_clock(night, item),
                prospect: self.prospect(node, self.outcomes[node as usize]),
            });
        }
        steps
    }
}

impl Schedule {
    /// From what begins it to the item, along what each waits for the longest.
    pub(super) fn chain(&self, night: &Night, item: usize) -> Vec<usize> {
        let mut chain = vec![item];
        let mut at = item;
        while let Some(before) = self.binding(night, at) {
            chain.push(before);
            at = before;
        }
        chain.reverse();
        chain
    }

    /// The source that decides when the item starts; none when its own start time, or nothing, does.
    fn binding(&self, night: &Night, item: usize) -> Option<usize> {
        if self.is_running(item) || self.starts_by_clock(night, item) {
            return None;
        }
        let mut sources: Vec<usize> = self.sources(item).iter().map(|source| *source as usize).collect();
        sources.sort_by(|one, other| night.ends[*one].total_cmp(&night.ends[*other]));
        let decisive = match self.quorum(item) {
            0 => sources.pop(),
            quorum => sources.get(quorum - 1).copied(),
        };
        decisive.filter(|source| night.ends[*source].is_finite())
    }

    /// It starts at its own time, later than what it waits for.
    pub(super) fn starts_by_clock(&self, night: &Night, item: usize) -> bool {
        let floor = self.items[item].floor;
        floor > 0.0 && !self.is_running(item) && night.starts[item] <= floor + self.items[item].delay
    }
}
