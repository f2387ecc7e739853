//! What the nodes of the graph are, packed into four bytes each. A node is a number: its position in the order in which
//! everything a node waits for comes before it. Numbers hold for one structure only.

use std::fmt;

/// What a node stands for, with the row of the ledger that describes it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(u32);

/// A [`Place`] taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A job, by its row.
    Job(u32),
    /// The start of a job stream: what the stream waits for holds back each of its jobs.
    Gate(u32),
    /// The end of a job stream, which comes when its jobs are over.
    End(u32),
    /// Some or all of several dependencies of one owner.
    Join(u32),
    /// A prompt, file, resource, remote job or predecessor that the plan does not hold.
    Thing(u32),
}

const ROW_BITS: u32 = 29;
const ROW: u32 = (1 << ROW_BITS) - 1;

impl Place {
    pub(super) fn new(kind: Kind) -> Self {
        let (code, row) = match kind {
            Kind::Job(row) => (0, row),
            Kind::Gate(row) => (1, row),
            Kind::End(row) => (2, row),
            Kind::Join(row) => (3, row),
            Kind::Thing(row) => (4, row),
        };
        Self(code << ROW_BITS | (row & ROW))
    }

    pub(super) fn kind(self) -> Kind {
        let row = self.0 & ROW;
        match self.0 >> ROW_BITS {
            0 => Kind::Job(row),
            1 => Kind::Gate(row),
            2 => Kind::End(row),
            3 => Kind::Join(row),
            _ => Kind::Thing(row),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}

/// A set of nodes, a bit each, that can be walked in order.
#[derive(Clone, Debug)]
pub(super) struct NodeSet {
    words: Vec<u64>,
}

impl NodeSet {
    pub(super) fn new(nodes: usize) -> Self {
        Self { words: vec![0; nodes.div_ceil(64)] }
    }

    /// False: it was in already.
    pub(super) fn insert(&mut self, node: u32) -> bool {
        let (word, bit) = (&mut self.words[node as usize / 64], 1 << (node % 64));
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    pub(super) fn contains(&self, node: u32) -> bool {
        self.words.get(node as usize / 64).is_some_and(|word| word & (1 << (node % 64)) != 0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The first member at or after `from`, in order; members may be added behind it while walking.
    pub(super) fn next(&self, from: u32) -> Option<u32> {
        let mut index = from as usize / 64;
        let mut word = self.words.get(index)? & (u64::MAX << (from % 64));
        while word == 0 {
            index += 1;
            word = *self.words.get(index)?;
        }
        u32::try_from(index * 64 + word.trailing_zeros() as usize).ok()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let mut from = 0;
        std::iter::from_fn(move || {
            let node = self.next(from)?;
            from = node + 1;
            Some(node)
        })
    }

    pub(super) fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_says_what_it_was_made_of() {
        for kind in [Kind::Job(0), Kind::Gate(7), Kind::End(ROW), Kind::Join(1), Kind::Thing(ROW - 1)] {
            assert_eq!(Place::new(kind).kind(), kind);
        }
    }

    #[test]
    fn a_set_is_walked_in_order_while_it_grows() {
        let mut set = NodeSet::new(300);
        for node in [299, 0, 64, 63] {
            assert!(set.insert(node) && !set.insert(node));
        }
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 299]);
        assert_eq!((set.next(65), set.next(300), set.len()), (Some(299), None, 4));
        set.insert(128);
        assert_eq!(set.next(65), Some(128));
        assert!(set.contains(128) && !set.contains(129) && !set.is_empty());
    }
}
