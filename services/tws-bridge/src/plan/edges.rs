//! Who waits for what: packed edges forward and back, between rows of jobs and job streams.
//!
//! Twelve bytes an edge; what an edge says beyond its ends (file, prompt, key of an absent predecessor…) is a shared
//! [`Detail`]. Identifiers of bound edges are not kept: whoever acts on a dependency reads the object afresh first.

mod detail;
mod unpack;

pub(crate) use detail::{Detail, DetailIndex};

use resync_api::tws::model::{Dependency, DependencyState, DependencyTarget, EdgeSource};

use super::column::Column;
use super::lists::Lists;

/// A row of the job or of the job stream table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Node(u32);

/// A [`Node`] taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Job(u32),
    Stream(u32),
}

const STREAM: u32 = 1 << 31;

impl Node {
    pub(crate) fn job(row: u32) -> Self {
        Self(row)
    }

    pub(crate) fn stream(row: u32) -> Self {
        Self(row | STREAM)
    }

    pub(crate) fn flow(self) -> Flow {
        if self.0 & STREAM == 0 { Flow::Job(self.0) } else { Flow::Stream(self.0 & !STREAM) }
    }
}

/// Kinds of dependencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EdgeKind {
    Internal,
    ExternalJob,
    ExternalJobStream,
    Join,
    Other,
}

/// One dependency of an owner. A join is an edge of its own, followed by edges for its members.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edge {
    /// Of a bound predecessor: its node. Of a join: how many members are needed.
    target: u32,
    /// Symbol of a [`Detail`]; 0: none.
    detail: u32,
    /// Number of the join among the owner's joins, from 1; 0: it belongs to none.
    join: u16,
    kind: EdgeKind,
    bits: u8,
}

mod bit {
    pub(super) const STATE: u8 = 0b11;
    pub(super) const FROM_PLAN: u8 = 1 << 2;
    pub(super) const ZOMBIE: u8 = 1 << 3;
    pub(super) const PENDING: u8 = 1 << 4;
    pub(super) const BOUND: u8 = 1 << 5;
}

impl Edge {
    /// The predecessor's row, when it is in the plan.
    pub(crate) fn predecessor(self) -> Option<Node> {
        (self.bits & bit::BOUND != 0).then_some(Node(self.target))
    }

    fn state(self) -> DependencyState {
        match self.bits & bit::STATE {
            0 => DependencyState::Satisfied,
            1 => DependencyState::Unsatisfied,
            2 => DependencyState::Undecided,
            _ => DependencyState::Unbound,
        }
    }

    fn source(self) -> EdgeSource {
        if self.bits & bit::FROM_PLAN != 0 { EdgeSource::Plan } else { EdgeSource::Model }
    }

    fn is_member(self) -> bool {
        self.join != 0 && self.kind != EdgeKind::Join
    }
}

fn state_bits(state: DependencyState) -> u8 {
    match state {
        DependencyState::Satisfied => 0,
        DependencyState::Unsatisfied => 1,
        DependencyState::Undecided => 2,
        DependencyState::Unbound => 3,
    }
}

/// All edges of a plan.
#[derive(Clone, Debug, Default)]
pub(crate) struct EdgeTable {
    of_jobs: Lists<Edge>,
    of_streams: Lists<Edge>,
    dependents_of_jobs: Lists<Node>,
    dependents_of_streams: Lists<Node>,
    details: Column<Option<std::sync::Arc<Detail>>>,
    detail_count: u32,
}

impl EdgeTable {
    /// What the node itself waits for.
    pub(crate) fn of(&self, node: Node) -> &[Edge] {
        match node.flow() {
            Flow::Job(row) => self.of_jobs.get(row),
            Flow::Stream(row) => self.of_streams.get(row),
        }
    }

    /// Who waits for the node itself; a node appears once for each of its edges.
    pub(crate) fn dependents(&self, node: Node) -> &[Node] {
        match node.flow() {
            Flow::Job(row) => self.dependents_of_jobs.get(row),
            Flow::Stream(row) => self.dependents_of_streams.get(row),
        }
    }

    /// Owners whose own list differs from that in an older version.
    pub(crate) fn changed_since(&self, older: &Self) -> Vec<Node> {
        let streams = self.of_streams.changed_since(&older.of_streams).into_iter().map(Node::stream);
        streams.chain(self.of_jobs.changed_since(&older.of_jobs).into_iter().map(Node::job)).collect()
    }

    /// Replaces what the node waits for; says whether anything differs.
    pub(crate) fn set(&mut self, owner: Node, edges: &[Edge]) -> bool {
        let old: Vec<Node> = self.of(owner).iter().filter_map(|edge| edge.predecessor()).collect();
        let changed = match owner.flow() {
            Flow::Job(row) => self.of_jobs.set(row, edges),
            Flow::Stream(row) => self.of_streams.set(row, edges),
        };
        if !changed {
            return false;
        }
        let new: Vec<Node> = edges.iter().filter_map(|edge| edge.predecessor()).collect();
        if old != new {
            for node in old {
                let (lists, row) = self.dependents_mut(node);
                lists.remove_one(row, owner);
            }
            for node in new {
                let (lists, row) = self.dependents_mut(node);
                lists.push(row, owner);
            }
        }
        true
    }

    fn dependents_mut(&mut self, node: Node) -> (&mut Lists<Node>, u32) {
        match node.flow() {
            Flow::Job(row) => (&mut self.dependents_of_jobs, row),
            Flow::Stream(row) => (&mut self.dependents_of_streams, row),
        }
    }

    /// Packs the dependencies of one owner. `bind` finds predecessors by plan id.
    pub(crate) fn pack(
        &mut self,
        index: &mut DetailIndex,
        dependencies: &[Dependency],
        bind: &dyn Fn(&str) -> Option<Node>,
    ) -> Vec<Edge> {
        let mut edges = Vec::with_capacity(dependencies.len());
        let mut joins = 0;
        self.pack_into(&mut edges, index, dependencies, bind, &mut joins, 0);
        edges
    }

    fn pack_into(
        &mut self,
        edges: &mut Vec<Edge>,
        index: &mut DetailIndex,
        dependencies: &[Dependency],
        bind: &dyn Fn(&str) -> Option<Node>,
        joins: &mut u16,
        member_of: u16,
    ) {
        for dependency in dependencies {
            let from_plan = if dependency.source == EdgeSource::Plan { bit::FROM_PLAN } else { 0 };
            let mut edge = Edge {
                target: 0,
                detail: 0,
                join: member_of,
                kind: EdgeKind::Other,
                bits: state_bits(dependency.state) | from_plan,
            };
            match &dependency.target {
                DependencyTarget::Internal(predecessor) => {
                    edge.kind = EdgeKind::Internal;
                    self.pack_predecessor(&mut edge, index, predecessor, bind);
                    edges.push(edge);
                }
                DependencyTarget::ExternalJob(predecessor) => {
                    edge.kind = EdgeKind::ExternalJob;
                    self.pack_predecessor(&mut edge, index, predecessor, bind);
                    edges.push(edge);
                }
                DependencyTarget::ExternalJobStream(predecessor) => {
                    edge.kind = EdgeKind::ExternalJobStream;
                    self.pack_predecessor(&mut edge, index, predecessor, bind);
                    edges.push(edge);
                }
                // Members of a join inside a join count as members of the outer one; the engine defines no such thing.
                DependencyTarget::Join { members, .. } if member_of != 0 => {
                    self.pack_into(edges, index, members, bind, joins, member_of);
                }
                DependencyTarget::Join { join_name, quantity, members } => {
                    *joins = joins.saturating_add(1);
                    edge.kind = EdgeKind::Join;
                    edge.join = *joins;
                    edge.target = *quantity;
                    edge.detail = index.symbol(self, Detail::join(&dependency.id, join_name));
                    edges.push(edge);
                    self.pack_into(edges, index, members, bind, joins, edge.join);
                }
                other => {
                    edge.detail = index.symbol(self, Detail::other(&dependency.id, other));
                    edges.push(edge);
                }
            }
        }
    }

    fn pack_predecessor(
        &mut self,
        edge: &mut Edge,
        index: &mut DetailIndex,
        predecessor: &resync_api::tws::model::Predecessor,
        bind: &dyn Fn(&str) -> Option<Node>,
    ) {
        edge.bits |= if predecessor.zombie { bit::ZOMBIE } else { 0 };
        edge.bits |= if predecessor.pending { bit::PENDING } else { 0 };
        let target = if predecessor.id.is_empty() { None } else { bind(&predecessor.id) };
        if let Some(node) = target {
            edge.target = node.0;
            edge.bits |= bit::BOUND;
            if !predecessor.conditions.is_empty() {
                edge.detail = index.symbol(self, Detail::bound(&predecessor.conditions));
            }
        } else {
            edge.detail = index.symbol(self, Detail::unbound(predecessor));
        }
    }

    /// The id of the predecessor an unbound edge waits for; unset: it names none, or it is bound.
    pub(crate) fn wanted_id(&self, edge: Edge) -> Option<&str> {
        match self.detail(edge.detail)? {
            Detail::Predecessor { id, .. } if edge.predecessor().is_none() && !id.is_empty() => Some(id),
            _ => None,
        }
    }

    /// Binds the owner's edges that wait for this id to its row.
    pub(crate) fn bind(&mut self, index: &mut DetailIndex, owner: Node, id: &str, node: Node) {
        let mut edges = self.of(owner).to_vec();
        for edge in &mut edges {
            if self.wanted_id(*edge) == Some(id) {
                let conditions = match self.detail(edge.detail) {
                    Some(Detail::Predecessor { conditions, .. }) => conditions.clone(),
                    _ => Vec::new(),
                };
                edge.detail =
                    if conditions.is_empty() { 0 } else { index.symbol(self, Detail::bound(&conditions)) };
                edge.target = node.0;
                edge.bits |= bit::BOUND;
            }
        }
        self.set(owner, &edges);
    }

    /// Turns the owner's edges to a row that goes away into unbound ones under its key.
    pub(crate) fn unbind(&mut self, index: &mut DetailIndex, owner: Node, node: Node, id: &str, key: &str) {
        let mut edges = self.of(owner).to_vec();
        for edge in &mut edges {
            if edge.predecessor() == Some(node) {
                let conditions = self.conditions(*edge).to_vec();
                edge.detail = index.symbol(self, Detail::gone(id, key, conditions));
                edge.target = 0;
                edge.bits = (edge.bits & !bit::BOUND & !bit::STATE) | state_bits(DependencyState::Unbound);
            }
        }
        self.set(owner, &edges);
    }

    fn conditions(&self, edge: Edge) -> &[String] {
        match self.detail(edge.detail) {
            Some(Detail::Predecessor { conditions, .. }) => conditions,
            _ => &[],
        }
    }

    fn detail(&self, symbol: u32) -> Option<&Detail> {
        self.details.stored(symbol)?.as_deref()
    }

    /// Bytes held, not counting what details point to.
    pub(crate) fn bytes(&self) -> usize {
        self.of_jobs.bytes()
            + self.of_streams.bytes()
            + self.dependents_of_jobs.bytes()
            + self.dependents_of_streams.bytes()
            + self.details.bytes()
            + self.detail_count as usize * (size_of::<Detail>() + 16)
    }
}
