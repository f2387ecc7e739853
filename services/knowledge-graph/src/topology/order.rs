//! An order in which everything a node waits for comes before it, and the cycles that have none.
//!
//! Nodes free of cycles are taken as soon as the last thing they wait for was taken, newest first, which keeps chains
//! together in memory. What remains are cycles and what lies behind them: their strongly connected components come in
//! the order in which Tarjan's algorithm completes them.

use std::ops::Range;

/// Who waits for whom, by provisional number.
pub(super) struct Waiting<'a> {
    /// Which numbers are nodes at all.
    pub(super) live: &'a [bool],
    /// Ends of the lists in `targets`.
    pub(super) target_offsets: &'a [u32],
    pub(super) target: &'a dyn Fn(u32) -> u32,
    pub(super) dependent_offsets: &'a [u32],
    pub(super) dependents: &'a [u32],
}

/// Nodes in order, and the stretches of it that are cycles.
pub(super) struct Order {
    pub(super) nodes: Vec<u32>,
    pub(super) cycles: Vec<Range<u32>>,
}

fn range(offsets: &[u32], node: u32) -> Range<usize> {
    offsets[node as usize] as usize..offsets[node as usize + 1] as usize
}

impl Waiting<'_> {
    fn targets(&self, node: u32) -> Range<u32> {
        self.target_offsets[node as usize]..self.target_offsets[node as usize + 1]
    }

    pub(super) fn order(&self) -> Order {
        let count = u32::try_from(self.live.len()).unwrap_or(u32::MAX);
        let mut open: Vec<u32> = (0..count).map(|node| self.targets(node).len() as u32).collect();
        let live = || (0..count).filter(|node| self.live[*node as usize]);
        let mut nodes = Vec::with_capacity(self.live.len());
        let mut free: Vec<u32> = live().filter(|node| open[*node as usize] == 0).rev().collect();
        while let Some(node) = free.pop() {
            nodes.push(node);
            for dependent in &self.dependents[range(self.dependent_offsets, node)] {
                let left = &mut open[*dependent as usize];
                *left -= 1;
                if *left == 0 {
                    free.push(*dependent);
                }
            }
        }
        let mut cycles = Vec::new();
        let left = |node: u32| open[node as usize] > 0;
        if live().any(left) {
            let remaining: Vec<u32> = live().filter(|node| left(*node)).collect();
            self.components(&remaining, &|node| left(node), &mut nodes, &mut cycles);
        }
        Order { nodes, cycles }
    }

    /// Tarjan's algorithm without recursion, over the nodes that are left.
    fn components(
        &self,
        remaining: &[u32],
        left: &dyn Fn(u32) -> bool,
        nodes: &mut Vec<u32>,
        cycles: &mut Vec<Range<u32>>,
    ) {
        const UNSEEN: u32 = u32::MAX;
        let mut number = vec![UNSEEN; self.live.len()];
        let mut low = vec![0_u32; self.live.len()];
        let mut on_stack = vec![false; self.live.len()];
        let mut next = 0;
        let mut stack = Vec::new();
        let mut path: Vec<(u32, u32)> = Vec::new();
        for root in remaining {
            if number[*root as usize] != UNSEEN {
                continue;
            }
            path.push((*root, self.targets(*root).start));
            while let Some((node, edge)) = path.pop() {
                let here = node as usize;
                if number[here] == UNSEEN {
                    number[here] = next;
                    low[here] = next;
                    next += 1;
                    stack.push(node);
                    on_stack[here] = true;
                }
                let mut descended = false;
                for at in edge..self.targets(node).end {
                    let target = (self.target)(at);
                    let there = target as usize;
                    if !left(target) {
                        continue;
                    }
                    if number[there] == UNSEEN {
                        path.push((node, at));
                        path.push((target, self.targets(target).start));
                        descended = true;
                        break;
                    }
                    if on_stack[there] {
                        low[here] = low[here].min(low[there]);
                    }
                }
                if descended || low[here] != number[here] {
                    continue;
                }
                let first = nodes.len();
                while let Some(member) = stack.pop() {
                    on_stack[member as usize] = false;
                    nodes.push(member);
                    if member == node {
                        break;
                    }
                }
                let waits_for_itself = || self.targets(node).any(|at| (self.target)(at) == node);
                if nodes.len() - first > 1 || waits_for_itself() {
                    cycles.push(first as u32..nodes.len() as u32);
                }
            }
        }
    }
}
