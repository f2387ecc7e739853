//! Who waits for whom, compressed: every node's dependencies and dependents as stretches of two long lists, numbered so
//! that one walk through the numbers meets everything after what it waits for.

use std::ops::Range;
use std::sync::Arc;

use super::needs::{Conditions, Need, Target};
use super::node::{Kind, Place};
use super::order::{Order, Waiting};
use super::records::{JobRecord, Rows, StreamRecord};

/// One thing a node waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) target: u32,
    pub(super) conditions: Conditions,
    pub(super) kind: EntryKind,
    pub(super) from_plan: bool,
    /// Units of a resource.
    pub(super) quantity: u8,
}

/// What an entry stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// A job waits for its stream to start.
    Gate,
    /// A stream's end waits for one of its jobs.
    Member,
    Job,
    Stream,
    Join,
    Thing,
}

/// A join of one owner.
#[derive(Clone, Debug)]
pub(super) struct JoinRow {
    pub(super) name: Arc<str>,
    pub(super) quorum: u32,
}

/// The graph without any state.
#[derive(Debug)]
pub(super) struct Structure {
    places: Vec<Place>,
    entry_offsets: Vec<u32>,
    entries: Vec<Entry>,
    dependent_offsets: Vec<u32>,
    dependents: Vec<u32>,
    pub(super) joins: Vec<JoinRow>,
    /// Stretches of nodes that wait for each other, in order.
    pub(super) cycles: Vec<Range<u32>>,
    job_nodes: Vec<u32>,
    gate_nodes: Vec<u32>,
    end_nodes: Vec<u32>,
    thing_nodes: Vec<u32>,
}

const NONE: u32 = u32::MAX;

/// What a structure is built from.
pub(super) struct Source<'a> {
    pub(super) jobs: &'a Rows<JobRecord>,
    pub(super) streams: &'a Rows<StreamRecord>,
    pub(super) things: u32,
    pub(super) needs_of_jobs: &'a [Vec<Need>],
    pub(super) needs_of_streams: &'a [Vec<Need>],
}

/// Lists under way, by provisional number: jobs, starts and ends of streams, things, joins.
struct Draft<'a> {
    source: &'a Source<'a>,
    jobs: u32,
    streams: u32,
    live: Vec<bool>,
    offsets: Vec<u32>,
    entries: Vec<Entry>,
    released: Vec<bool>,
    joins: Vec<&'a super::needs::JoinNeed>,
}

impl<'a> Draft<'a> {
    fn gate(&self, stream: u32) -> u32 {
        self.jobs + stream
    }

    fn end(&self, stream: u32) -> u32 {
        self.jobs + self.streams + stream
    }

    fn thing(&self, thing: u32) -> u32 {
        self.jobs + 2 * self.streams + thing
    }

    fn first_join(&self) -> u32 {
        self.thing(self.source.things)
    }

    fn fill(&mut self) {
        let source = self.source;
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); self.streams as usize];
        for (row, job) in source.jobs.iter() {
            if let Some(members) = members.get_mut(job.stream as usize) {
                members.push(row);
            }
        }
        for row in 0..self.jobs {
            let job = source.jobs.get(row);
            if let Some(job) = job {
                if source.streams.get(job.stream).is_some() {
                    self.put(self.gate(job.stream), Conditions::default(), EntryKind::Gate, true, false, 0);
                }
                self.put_needs(source.needs_of_jobs.get(row as usize).map_or(&[], Vec::as_slice));
            }
            self.close(job.is_some());
        }
        for row in 0..self.streams {
            let live = source.streams.get(row).is_some();
            if live {
                self.put_needs(source.needs_of_streams.get(row as usize).map_or(&[], Vec::as_slice));
            }
            self.close(live);
        }
        for (row, members) in (0..self.streams).zip(members) {
            let live = source.streams.get(row).is_some();
            for job in members {
                self.put(job, Conditions::default(), EntryKind::Member, true, false, 0);
            }
            self.close(live);
        }
        for _ in 0..source.things {
            self.close(true);
        }
        let mut next = 0;
        while let Some(join) = self.joins.get(next).copied() {
            self.put_needs(&join.members);
            self.close(true);
            next += 1;
        }
    }

    fn put_needs(&mut self, needs: &'a [Need]) {
        for need in needs {
            let (target, kind) = match &need.target {
                Target::Job(row) if self.source.jobs.get(*row).is_some() => (*row, EntryKind::Job),
                Target::Stream(row) if self.source.streams.get(*row).is_some() => {
                    (self.end(*row), EntryKind::Stream)
                }
                // Its row went, and the owner's dependencies have not been received again yet.
                Target::Job(_) | Target::Stream(_) => continue,
                Target::Thing(row) => (self.thing(*row), EntryKind::Thing),
                Target::Join(join) => {
                    self.joins.push(join);
                    (self.first_join() + self.joins.len() as u32 - 1, EntryKind::Join)
                }
            };
            self.put(target, need.conditions, kind, need.from_plan, need.released, need.quantity);
        }
    }

    fn put(
        &mut self,
        target: u32,
        conditions: Conditions,
        kind: EntryKind,
        from_plan: bool,
        released: bool,
        quantity: u8,
    ) {
        self.entries.push(Entry { target, conditions, kind, from_plan, quantity });
        self.released.push(released);
    }

    fn close(&mut self, live: bool) {
        self.live.push(live);
        self.offsets.push(self.entries.len() as u32);
    }

    fn place(&self, number: u32) -> Place {
        Place::new(if number < self.jobs {
            Kind::Job(number)
        } else if number < self.end(0) {
            Kind::Gate(number - self.jobs)
        } else if number < self.thing(0) {
            Kind::End(number - self.end(0))
        } else if number < self.first_join() {
            Kind::Thing(number - self.thing(0))
        } else {
            Kind::Join(number - self.first_join())
        })
    }
}

/// Dependents of each node, in order of their numbers.
fn reversed(nodes: usize, offsets: &[u32], entries: &[Entry]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; nodes + 1];
    for entry in entries {
        starts[entry.target as usize + 1] += 1;
    }
    for node in 0..nodes {
        starts[node + 1] += starts[node];
    }
    let mut fill = starts.clone();
    let mut dependents = vec![0; entries.len()];
    for (owner, ends) in offsets.windows(2).enumerate() {
        for entry in &entries[ends[0] as usize..ends[1] as usize] {
            let slot = &mut fill[entry.target as usize];
            dependents[*slot as usize] = owner as u32;
            *slot += 1;
        }
    }
    (starts, dependents)
}

impl Structure {
    /// Builds it, with the bits of released entries.
    pub(super) fn build(source: &Source<'_>) -> (Self, Vec<u64>) {
        let mut draft = Draft {
            source,
            jobs: source.jobs.end(),
            streams: source.streams.end(),
            live: Vec::new(),
            offsets: vec![0],
            entries: Vec::new(),
            released: Vec::new(),
            joins: Vec::new(),
        };
        draft.fill();
        let (dependent_offsets, dependents) = reversed(draft.live.len(), &draft.offsets, &draft.entries);
        let target = |at: u32| draft.entries[at as usize].target;
        let waiting = Waiting {
            live: &draft.live,
            target_offsets: &draft.offsets,
            target: &target,
            dependent_offsets: &dependent_offsets,
            dependents: &dependents,
        };
        let order = waiting.order();
        drop((dependent_offsets, dependents));
        Self::number(&draft, order)
    }

    fn number(draft: &Draft<'_>, order: Order) -> (Self, Vec<u64>) {
        let mut position = vec![NONE; draft.live.len()];
        for (at, number) in order.nodes.iter().enumerate() {
            position[*number as usize] = at as u32;
        }
        let mut entry_offsets = Vec::with_capacity(order.nodes.len() + 1);
        let mut entries = Vec::with_capacity(draft.entries.len());
        let mut released = vec![0_u64; draft.entries.len().div_ceil(64)];
        entry_offsets.push(0);
        for number in &order.nodes {
            let range =
                draft.offsets[*number as usize] as usize..draft.offsets[*number as usize + 1] as usize;
            for at in range {
                if draft.released[at] {
                    released[entries.len() / 64] |= 1 << (entries.len() % 64);
                }
                let entry = draft.entries[at];
                entries.push(Entry { target: position[entry.target as usize], ..entry });
            }
            entry_offsets.push(entries.len() as u32);
        }
        let (dependent_offsets, dependents) = reversed(order.nodes.len(), &entry_offsets, &entries);
        let nodes_of = |first: u32, end: u32| position[first as usize..end as usize].to_vec();
        let structure = Self {
            places: order.nodes.iter().map(|number| draft.place(*number)).collect(),
            entry_offsets,
            entries,
            dependent_offsets,
            dependents,
            joins: draft
                .joins
                .iter()
                .map(|join| JoinRow { name: Arc::clone(&join.name), quorum: join.quorum })
                .collect(),
            cycles: order.cycles,
            job_nodes: nodes_of(0, draft.jobs),
            gate_nodes: nodes_of(draft.jobs, draft.end(0)),
            end_nodes: nodes_of(draft.end(0), draft.thing(0)),
            thing_nodes: nodes_of(draft.thing(0), draft.first_join()),
        };
        (structure, released)
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn kind(&self, node: u32) -> Kind {
        self.places[node as usize].kind()
    }

    /// What the node waits for, each with its number among all entries.
    pub(super) fn entries(&self, node: u32) -> impl DoubleEndedIterator<Item = (usize, Entry)> + '_ {
        let range =
            self.entry_offsets[node as usize] as usize..self.entry_offsets[node as usize + 1] as usize;
        range.clone().zip(self.entries[range].iter().copied())
    }

    /// Who waits for the node, in order; once for each of its entries.
    pub(super) fn dependents(&self, node: u32) -> &[u32] {
        let ends = &self.dependent_offsets[node as usize..];
        &self.dependents[ends[0] as usize..ends[1] as usize]
    }

    /// The cycle the node is part of.
    pub(super) fn cycle_of(&self, node: u32) -> Option<Range<u32>> {
        let after = self.cycles.partition_point(|range| range.end <= node);
        self.cycles.get(after).filter(|range| range.contains(&node)).cloned()
    }

    pub(super) fn job(&self, row: u32) -> Option<u32> {
        node_at(&self.job_nodes, row)
    }

    pub(super) fn gate(&self, stream: u32) -> Option<u32> {
        node_at(&self.gate_nodes, stream)
    }

    pub(super) fn end(&self, stream: u32) -> Option<u32> {
        node_at(&self.end_nodes, stream)
    }

    pub(super) fn thing(&self, row: u32) -> Option<u32> {
        node_at(&self.thing_nodes, row)
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let rows = [&self.job_nodes, &self.gate_nodes, &self.end_nodes, &self.thing_nodes];
        let lists = [&self.entry_offsets, &self.dependent_offsets, &self.dependents];
        let words: usize = rows.into_iter().chain(lists).map(Vec::capacity).sum();
        4 * (words + self.places.capacity()) + size_of::<Entry>() * self.entries.capacity()
    }
}

fn node_at(nodes: &[u32], row: u32) -> Option<u32> {
    nodes.get(row as usize).copied().filter(|node| *node != NONE)
}
