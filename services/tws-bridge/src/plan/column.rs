//! Columns that share what did not change: fixed chunks behind reference counts, copied when written.
//!
//! A chunk that holds only default values is not stored, so that facts few rows have cost little.

use std::sync::Arc;

/// Rows in a chunk. Large enough for tight loops, small enough that one changed row copies little.
pub(crate) const CHUNK: usize = 1024;

/// One value for each row; rows never written hold the default.
#[derive(Clone, Debug)]
pub(crate) struct Column<T> {
    chunks: Arc<Vec<Option<Arc<[T; CHUNK]>>>>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { chunks: Arc::new(Vec::new()) }
    }
}

impl<T: Clone + Default + PartialEq> Column<T> {
    /// The chunk, unless all its rows hold the default.
    pub(crate) fn chunk(&self, chunk: usize) -> Option<&[T; CHUNK]> {
        self.chunks.get(chunk)?.as_deref()
    }

    /// The stored value; unset: the default.
    pub(crate) fn stored(&self, row: u32) -> Option<&T> {
        let row = row as usize;
        self.chunk(row / CHUNK).map(|values| &values[row % CHUNK])
    }

    /// The chunk is the very one of an older version of the column, so that nothing in it differs.
    pub(crate) fn shares(&self, older: &Self, chunk: usize) -> bool {
        match (self.chunks.get(chunk), older.chunks.get(chunk)) {
            (Some(Some(new)), Some(Some(old))) => Arc::ptr_eq(new, old),
            (None | Some(None), None | Some(None)) => true,
            _ => false,
        }
    }

    /// Writes a value; says whether it differs from the one before. An equal value copies nothing.
    pub(crate) fn set(&mut self, row: u32, value: T) -> bool {
        let row = row as usize;
        let (chunk, offset) = (row / CHUNK, row % CHUNK);
        let same = match self.chunk(chunk) {
            Some(values) => values[offset] == value,
            None => value == T::default(),
        };
        if same {
            return false;
        }
        let chunks = Arc::make_mut(&mut self.chunks);
        if chunks.len() <= chunk {
            chunks.reserve_exact(chunk + 1 - chunks.len());
            chunks.resize(chunk + 1, None);
        }
        let values = chunks[chunk].get_or_insert_with(|| Arc::new(std::array::from_fn(|_| T::default())));
        Arc::make_mut(values)[offset] = value;
        true
    }

    /// Bytes held, not counting what values point to.
    pub(crate) fn bytes(&self) -> usize {
        let stored = self.chunks.iter().flatten().count();
        stored * (CHUNK * size_of::<T>() + 16) + self.chunks.capacity() * size_of::<usize>()
    }
}

impl<T: Copy + Default + PartialEq> Column<T> {
    /// The value of a row.
    pub(crate) fn get(&self, row: u32) -> T {
        self.stored(row).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_its_values_and_shares_untouched_chunks() {
        let mut column = Column::<u32>::default();
        for row in 0..3 * CHUNK as u32 {
            column.set(row, row + 1);
        }
        let before = column.clone();
        assert!(column.set(5, 99) && !column.set(5, 99));
        assert_eq!((before.get(5), column.get(5)), (6, 99));
        let shared = |chunk: usize| match (&before.chunks[chunk], &column.chunks[chunk]) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            _ => panic!("both are stored"),
        };
        assert!(!shared(0) && shared(1) && shared(2));
    }

    #[test]
    fn default_values_take_no_space() {
        let mut column = Column::<i64>::default();
        assert!(!column.set(1_000_000, 0));
        assert_eq!((column.bytes(), column.get(7)), (0, 0));
    }
}
