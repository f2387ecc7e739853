//! Conditions over all jobs, a chunk of rows at a time, on the columns themselves.
//!
//! Text conditions look at each distinct text once and then compare symbols; what needs several columns runs only on
//! rows that cheaper parts of the condition left over.

mod leaf;

use resync_api::tws::model::ObjectKind;

use super::column::{CHUNK, Column};
use super::condition::Condition;
use super::snapshot::Snapshot;

const WORDS: usize = CHUNK / 64;

/// Rows of one chunk, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mask([u64; WORDS]);

impl Mask {
    fn all() -> Self {
        Self([!0; WORDS])
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn and(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
        self
    }

    fn or(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
        self
    }

    fn without(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
        self
    }

    fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Offsets of the rows in it.
    fn offsets(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(index * 64 + bit)
            })
        })
    }

    /// Rows of a column's chunk whose value passes.
    fn of<T: Copy + Default + PartialEq>(column: &Column<T>, chunk: usize, test: impl Fn(T) -> bool) -> Self {
        let Some(values) = column.chunk(chunk) else {
            return if test(T::default()) { Self::all() } else { Self::default() };
        };
        let mut mask = Self::default();
        for (word, values) in mask.0.iter_mut().zip(values.chunks_exact(64)) {
            *word =
                values.iter().enumerate().fold(0, |bits, (bit, value)| bits | u64::from(test(*value)) << bit);
        }
        mask
    }

    /// Rows within a mask that pass.
    fn filtered(within: &Self, chunk: usize, test: impl Fn(u32) -> bool) -> Self {
        let mut mask = Self::default();
        for offset in within.offsets() {
            if test((chunk * CHUNK + offset) as u32) {
                mask.0[offset / 64] |= 1 << (offset % 64);
            }
        }
        mask
    }
}

/// A condition prepared for a snapshot and an instant.
enum Step<'a> {
    Everything,
    /// Cheapest first.
    And(Vec<Step<'a>>),
    Or(Vec<Step<'a>>),
    Not(Box<Step<'a>>),
    Leaf(Leaf<'a>),
}

/// A test of one field: from a chunk and the rows of interest to the rows that pass.
struct Leaf<'a> {
    cost: u32,
    test: ChunkTest<'a>,
}

type ChunkTest<'a> = Box<dyn Fn(usize, &Mask) -> Mask + Send + Sync + 'a>;

impl Step<'_> {
    fn cost(&self) -> u32 {
        match self {
            Self::Everything => 0,
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Step::cost).sum(),
            Self::Not(inner) => inner.cost(),
            Self::Leaf(leaf) => leaf.cost,
        }
    }

    fn rows(&self, chunk: usize, within: &Mask) -> Mask {
        match self {
            Self::Everything => *within,
            Self::And(parts) => parts
                .iter()
                .fold(*within, |left, part| if left.is_empty() { left } else { part.rows(chunk, &left) }),
            Self::Or(parts) => parts
                .iter()
                .fold(Mask::default(), |found, part| found.or(&part.rows(chunk, &within.without(&found)))),
            Self::Not(inner) => within.without(&inner.rows(chunk, within)),
            Self::Leaf(leaf) => (leaf.test)(chunk, within).and(within),
        }
    }
}

/// Jobs that satisfy a condition.
#[derive(Debug)]
pub(crate) struct JobSelection {
    masks: Vec<Mask>,
    count: u64,
}

impl JobSelection {
    /// Scans all jobs of a snapshot at `now` in milliseconds.
    pub(crate) fn scan(plan: &Snapshot, condition: &Condition, now: i64) -> Self {
        let step = prepare(plan, condition, now);
        let chunks = (plan.jobs.end() as usize).div_ceil(CHUNK);
        let masks: Vec<Mask> = (0..chunks)
            .map(|chunk| step.rows(chunk, &Mask::of(&plan.jobs.status, chunk, |status| status != 0)))
            .collect();
        let count = masks.iter().map(Mask::count).sum();
        Self { masks, count }
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The rows, ascending.
    pub(crate) fn rows(&self) -> impl Iterator<Item = u32> + '_ {
        let chunks = self.masks.iter().enumerate();
        chunks.flat_map(|(chunk, mask)| mask.offsets().map(move |offset| (chunk * CHUNK + offset) as u32))
    }
}

fn prepare<'a>(plan: &'a Snapshot, condition: &'a Condition, now: i64) -> Step<'a> {
    let parts = |conditions: &'a [Condition]| {
        let mut steps: Vec<_> = conditions.iter().map(|part| prepare(plan, part, now)).collect();
        steps.sort_by_key(Step::cost);
        steps
    };
    match condition {
        Condition::Everything => Step::Everything,
        Condition::And(conditions) => Step::And(parts(conditions)),
        Condition::Or(conditions) => Step::Or(parts(conditions)),
        Condition::Not(inner) => Step::Not(Box::new(prepare(plan, inner, now))),
        Condition::Test(field, check) => Step::Leaf(leaf::prepare(plan, *field, check, now)),
    }
}

/// Rows of any kind that satisfy a condition, ascending.
pub(crate) fn select(plan: &Snapshot, kind: ObjectKind, condition: &Condition, now: i64) -> Vec<u32> {
    let matching = |end: u32, live: &dyn Fn(u32) -> bool| {
        let holds = |row: u32| condition.holds(&|field| plan.value(kind, row, field, now));
        (0..end).filter(|row| live(*row) && holds(*row)).collect()
    };
    match kind {
        ObjectKind::Job => JobSelection::scan(plan, condition, now).rows().collect(),
        ObjectKind::JobStream => matching(plan.streams.end(), &|row| plan.streams.get(row).is_some()),
        ObjectKind::Workstation => {
            matching(plan.workstations.end(), &|row| plan.workstations.get(row).is_some())
        }
        ObjectKind::Resource => matching(plan.resources.end(), &|row| plan.resources.get(row).is_some()),
        ObjectKind::Prompt => matching(plan.prompts.end(), &|row| plan.prompts.get(row).is_some()),
        ObjectKind::Folder | ObjectKind::User => Vec::new(),
    }
}
