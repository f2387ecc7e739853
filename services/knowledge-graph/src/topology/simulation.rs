//! What would be different if something else happened: the same nights played as things are and with the changes.

mod compare;
mod scenario;

use resync_api::graph::model::{Simulation, SimulationRequest, WhatIf};

use super::error::TopologyError;
use super::graph::{Graph, mark};
use super::history::DurationHistory;
use super::impact::Difference;
use super::limits::bounded;
use super::node::NodeSet;
use super::outcome::Outcome;
use super::schedule::{Night, Schedule, Scope};
use compare::{Case, Comparison};
use scenario::Scenario;

const MOST_CHANGES: usize = 20;

impl Graph {
    /// The plan with and without the changes.
    ///
    /// # Errors
    /// When there is no change or too many, or one names nothing, several objects, or one that cannot do that.
    pub fn simulate(
        &self,
        request: &SimulationRequest,
        history: &dyn DurationHistory,
    ) -> Result<Simulation, TopologyError> {
        let given = request.changes.len();
        if given == 0 {
            return Err(TopologyError::NoChange);
        }
        if given > MOST_CHANGES {
            return Err(TopologyError::TooManyChanges { given, most: MOST_CHANGES });
        }
        let scenario = self.scenario(&request.changes)?;
        let difference = self.difference(&[], &scenario.forced);
        let with_limits = request.changes.iter().any(|change| matches!(change, WhatIf::SetLimit { .. }));
        let downstream = self.downstream(&scenario, &difference, with_limits);
        let jobs: Vec<u32> =
            downstream.iter().filter(|node| self.mark(*node, mark::JOB | mark::UNFINISHED)).collect();
        let part = self.upstream(&jobs);
        let only = if with_limits { None } else { Some(&part) };
        let before =
            self.schedule(&Scope { outcomes: &difference.before, seeds: &self.seeds, only }, history);
        let mut after =
            self.schedule(&Scope { outcomes: &difference.after, seeds: &difference.seeds, only }, history);
        for (node, by) in &scenario.delays {
            self.delay(&mut after, &difference.after, *node, *by);
        }
        let (usual_before, usual_after) = if with_limits {
            (self.play_limited(&before, &self.limits()), self.play_limited(&after, &scenario.limits))
        } else {
            (usual(&before), usual(&after))
        };
        let comparison = Comparison {
            graph: self,
            difference: &difference,
            scenario: &scenario,
            before: Case { schedule: &before, usual: &usual_before, outcomes: &difference.before },
            after: Case { schedule: &after, usual: &usual_after, outcomes: &difference.after },
            with_limits,
        };
        let mut simulation = comparison.of(&jobs, bounded(request.max_results, 100, 2000));
        simulation.coverage = self.coverage(jobs.iter().copied());
        simulation.coverage.assumed_conditions = difference.assumed_conditions;
        Ok(simulation)
    }

    /// Everything that the changes can reach.
    fn downstream(&self, scenario: &Scenario, difference: &Difference, everything: bool) -> NodeSet {
        let mut met = NodeSet::new(self.structure.len());
        let mut waiting: Vec<u32> = Vec::new();
        let begin = scenario.forced.iter().map(|(node, _)| *node);
        let begin =
            begin.chain(scenario.delays.iter().map(|(node, _)| *node)).chain(difference.changed.iter());
        let all = if everything { 0..self.structure.len() as u32 } else { 0..0 };
        for node in begin.chain(all) {
            if met.insert(node) {
                waiting.push(node);
            }
        }
        while let Some(node) = waiting.pop() {
            for next in self.structure.dependents(node) {
                if met.insert(*next) {
                    waiting.push(*next);
                }
            }
        }
        met
    }

    /// Delays a job, or whatever begins a stream: its start, or what of it waits for nothing any more. A job that does not
    /// run cannot be late.
    fn delay(&self, schedule: &mut Schedule, outcomes: &[Outcome], node: u32, by: f32) {
        let runs = |node: u32| !self.mark(node, mark::JOB) || outcomes[node as usize].runs();
        if let Some(item) = schedule.of(node) {
            if runs(node) {
                schedule.items[item].delay += by;
            }
            return;
        }
        let super::node::Kind::Gate(row) = self.structure.kind(node) else { return };
        let Some(end) = self.structure.end(row) else { return };
        for (_, entry) in self.structure.entries(end) {
            if let Some(item) = schedule.of(entry.target)
                && schedule.sources(item).is_empty()
                && runs(entry.target)
            {
                schedule.items[item].delay += by;
            }
        }
    }
}

fn usual(schedule: &Schedule) -> Night {
    let mut night = Night::default();
    schedule.play(None, &mut night);
    night
}
