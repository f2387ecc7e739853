//! Rows by a key of theirs, as lists threaded through columns: four bytes a row and no allocation for each key.

use super::column::Column;

/// For each key the rows that have it, newest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chains {
    /// Row + 1; 0: none.
    heads: Column<u32>,
    next: Column<u32>,
    lengths: Column<u32>,
}

impl Chains {
    /// Rows with the key.
    pub(crate) fn rows(&self, key: u32) -> impl Iterator<Item = u32> + '_ {
        let row = |link: u32| link.checked_sub(1);
        std::iter::successors(row(self.heads.get(key)), move |at| row(self.next.get(*at)))
    }

    /// How many rows have the key.
    pub(crate) fn count(&self, key: u32) -> u32 {
        self.lengths.get(key)
    }

    /// Adds a row that is in no chain.
    pub(crate) fn add(&mut self, key: u32, row: u32) {
        self.next.set(row, self.heads.get(key));
        self.heads.set(key, row + 1);
        self.lengths.set(key, self.lengths.get(key) + 1);
    }

    /// Removes a row from the chain it is in.
    pub(crate) fn remove(&mut self, key: u32, row: u32) {
        let after = self.next.get(row);
        if self.heads.get(key) == row + 1 {
            self.heads.set(key, after);
        } else {
            let before = self.rows(key).find(|at| self.next.get(*at) == row + 1);
            let Some(before) = before else { return };
            self.next.set(before, after);
        }
        self.next.set(row, 0);
        self.lengths.set(key, self.lengths.get(key).saturating_sub(1));
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.heads.bytes() + self.next.bytes() + self.lengths.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_leave_from_any_place() {
        let mut chains = Chains::default();
        for row in 0..5 {
            chains.add(3, row);
        }
        for row in [4, 2, 0] {
            chains.remove(3, row);
        }
        assert_eq!(chains.rows(3).collect::<Vec<_>>(), [3, 1]);
        assert_eq!((chains.count(3), chains.count(4)), (2, 0));
        chains.add(4, 2);
        assert_eq!(chains.rows(4).collect::<Vec<_>>(), [2]);
    }
}
