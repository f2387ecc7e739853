//! About how many unfinished jobs each node reaches downstream, for all nodes in one walk.
//!
//! Each job gets a random number; a node keeps the smallest few of all jobs it reaches. Where the last of these stands
//! tells how many there are (Cohen's estimator); with fewer than are kept the count is exact.

use super::graph::{Graph, mark};

const KEPT: usize = 8;
const NONE: u32 = u32::MAX;

fn number(node: u32) -> u32 {
    let mut mixed = u64::from(node).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed ^ (mixed >> 29)) >> 32) as u32 % (NONE - 1)
}

fn insert(kept: &mut [u32; KEPT], value: u32) {
    if value >= kept[KEPT - 1] || kept.contains(&value) {
        return;
    }
    let place = kept.partition_point(|known| *known < value);
    kept.copy_within(place..KEPT - 1, place + 1);
    kept[place] = value;
}

/// Estimated jobs reached by each node, itself left out.
pub(super) fn reach(graph: &Graph) -> Vec<f32> {
    let nodes = graph.structure.len();
    let mut kept = vec![[NONE; KEPT]; nodes];
    let mut reached = vec![0.0; nodes];
    for node in (0..nodes as u32).rev() {
        let mut own = [NONE; KEPT];
        for next in graph.structure.dependents(node) {
            for value in kept[*next as usize] {
                if value == NONE {
                    break;
                }
                insert(&mut own, value);
            }
        }
        let last = own[KEPT - 1];
        reached[node as usize] = if last == NONE {
            own.iter().filter(|value| **value != NONE).count() as f32
        } else {
            (KEPT - 1) as f32 * (NONE as f32 / last.max(1) as f32)
        };
        if graph.mark(node, mark::JOB | mark::UNFINISHED) {
            insert(&mut own, number(node));
        }
        kept[node as usize] = own;
    }
    reached
}
