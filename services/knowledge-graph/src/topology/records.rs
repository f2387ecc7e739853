//! What is known of each object, in rows that versions of the graph share until they change.

use std::sync::Arc;

use resync_api::tws::model::{
    EdgeKnowledge, PromptStatus, Status, TopologyJob, TopologyJobStream, Workstation,
};

/// Milliseconds since 1970; 0: unset.
pub(super) type Millis = i64;

/// One job of the plan.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct JobRecord {
    pub(super) id: Arc<str>,
    pub(super) name: Arc<str>,
    /// Row of its stream.
    pub(super) stream: u32,
    /// Row of its workstation.
    pub(super) workstation: u32,
    pub(super) status: Status,
    pub(super) internal: Internal,
    pub(super) priority: i16,
    pub(super) flags: u8,
    pub(super) edges: EdgeKnowledge,
    pub(super) scheduled: Millis,
    pub(super) earliest_start: Millis,
    pub(super) latest_start: Millis,
    pub(super) deadline: Millis,
    pub(super) started: Millis,
    pub(super) ended: Millis,
    /// The plan's own estimate in milliseconds; 0: none.
    pub(super) estimate: u32,
}

/// What an internal status adds to the one that people see, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Internal {
    /// Nothing that matters.
    Plain,
    /// It could not be launched.
    Failed,
    /// Its priority is not above the fence of its workstation.
    Fenced,
    /// It has ended and waits for an operator to say how.
    Unconfirmed,
}

pub(super) mod flag {
    pub(in super::super) const CRITICAL: u8 = 1;
    pub(in super::super) const CANCEL_PENDING: u8 = 1 << 1;
    /// Its failure does not hold back what follows.
    pub(in super::super) const CONTINUES: u8 = 1 << 2;
    /// It repeats at a rate.
    pub(in super::super) const EVERY: u8 = 1 << 3;
}

fn millis(time: Option<chrono::DateTime<chrono::Utc>>) -> Millis {
    time.map_or(0, |time| time.timestamp_millis())
}

impl JobRecord {
    pub(super) fn new(
        job: &TopologyJob,
        id: Arc<str>,
        name: Arc<str>,
        stream: u32,
        workstation: u32,
    ) -> Self {
        let internal = match job.internal_status.as_str() {
            "FAIL" | "FAILED" => Internal::Failed,
            "FENCE" => Internal::Fenced,
            "PEND" => Internal::Unconfirmed,
            _ => Internal::Plain,
        };
        let mut flags = 0;
        for (bit, on) in [
            (flag::CRITICAL, job.critical),
            (flag::CANCEL_PENDING, job.cancel_pending),
            (flag::CONTINUES, job.recovery_option.starts_with("CONTINUE")),
            (flag::EVERY, job.every),
        ] {
            flags |= if on { bit } else { 0 };
        }
        let estimate = job.estimated_duration.map_or(0, |value| value.as_millis().max(1));
        Self {
            id,
            name,
            stream,
            workstation,
            status: job.status,
            internal,
            priority: i16::try_from(job.priority).unwrap_or(i16::MAX),
            flags,
            edges: job.edges,
            scheduled: millis(job.scheduled_time),
            earliest_start: millis(job.earliest_start),
            latest_start: millis(job.latest_start),
            deadline: millis(job.deadline),
            started: millis(job.start_time),
            ended: millis(job.end_time),
            estimate: u32::try_from(estimate).unwrap_or(u32::MAX),
        }
    }

    pub(super) fn has(&self, bit: u8) -> bool {
        self.flags & bit != 0
    }

    /// It ran to an end, well or not.
    pub(super) fn has_run(&self) -> bool {
        matches!(self.status, Status::Successful | Status::Error) && self.started != 0 && self.ended != 0
    }

    /// Nothing more happens to it by itself.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.status, Status::Successful | Status::Error | Status::Canceled | Status::Suppressed)
    }
}

/// One job stream of the plan.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StreamRecord {
    pub(super) id: Arc<str>,
    pub(super) key: Arc<str>,
    pub(super) status: Status,
    pub(super) priority: i16,
    /// Jobs at once; negative: no limit.
    pub(super) limit: i32,
    pub(super) edges: EdgeKnowledge,
    pub(super) earliest_start: Millis,
    pub(super) deadline: Millis,
    pub(super) started: Millis,
}

impl StreamRecord {
    pub(super) fn new(stream: &TopologyJobStream, id: Arc<str>) -> Self {
        Self {
            id,
            key: stream.key.as_str().into(),
            status: stream.status,
            priority: i16::try_from(stream.priority).unwrap_or(i16::MAX),
            limit: stream.limit.unwrap_or(-1),
            edges: stream.edges,
            earliest_start: millis(stream.earliest_start),
            deadline: millis(stream.deadline),
            started: millis(stream.start_time),
        }
    }

    /// Its own dependencies and start time no longer hold anything back.
    pub(super) fn is_open(&self) -> bool {
        self.started != 0 || matches!(self.status, Status::Running | Status::Successful | Status::Error)
    }

    /// It is open, or was cancelled or suppressed: nothing it waits for matters any more, its start time included.
    pub(super) fn is_decided(&self) -> bool {
        self.is_open() || matches!(self.status, Status::Canceled | Status::Suppressed)
    }
}

/// A workstation that jobs name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WorkstationRecord {
    pub(super) name: Arc<str>,
    /// Unset: the engine does not list it.
    pub(super) state: Option<WorkstationState>,
}

/// Whether jobs can run on a workstation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WorkstationState {
    /// Able to run jobs, its limit aside.
    pub(super) up: bool,
    /// Jobs at once; negative: no limit.
    pub(super) limit: i32,
    pub(super) fence: i32,
}

impl WorkstationState {
    pub(super) fn new(workstation: &Workstation) -> Self {
        let limit = workstation.limit.unwrap_or(-1);
        Self { up: workstation.healthy || limit == 0, limit, fence: workstation.fence }
    }
}

/// Something that is waited for and is neither a job nor a job stream of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    /// By number when it has one, else by name; the text tells ad hoc prompts apart.
    Prompt {
        name: Arc<str>,
        number: i64,
        text: Arc<str>,
    },
    File {
        path: Arc<str>,
        workstation: Arc<str>,
        qualifier: Arc<str>,
    },
    Resource {
        name: Arc<str>,
        workstation: Arc<str>,
    },
    /// A job of another scheduling network.
    Remote {
        agent: Arc<str>,
        job: Arc<str>,
    },
    /// A predecessor that the plan does not hold. One known from the definition alone holds nothing back.
    Absent {
        key: Arc<str>,
        awaited: bool,
        zombie: bool,
    },
}

/// How a [`Thing`] stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ThingState {
    Prompt(PromptStatus),
    /// It is there.
    File(bool),
    /// Units free, and who holds the others.
    Resource {
        available: i32,
        holders: Arc<[Arc<str>]>,
    },
    /// Nothing more is known than that somebody waits for it.
    Unknown,
}

/// A thing with its state.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ThingRecord {
    pub(super) thing: Thing,
    pub(super) state: ThingState,
}

const CHUNK: usize = 64;

/// Rows in chunks that are copied when written, so that a version of the graph costs what changed.
#[derive(Clone, Debug)]
pub(super) struct Rows<T> {
    chunks: Arc<Vec<Arc<Vec<Option<T>>>>>,
    len: u32,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { chunks: Arc::default(), len: 0 }
    }
}

impl<T: Clone> Rows<T> {
    /// One more than the last row ever used.
    pub(super) fn end(&self) -> u32 {
        self.len
    }

    pub(super) fn get(&self, row: u32) -> Option<&T> {
        self.chunks.get(row as usize / CHUNK)?.get(row as usize % CHUNK)?.as_ref()
    }

    pub(super) fn push(&mut self, value: T) -> u32 {
        let row = self.len;
        self.len += 1;
        let chunks = Arc::make_mut(&mut self.chunks);
        if (row as usize).is_multiple_of(CHUNK) {
            chunks.push(Arc::new(Vec::with_capacity(CHUNK)));
        }
        if let Some(chunk) = chunks.last_mut() {
            Arc::make_mut(chunk).push(Some(value));
        }
        row
    }

    /// Replaces a row that was pushed before.
    pub(super) fn set(&mut self, row: u32, value: Option<T>) {
        let chunks = Arc::make_mut(&mut self.chunks);
        if let Some(chunk) = chunks.get_mut(row as usize / CHUNK)
            && let Some(slot) = Arc::make_mut(chunk).get_mut(row as usize % CHUNK)
        {
            *slot = value;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let rows = self.chunks.iter().flat_map(|chunk| chunk.iter());
        (0..).zip(rows).filter_map(|(row, value)| Some((row, value.as_ref()?)))
    }

    /// Rows that differ from an older version of the same rows; costs what was written since.
    pub(super) fn changed_since(&self, older: &Self) -> Vec<u32>
    where
        T: PartialEq,
    {
        let mut changed = Vec::new();
        for (number, chunk) in self.chunks.iter().enumerate() {
            let before = older.chunks.get(number);
            if before.is_some_and(|before| Arc::ptr_eq(before, chunk)) {
                continue;
            }
            let first = (number * CHUNK) as u32;
            for (row, value) in (first..).zip(chunk.iter()) {
                if before.and_then(|before| before.get((row - first) as usize)) != Some(value) {
                    changed.push(row);
                }
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_an_older_version_stay_as_they_were() {
        let mut rows = Rows::default();
        for row in 0..200 {
            assert_eq!(rows.push(row), row);
        }
        let before = rows.clone();
        rows.set(70, Some(7));
        rows.set(71, None);
        assert_eq!((before.get(70), rows.get(70), rows.get(71)), (Some(&70), Some(&7), None));
        assert!(Arc::ptr_eq(&before.chunks[0], &rows.chunks[0]));
        assert_eq!((rows.iter().count(), rows.end(), rows.get(200)), (199, 200, None));
        rows.set(0, Some(0));
        rows.push(200);
        assert_eq!(rows.changed_since(&before), [70, 71, 200]);
    }
}
