//! The table of jobs: one column for each fact, because a plan may hold half a million of them.

use std::sync::Arc;

use super::chains::Chains;
use super::column::{CHUNK, Column};
use super::hash_index::{HashIndex, hash_id};
use super::packed::{pack_count, pack_duration, pack_status, pack_time, unpack_status};
use super::texts::Texts;
use super::update::{JobFacts, RunFacts};

/// Facts that are yes or no, as bits of one column.
pub(crate) mod flag {
    pub(crate) const CANCEL_PENDING: u16 = 1;
    pub(crate) const CRITICAL: u16 = 1 << 1;
    pub(crate) const LATE_BY_ENGINE: u16 = 1 << 2;
    pub(crate) const REQUIRES_CONFIRMATION: u16 = 1 << 3;
    pub(crate) const EVERY: u16 = 1 << 4;
    pub(crate) const CARRIED_FORWARD: u16 = 1 << 5;
    pub(crate) const HAS_RETURN_CODE: u16 = 1 << 6;
    /// Its dependencies were read.
    pub(crate) const EDGES_KNOWN: u16 = 1 << 7;
    /// They were read from the plan, not from the model.
    pub(crate) const EDGES_FROM_PLAN: u16 = 1 << 8;
    /// Bits that come with the facts of a job; the others are kept when facts are written.
    pub(crate) const OF_FACTS: u16 = (1 << 7) - 1;
}

/// All jobs of a plan. Row numbers of removed jobs are used again.
#[derive(Clone, Debug, Default)]
pub(crate) struct JobTable {
    pub(crate) id: Column<u128>,
    pub(crate) name: Column<u32>,
    /// Row of the job stream.
    pub(crate) stream: Column<u32>,
    pub(crate) workstation: Column<u32>,
    pub(crate) user: Column<u32>,
    /// 0: vacant row.
    pub(crate) status: Column<u8>,
    pub(crate) internal_status: Column<u16>,
    pub(crate) substatus: Column<u16>,
    pub(crate) flags: Column<u16>,
    pub(crate) priority: Column<i16>,
    pub(crate) return_code: Column<i32>,
    pub(crate) scheduled_time: Column<i64>,
    pub(crate) earliest_start: Column<i64>,
    pub(crate) latest_start: Column<i64>,
    pub(crate) deadline: Column<i64>,
    pub(crate) critical_start: Column<i64>,
    pub(crate) start_time: Column<i64>,
    pub(crate) end_time: Column<i64>,
    pub(crate) estimated_duration: Column<u32>,
    pub(crate) run_count: Column<u16>,
    pub(crate) job_number: Column<i64>,
    pub(crate) recovery_option: Column<u16>,
    pub(crate) dependency_count: Column<u16>,
    pub(crate) unresolved_dependency_count: Column<u16>,
    pub(crate) position: Column<u16>,
    pub(crate) task: Column<u32>,
    pub(crate) description: Column<u32>,
    pub(crate) last_run_id: Column<u128>,
    pub(crate) last_run_type: Column<u16>,
    pub(crate) actual_workstation: Column<u32>,
    /// Runs before the last one, for the few jobs that have any.
    pub(crate) earlier_runs: Column<Option<Arc<Vec<RunFacts>>>>,
    pub(crate) stamp: Column<u32>,
    pub(crate) by_name: Chains,
    pub(crate) by_stream: Chains,
    by_id: HashIndex,
    end: u32,
    live: u32,
    vacant: Arc<Vec<u32>>,
}

impl JobTable {
    /// Jobs in it.
    pub(crate) fn len(&self) -> usize {
        self.live as usize
    }

    /// One more than the largest row number in use.
    pub(crate) fn end(&self) -> u32 {
        self.end
    }

    /// The row holds a job.
    pub(crate) fn is_live(&self, row: u32) -> bool {
        self.status.get(row) != 0
    }

    /// Rows that hold jobs.
    pub(crate) fn rows(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.end).filter(|row| self.is_live(*row))
    }

    /// Rows of which a fact differs from that in an older version, comings and goings included. Facts that only answers
    /// to people show (user, task, description, reason of waiting, earlier runs) do not count.
    pub(crate) fn changed_since(&self, older: &Self) -> Vec<u32> {
        macro_rules! any {
            ($($column:ident)+) => {(
                |chunk: usize| $(!self.$column.shares(&older.$column, chunk))||+,
                |row: u32| $(self.$column.get(row) != older.$column.get(row))||+,
            )};
        }
        let (touched, differs) = any! {
            id name stream workstation status internal_status flags priority return_code scheduled_time
            earliest_start latest_start deadline start_time end_time estimated_duration run_count job_number
            recovery_option
        };
        let end = self.end.max(older.end);
        let chunks = (0..(end as usize).div_ceil(CHUNK)).filter(|chunk| touched(*chunk));
        let rows = chunks.flat_map(|chunk| chunk * CHUNK..(chunk + 1) * CHUNK).map(|row| row as u32);
        rows.filter(|row| differs(*row)).collect()
    }

    /// The row of a packed id.
    pub(crate) fn find(&self, id: u128) -> Option<u32> {
        self.by_id.candidates(hash_id(id)).find(|row| self.id.get(*row) == id)
    }

    /// One of the bits of [`flag`].
    pub(crate) fn has(&self, row: u32, bit: u16) -> bool {
        self.flags.get(row) & bit != 0
    }

    /// Sets or clears bits of [`flag`].
    pub(crate) fn put(&mut self, row: u32, bits: u16, on: bool) {
        let flags = self.flags.get(row);
        self.flags.set(row, if on { flags | bits } else { flags & !bits });
    }

    /// Makes room for a new job. Its facts are still to be written.
    pub(crate) fn add(&mut self, id: u128, name: u32, stream: u32) -> u32 {
        let row = Arc::make_mut(&mut self.vacant).pop().unwrap_or_else(|| {
            self.end += 1;
            self.end - 1
        });
        self.live += 1;
        let mut index = std::mem::take(&mut self.by_id);
        index.insert(hash_id(id), row, |known| hash_id(self.id.get(known)));
        self.by_id = index;
        self.id.set(row, id);
        self.name.set(row, name);
        self.stream.set(row, stream);
        self.by_name.add(name, row);
        self.by_stream.add(stream, row);
        row
    }

    /// Writes facts to a row, all but the id and the stream; says whether any differs.
    pub(crate) fn write(&mut self, row: u32, facts: &JobFacts, texts: &mut Texts, stamp: u32) -> bool {
        let name = texts.job_names.intern(&facts.job_name);
        let old_name = self.name.get(row);
        let mut changed = self.name.set(row, name);
        if changed {
            self.by_name.remove(old_name, row);
            self.by_name.add(name, row);
        }
        let last = facts.runs.last();
        let mut flags = self.flags.get(row) & !flag::OF_FACTS;
        for (bit, on) in [
            (flag::CANCEL_PENDING, facts.cancel_pending),
            (flag::CRITICAL, facts.critical),
            (flag::LATE_BY_ENGINE, facts.late_by_engine),
            (flag::REQUIRES_CONFIRMATION, facts.requires_confirmation),
            (flag::EVERY, facts.every),
            (flag::CARRIED_FORWARD, facts.carried_forward),
            (flag::HAS_RETURN_CODE, last.is_some_and(|run| run.return_code.is_some())),
        ] {
            flags |= if on { bit } else { 0 };
        }
        let (_, earlier) = facts.runs.split_last().map_or((None, &[][..]), |(last, rest)| (Some(last), rest));
        let earlier = (!earlier.is_empty()).then(|| Arc::new(earlier.to_vec()));
        changed |= self.workstation.set(row, texts.workstations.intern(&facts.workstation));
        changed |= self.user.set(row, texts.users.intern(&facts.user));
        changed |= self.status.set(row, pack_status(facts.status));
        changed |= self.internal_status.set(row, texts.word(&facts.internal_status));
        changed |= self.substatus.set(row, texts.word(&facts.substatus));
        changed |= self.flags.set(row, flags);
        changed |= self.priority.set(row, small(facts.priority));
        changed |= self.return_code.set(row, last.and_then(|run| run.return_code).unwrap_or_default());
        changed |= self.scheduled_time.set(row, pack_time(facts.scheduled_time));
        changed |= self.earliest_start.set(row, pack_time(facts.earliest_start));
        changed |= self.latest_start.set(row, pack_time(facts.latest_start));
        changed |= self.deadline.set(row, pack_time(facts.deadline));
        changed |= self.critical_start.set(row, pack_time(facts.critical_start));
        changed |= self.start_time.set(row, pack_time(last.and_then(|run| run.start_time)));
        changed |= self.end_time.set(row, pack_time(last.and_then(|run| run.end_time)));
        changed |= self.estimated_duration.set(row, pack_duration(facts.estimated_duration));
        changed |= self.run_count.set(row, u16::try_from(facts.runs.len()).unwrap_or(u16::MAX));
        changed |= self.job_number.set(row, last.map_or(0, |run| run.job_number));
        changed |= self.recovery_option.set(row, texts.word(&facts.recovery_option));
        changed |= self.dependency_count.set(row, pack_count(facts.dependency_count));
        changed |= self.unresolved_dependency_count.set(row, pack_count(facts.unresolved_dependency_count));
        changed |= self.position.set(row, u16::try_from(facts.position).unwrap_or(u16::MAX));
        changed |= self.task.set(row, texts.prose.intern(&facts.task));
        changed |= self.description.set(row, texts.prose.intern(&facts.description));
        changed |= self.last_run_id.set(row, last.map_or(0, |run| texts.ids.pack(&run.id)));
        changed |= self.last_run_type.set(row, last.map_or(0, |run| texts.word(&run.run_type)));
        let actual = last.map_or(0, |run| texts.workstations.intern(&run.actual_workstation));
        changed |= self.actual_workstation.set(row, actual);
        changed |= self.earlier_runs.set(row, earlier);
        self.verify(row, stamp);
        changed
    }

    /// Moves a job to another stream row.
    pub(crate) fn move_to(&mut self, row: u32, stream: u32) {
        let old = self.stream.get(row);
        if self.stream.set(row, stream) {
            self.by_stream.remove(old, row);
            self.by_stream.add(stream, row);
        }
    }

    /// Moves a verified-at stamp; it never goes back.
    pub(crate) fn verify(&mut self, row: u32, stamp: u32) {
        self.stamp.set(row, stamp.max(self.stamp.get(row)));
    }

    /// Vacates a row.
    pub(crate) fn remove(&mut self, row: u32) {
        self.by_id.remove(hash_id(self.id.get(row)), row);
        self.by_name.remove(self.name.get(row), row);
        self.by_stream.remove(self.stream.get(row), row);
        self.status.set(row, 0);
        self.id.set(row, 0);
        self.flags.set(row, 0);
        self.stamp.set(row, 0);
        self.earlier_runs.set(row, None);
        Arc::make_mut(&mut self.vacant).push(row);
        self.live -= 1;
    }

    /// Status of a live row.
    pub(crate) fn status(&self, row: u32) -> resync_api::tws::model::Status {
        unpack_status(self.status.get(row))
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let small = self.status.bytes()
            + [&self.internal_status, &self.substatus, &self.flags, &self.run_count, &self.recovery_option]
                .into_iter()
                .chain([&self.dependency_count, &self.unresolved_dependency_count, &self.position])
                .chain([&self.last_run_type])
                .map(Column::bytes)
                .sum::<usize>()
            + self.priority.bytes()
            + self.return_code.bytes();
        let symbols = [&self.name, &self.stream, &self.workstation, &self.user, &self.estimated_duration]
            .into_iter()
            .chain([&self.task, &self.description, &self.actual_workstation, &self.stamp])
            .map(Column::bytes)
            .sum::<usize>();
        let times = [&self.scheduled_time, &self.earliest_start, &self.latest_start, &self.deadline]
            .into_iter()
            .chain([&self.critical_start, &self.start_time, &self.end_time, &self.job_number])
            .map(Column::bytes)
            .sum::<usize>();
        small
            + symbols
            + times
            + self.id.bytes()
            + self.last_run_id.bytes()
            + self.earlier_runs.bytes()
            + self.by_name.bytes()
            + self.by_stream.bytes()
            + self.by_id.bytes()
    }
}

fn small(number: i32) -> i16 {
    i16::try_from(number).unwrap_or(if number < 0 { i16::MIN } else { i16::MAX })
}
