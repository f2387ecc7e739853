//! The shortest way from one object to another along who waits for whom.

use std::collections::VecDeque;

use resync_api::graph::model::{PathBetween, PathRequest};

use super::error::TopologyError;
use super::graph::Graph;
use super::index::Subject;

impl Graph {
    /// The shortest way between two jobs or job streams, in either direction.
    ///
    /// # Errors
    /// When one of the two is called like nothing, or like more than one object.
    pub fn path_between(&self, request: &PathRequest) -> Result<PathBetween, TopologyError> {
        let (from, to) = (self.ends(&request.from)?, self.ends(&request.to)?);
        let straight = self.shortest(&from, &to);
        let (nodes, reversed) = match straight {
            Some(nodes) => (Some(nodes), false),
            None => (self.shortest(&to, &from), true),
        };
        let found = nodes.is_some();
        let nodes = nodes.unwrap_or_default();
        Ok(PathBetween {
            found,
            reversed: found && reversed,
            steps: self.path(&nodes),
            coverage: self.coverage(nodes.iter().copied()),
            freshness: self.freshness.clone(),
        })
    }

    fn ends(&self, text: &str) -> Result<Vec<u32>, TopologyError> {
        let (subject, node) = self.find_flow(text)?;
        Ok(match subject {
            Subject::Stream(row) => self.structure.gate(row).into_iter().chain([node]).collect(),
            _ => vec![node],
        })
    }

    /// Breadth first along dependents; nothing numbered behind the goal can lead there.
    fn shortest(&self, from: &[u32], to: &[u32]) -> Option<Vec<u32>> {
        const UNSEEN: u32 = u32::MAX;
        let last = to.iter().map(|node| self.structure.cycle_of(*node).map_or(*node, |cycle| cycle.end - 1));
        let last = last.max()?;
        let mut before = vec![UNSEEN; last as usize + 1];
        let mut queue: VecDeque<u32> = VecDeque::new();
        for node in from.iter().filter(|node| **node <= last) {
            before[*node as usize] = *node;
            queue.push_back(*node);
        }
        while let Some(node) = queue.pop_front() {
            if to.contains(&node) {
                return Some(way_back(&before, node));
            }
            for next in self.structure.dependents(node).iter().filter(|next| **next <= last) {
                if before[*next as usize] == UNSEEN {
                    before[*next as usize] = node;
                    queue.push_back(*next);
                }
            }
        }
        None
    }
}

fn way_back(before: &[u32], goal: u32) -> Vec<u32> {
    let mut way = vec![goal];
    let mut at = goal;
    while before[at as usize] != at {
        at = before[at as usize];
        way.push(at);
    }
    way.reverse();
    way
}
