//! A short list for each row, packed by chunks of rows and copied when written.

use std::sync::Arc;

const ROWS: usize = 128;

/// One list for each row; rows never written have an empty one.
#[derive(Clone, Debug)]
pub(crate) struct Lists<T> {
    chunks: Arc<Vec<Option<Arc<Chunk<T>>>>>,
}

#[derive(Clone, Debug)]
struct Chunk<T> {
    ends: [u32; ROWS],
    items: Vec<T>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self { chunks: Arc::new(Vec::new()) }
    }
}

impl<T> Chunk<T> {
    fn range(&self, offset: usize) -> std::ops::Range<usize> {
        let start = if offset == 0 { 0 } else { self.ends[offset - 1] as usize };
        start..self.ends[offset] as usize
    }
}

impl<T: Copy + PartialEq> Lists<T> {
    /// The list of a row.
    pub(crate) fn get(&self, row: u32) -> &[T] {
        let row = row as usize;
        match self.chunks.get(row / ROWS) {
            Some(Some(chunk)) => &chunk.items[chunk.range(row % ROWS)],
            _ => &[],
        }
    }

    /// Replaces the list of a row; says whether it differs. An equal list copies nothing.
    pub(crate) fn set(&mut self, row: u32, list: &[T]) -> bool {
        if self.get(row) == list {
            return false;
        }
        let (chunk, offset) = (row as usize / ROWS, row as usize % ROWS);
        let chunks = Arc::make_mut(&mut self.chunks);
        if chunks.len() <= chunk {
            chunks.resize(chunk + 1, None);
        }
        let empty = Chunk { ends: [0; ROWS], items: Vec::new() };
        let old = chunks[chunk].as_deref().unwrap_or(&empty);
        let range = old.range(offset);
        let mut items = Vec::with_capacity(old.items.len() - range.len() + list.len());
        items.extend_from_slice(&old.items[..range.start]);
        items.extend_from_slice(list);
        items.extend_from_slice(&old.items[range.end..]);
        let mut ends = old.ends;
        for end in &mut ends[offset..] {
            *end = *end - range.len() as u32 + list.len() as u32;
        }
        chunks[chunk] = Some(Arc::new(Chunk { ends, items }));
        true
    }

    /// Rows whose list differs from that in an older version.
    pub(crate) fn changed_since(&self, older: &Self) -> Vec<u32> {
        let chunks = self.chunks.len().max(older.chunks.len());
        let touched = (0..chunks).filter(|chunk| match (self.chunks.get(*chunk), older.chunks.get(*chunk)) {
            (Some(Some(new)), Some(Some(old))) => !Arc::ptr_eq(new, old),
            (None | Some(None), None | Some(None)) => false,
            _ => true,
        });
        let rows = touched.flat_map(|chunk| chunk * ROWS..(chunk + 1) * ROWS).map(|row| row as u32);
        rows.filter(|row| self.get(*row) != older.get(*row)).collect()
    }

    /// Adds an item at the end of a row's list.
    pub(crate) fn push(&mut self, row: u32, item: T) {
        let mut list = self.get(row).to_vec();
        list.push(item);
        self.set(row, &list);
    }

    /// Removes the first such item from a row's list.
    pub(crate) fn remove_one(&mut self, row: u32, item: T) {
        let mut list = self.get(row).to_vec();
        if let Some(at) = list.iter().position(|known| *known == item) {
            list.remove(at);
            self.set(row, &list);
        }
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let stored = self.chunks.iter().flatten();
        stored
            .map(|chunk| size_of::<Chunk<T>>() + 16 + chunk.items.capacity() * size_of::<T>())
            .sum::<usize>()
            + self.chunks.capacity() * size_of::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lists_hold_what_was_last_set(
            writes in proptest::collection::vec((0_u32..300, proptest::collection::vec(any::<u8>(), 0..5)), 0..60)
        ) {
            let mut lists = Lists::default();
            let mut plain = std::collections::HashMap::new();
            for (row, list) in &writes {
                let before = lists.clone();
                lists.set(*row, list);
                let changed = if before.get(*row) == list { Vec::new() } else { vec![*row] };
                prop_assert_eq!(lists.changed_since(&before), changed);
                prop_assert_eq!(before.get(*row), plain.insert(*row, list.clone()).unwrap_or_default());
            }
            for row in 0..300 {
                prop_assert_eq!(lists.get(row), plain.get(&row).map_or(&[][..], Vec::as_slice));
            }
        }
    }
}
