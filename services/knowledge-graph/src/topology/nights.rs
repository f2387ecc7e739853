//! The nights of a plan, played for all objects that matter at once. Those of the whole plan are played once for all who
//! ask about the same version of it.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::forecast::Played;
use super::graph::Graph;
use super::history::DurationHistory;
use super::node::NodeSet;
use super::schedule::{Night, Schedule, Scope};

/// Jobs of which one is taken to be the last of a plan.
const LAST: usize = 64;
/// Nights are played anew when the engine's clock has gone on by so much since they were.
const FRESH_FOR: TimeDelta = TimeDelta::seconds(5);
/// Nights in which more objects matter are not kept.
const MOST_KEPT: usize = 50_000;

/// Many nights of a plan or a part of it.
pub(super) struct Nights {
    pub(super) schedule: Schedule,
    /// The night of usual durations.
    pub(super) usual: Night,
    pub(super) played: Played,
    /// What matters, in order.
    pub(super) watched: Vec<u32>,
    /// The jobs that usually end last, latest first.
    pub(super) last: Vec<u32>,
    pub(super) jobs_to_run: u64,
    /// What its seconds count from.
    pub(super) now: DateTime<Utc>,
    /// What was played for, ascending: the slots of `played`.
    items: Vec<usize>,
    generation: Option<u64>,
}

/// The nights of one version of a plan, when somebody has asked.
#[derive(Clone, Default)]
pub(super) struct Kept(Arc<Mutex<Option<Arc<Nights>>>>);

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

impl Nights {
    /// Plays a part of the plan, or all of it, for the nodes that matter.
    pub(super) fn play(
        graph: &Graph,
        only: Option<&NodeSet>,
        watched: Vec<u32>,
        history: &dyn DurationHistory,
    ) -> Self {
        let schedule =
            graph.schedule(&Scope { outcomes: &graph.outcomes, seeds: &graph.seeds, only }, history);
        let mut usual = Night::default();
        schedule.play(None, &mut usual);
        let mut last: Vec<usize> = (0..schedule.items.len()).filter(|item| schedule.is_run(*item)).collect();
        let jobs_to_run = last.len() as u64;
        // The ends of the last jobs decide when the plan is done; few of them ever come last.
        let latest_first = |one: &usize, other: &usize| usual.ends[*other].total_cmp(&usual.ends[*one]);
        if last.len() > LAST {
            last.select_nth_unstable_by(LAST, latest_first);
            last.truncate(LAST);
        }
        last.sort_by(latest_first);
        let mut items: Vec<usize> = watched.iter().filter_map(|node| schedule.of(*node)).collect();
        items.extend(&last);
        items.sort_unstable();
        items.dedup();
        let played = schedule.play_many(&items, &last);
        let last = last.into_iter().map(|item| schedule.items[item].node).collect();
        let (now, generation) = (graph.freshness.engine_time, history.generation());
        Self { schedule, usual, played, watched, last, jobs_to_run, now, items, generation }
    }

    /// Where `played` holds the node.
    pub(super) fn slot(&self, node: u32) -> Option<usize> {
        self.items.binary_search(&self.schedule.of(node)?).ok()
    }

    fn holds(&self, now: DateTime<Utc>, generation: Option<u64>) -> bool {
        generation.is_some() && self.generation == generation && (now - self.now).abs() < FRESH_FOR
    }
}

impl Graph {
    /// The nights of the whole plan. Who asks while another plays them waits for him.
    pub(super) fn nights(&self, history: &dyn DurationHistory) -> Arc<Nights> {
        // Assigned whole, so that a panic elsewhere leaves nothing half done.
        let mut kept = self.kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (now, generation) = (self.freshness.engine_time, history.generation());
        if let Some(known) = kept.as_ref().filter(|known| known.holds(now, generation)) {
            return Arc::clone(known);
        }
        let watched = (0..self.structure.len() as u32).filter(|node| self.is_watched(*node)).collect();
        let nights = Arc::new(Nights::play(self, None, watched, history));
        *kept = Some(&nights)
            .filter(|nights| nights.generation.is_some() && nights.watched.len() <= MOST_KEPT)
            .cloned();
        nights
    }
}
