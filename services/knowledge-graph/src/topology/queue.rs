//! One night with usual durations in which workstations run no more jobs at once than their limits allow: those of the
//! highest priority first, then those that have waited longest.
//!
//! Limits of job streams, units of resources and the members of pools are left aside.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::graph::Graph;
use super::schedule::{Night, Schedule, Seconds};

/// Seconds that can be ordered.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moment(Seconds);

impl Eq for Moment {}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// What happens to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// It is done; before anything starts at the same moment.
    Done,
    /// It may start.
    Free,
}

/// Priority, how long it has waited, its number.
type Place = (i16, Reverse<Moment>, Reverse<u32>);

#[derive(Default)]
struct Slots {
    limit: usize,
    taken: usize,
    waiting: BinaryHeap<Place>,
}

/// Jobs at once by row of workstation; without an entry: any number.
pub(super) type Limits = HashMap<u32, usize>;

impl Graph {
    /// Limits as they are.
    pub(super) fn limits(&self) -> Limits {
        let limited = self.workstations.iter().filter_map(|(row, record)| {
            let limit = usize::try_from(record.state?.limit).ok()?;
            Some((row, limit))
        });
        limited.collect()
    }

    /// Plays the schedule under limits.
    pub(super) fn play_limited(&self, schedule: &Schedule, limits: &Limits) -> Night {
        Play::new(self, schedule, limits).run()
    }
}

struct Play<'a> {
    graph: &'a Graph,
    schedule: &'a Schedule,
    night: Night,
    /// Sources still missing.
    missing: Vec<usize>,
    dependents: Vec<Vec<u32>>,
    events: BinaryHeap<Reverse<(Moment, Event, u32)>>,
    slots: HashMap<u32, Slots>,
    /// Workstations where something queues or ended at this moment.
    touched: Vec<u32>,
}

impl<'a> Play<'a> {
    fn new(graph: &'a Graph, schedule: &'a Schedule, limits: &Limits) -> Self {
        let count = schedule.items.len();
        let mut dependents = vec![Vec::new(); count];
        let mut missing = vec![0; count];
        for item in 0..count {
            let sources = schedule.sources(item);
            for source in sources {
                dependents[*source as usize].push(item as u32);
            }
            let quorum = schedule.quorum(item);
            missing[item] = if quorum == 0 { sources.len() } else { quorum };
        }
        let slots = limits.iter().map(|(row, limit)| (*row, Slots { limit: *limit, ..Slots::default() }));
        Self {
            graph,
            schedule,
            night: Night { starts: vec![f32::INFINITY; count], ends: vec![f32::INFINITY; count] },
            missing,
            dependents,
            events: BinaryHeap::new(),
            slots: slots.collect(),
            touched: Vec::new(),
        }
    }

    fn run(mut self) -> Night {
        for item in 0..self.schedule.items.len() as u32 {
            if self.schedule.is_running(item as usize) {
                if let Some(slots) = self.workstation(item).and_then(|row| self.slots.get_mut(&row)) {
                    slots.taken += 1;
                }
                self.start(item, 0.0);
            } else if self.missing[item as usize] == 0 {
                self.free(item, f32::NEG_INFINITY);
            }
        }
        while let Some(Reverse((Moment(at), event, item))) = self.events.pop() {
            match event {
                Event::Free => self.ask(item, at),
                Event::Done => self.done(item, at),
            }
            // Everything of one moment queues before anything starts, so that priority decides.
            if self.events.peek().is_none_or(|Reverse((next, ..))| next.0 > at) {
                self.serve(at);
            }
        }
        self.night
    }

    fn serve(&mut self, at: Seconds) {
        for row in std::mem::take(&mut self.touched) {
            while let Some(slots) = self.slots.get_mut(&row)
                && slots.taken < slots.limit
                && let Some((_, _, Reverse(next))) = slots.waiting.pop()
            {
                slots.taken += 1;
                self.start(next, at);
            }
        }
    }

    fn workstation(&self, item: u32) -> Option<u32> {
        if !self.schedule.is_run(item as usize) {
            return None;
        }
        self.graph.job_at(self.schedule.items[item as usize].node).map(|job| job.workstation)
    }

    /// Everything it waits for is done.
    fn free(&mut self, item: u32, at: Seconds) {
        let facts = self.schedule.items[item as usize];
        let at = at.max(facts.floor) + facts.delay;
        let at = if self.schedule.is_run(item as usize) { at.max(0.0) } else { at };
        self.events.push(Reverse((Moment(at), Event::Free, item)));
    }

    /// It starts, or queues where jobs are limited.
    fn ask(&mut self, item: u32, at: Seconds) {
        let node = self.schedule.items[item as usize].node;
        let priority = self.graph.job_at(node).map_or(0, |job| job.priority);
        if let Some(row) = self.workstation(item)
            && let Some(slots) = self.slots.get_mut(&row)
        {
            slots.waiting.push((priority, Reverse(Moment(at)), Reverse(item)));
            self.touched.push(row);
            return;
        }
        self.start(item, at);
    }

    fn start(&mut self, item: u32, at: Seconds) {
        let (start, end) = self.schedule.usual(item as usize, at);
        self.night.starts[item as usize] = start;
        self.night.ends[item as usize] = end;
        self.events.push(Reverse((Moment(end), Event::Done, item)));
    }

    fn done(&mut self, item: u32, at: Seconds) {
        if let Some(row) = self.workstation(item)
            && let Some(slots) = self.slots.get_mut(&row)
        {
            slots.taken = slots.taken.saturating_sub(1);
            self.touched.push(row);
        }
        for dependent in std::mem::take(&mut self.dependents[item as usize]) {
            let missing = &mut self.missing[dependent as usize];
            if *missing > 0 {
                *missing -= 1;
                if *missing == 0 {
                    self.free(dependent, at);
                }
            }
        }
    }
}
