//! Rows of the smaller kinds (job streams, workstations, resources, prompts, files): shared records in a column.

use std::sync::Arc;

use super::column::{CHUNK, Column};
use super::hash_index::{HashIndex, hash_text};

/// A record with the engine's identifier.
pub(crate) trait Record: PartialEq {
    /// Unique in its table.
    fn id(&self) -> &str;
}

/// Records by row number and by id, each with its verified-at stamp.
#[derive(Debug)]
pub(crate) struct Table<R> {
    records: Column<Option<Arc<R>>>,
    stamps: Column<u32>,
    index: HashIndex,
    /// Rows ever used.
    end: u32,
    live: u32,
    vacant: Arc<Vec<u32>>,
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self {
            records: Column::default(),
            stamps: Column::default(),
            index: HashIndex::default(),
            end: 0,
            live: 0,
            vacant: Arc::default(),
        }
    }
}

impl<R> Clone for Table<R> {
    fn clone(&self) -> Self {
        Self {
            records: self.records.clone(),
            stamps: self.stamps.clone(),
            index: self.index.clone(),
            end: self.end,
            live: self.live,
            vacant: Arc::clone(&self.vacant),
        }
    }
}

/// What writing a record did.
#[derive(Debug)]
pub(crate) enum Written<R> {
    /// It is a new row.
    Added(u32),
    /// It replaced this record.
    Changed(u32, Arc<R>),
    /// It says nothing new.
    Same(u32),
}

impl<R> Written<R> {
    /// The row written.
    pub(crate) fn row(&self) -> u32 {
        match self {
            Self::Added(row) | Self::Changed(row, _) | Self::Same(row) => *row,
        }
    }
}

impl<R: Record> Table<R> {
    /// Records in it.
    pub(crate) fn len(&self) -> usize {
        self.live as usize
    }

    /// One more than the largest row number in use.
    pub(crate) fn end(&self) -> u32 {
        self.end
    }

    /// The record of a row; unset: vacant.
    pub(crate) fn get(&self, row: u32) -> Option<&Arc<R>> {
        self.records.stored(row)?.as_ref()
    }

    /// The row of an id.
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        self.index
            .candidates(hash_text(id))
            .find(|row| self.get(*row).is_some_and(|record| record.id() == id))
    }

    /// Rows with their records.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Arc<R>)> {
        (0..self.end).filter_map(|row| Some((row, self.get(row)?)))
    }

    /// Rows whose record differs from that in an older version, comings and goings included.
    pub(crate) fn changed_since(&self, older: &Self) -> Vec<u32> {
        let end = self.end.max(older.end);
        let chunks =
            (0..(end as usize).div_ceil(CHUNK)).filter(|chunk| !self.records.shares(&older.records, *chunk));
        let rows = chunks.flat_map(|chunk| chunk * CHUNK..(chunk + 1) * CHUNK).map(|row| row as u32);
        rows.filter(|row| match (self.get(*row), older.get(*row)) {
            (Some(new), Some(old)) => !Arc::ptr_eq(new, old) && new != old,
            (None, None) => false,
            _ => true,
        })
        .collect()
    }

    /// When the row was last verified.
    pub(crate) fn stamp(&self, row: u32) -> u32 {
        self.stamps.get(row)
    }

    /// Moves a stamp; it never goes back.
    pub(crate) fn verify(&mut self, row: u32, stamp: u32) {
        self.stamps.set(row, stamp.max(self.stamps.get(row)));
    }

    /// Adds or replaces the record of its id.
    pub(crate) fn write(&mut self, record: R, stamp: u32) -> Written<R> {
        if let Some(row) = self.find(record.id()) {
            self.verify(row, stamp);
            return match self.get(row).map(Arc::clone) {
                Some(old) if *old != record => {
                    self.records.set(row, Some(Arc::new(record)));
                    Written::Changed(row, old)
                }
                _ => Written::Same(row),
            };
        }
        let row = Arc::make_mut(&mut self.vacant).pop().unwrap_or_else(|| {
            self.end += 1;
            self.end - 1
        });
        let hash = hash_text(record.id());
        let mut index = std::mem::take(&mut self.index);
        index.insert(hash, row, |known| self.get(known).map_or(0, |record| hash_text(record.id())));
        self.index = index;
        self.records.set(row, Some(Arc::new(record)));
        self.stamps.set(row, stamp);
        self.live += 1;
        Written::Added(row)
    }

    /// Takes a record out.
    pub(crate) fn remove(&mut self, row: u32) -> Option<Arc<R>> {
        let record = self.get(row).map(Arc::clone)?;
        self.index.remove(hash_text(record.id()), row);
        self.records.set(row, None);
        self.stamps.set(row, 0);
        Arc::make_mut(&mut self.vacant).push(row);
        self.live -= 1;
        Some(record)
    }

    /// Bytes held, not counting what records point to.
    pub(crate) fn bytes(&self) -> usize {
        self.records.bytes() + self.stamps.bytes() + self.index.bytes() + self.len() * (size_of::<R>() + 16)
    }
}
