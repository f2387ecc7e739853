//! The least that any answer costs: two lists of numbers and a loop, without states, conditions, joins, streams or paths.

use crate::large::{Reach, mixed, predecessors};

/// Dependents and predecessors of every job, and nothing else.
pub(crate) struct Plain {
    forward: (Vec<u32>, Vec<u32>),
    back: (Vec<u32>, Vec<u32>),
}

fn lists(count: usize, edges: &[(u32, u32)]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; count + 1];
    for (from, _) in edges {
        starts[*from as usize + 1] += 1;
    }
    for node in 0..count {
        starts[node + 1] += starts[node];
    }
    let mut fill = starts.clone();
    let mut targets = vec![0; edges.len()];
    for (from, to) in edges {
        targets[fill[*from as usize] as usize] = *to;
        fill[*from as usize] += 1;
    }
    (starts, targets)
}

impl Plain {
    pub(crate) fn new(jobs: u64, reach: Reach) -> Self {
        let edge =
            |job: u64| predecessors(job, reach).into_iter().map(move |before| (before as u32, job as u32));
        let forward: Vec<(u32, u32)> = (0..jobs).flat_map(edge).collect();
        let back: Vec<(u32, u32)> = forward.iter().map(|(from, to)| (*to, *from)).collect();
        Self { forward: lists(jobs as usize, &forward), back: lists(jobs as usize, &back) }
    }

    pub(crate) fn edges(&self) -> usize {
        self.forward.1.len()
    }

    fn reached((starts, targets): &(Vec<u32>, Vec<u32>), from: u32) -> usize {
        let mut seen = vec![false; starts.len()];
        let mut waiting = vec![from];
        let mut count = 0;
        while let Some(node) = waiting.pop() {
            for next in &targets[starts[node as usize] as usize..starts[node as usize + 1] as usize] {
                if !std::mem::replace(&mut seen[*next as usize], true) {
                    count += 1;
                    waiting.push(*next);
                }
            }
        }
        count
    }

    /// Jobs downstream.
    pub(crate) fn downstream(&self, from: u32) -> usize {
        Self::reached(&self.forward, from)
    }

    /// Jobs upstream.
    pub(crate) fn upstream(&self, from: u32) -> usize {
        Self::reached(&self.back, from)
    }

    /// Longest ways to every job up to one, jobs being numbered in order, and back along the one to it: its steps.
    pub(crate) fn longest(&self, to: u32) -> usize {
        let (starts, targets) = &self.back;
        let mut ends = vec![0_u64; to as usize + 1];
        let mut way = vec![u32::MAX; to as usize + 1];
        for job in 0..ends.len() {
            let before = &targets[starts[job] as usize..starts[job + 1] as usize];
            let last = before.iter().max_by_key(|before| ends[**before as usize]);
            way[job] = last.copied().unwrap_or(u32::MAX);
            ends[job] = last.map_or(0, |last| ends[*last as usize]) + 100;
        }
        let (mut at, mut steps) = (to, 1);
        while way[at as usize] != u32::MAX {
            at = way[at as usize];
            steps += 1;
        }
        steps
    }

    /// Ends of all jobs in so many nights of drawn durations: the latest.
    pub(crate) fn nights(&self, nights: u32) -> f32 {
        let (starts, targets) = &self.back;
        let mut ends = vec![0.0_f32; starts.len() - 1];
        let mut latest = 0.0_f32;
        for night in 0..nights {
            for job in 0..ends.len() {
                let before = &targets[starts[job] as usize..starts[job + 1] as usize];
                let start = before.iter().map(|before| ends[*before as usize]).fold(0.0, f32::max);
                let drawn = mixed(job as u64 ^ u64::from(night) << 32) as u8;
                ends[job] = start + 50.0 + f32::from(drawn);
                latest = latest.max(ends[job]);
            }
        }
        latest
    }
}
