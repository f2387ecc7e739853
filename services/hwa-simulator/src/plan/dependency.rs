//! What a job or job stream can wait for.

use super::status::JobStatus;
use super::{FileIndex, JobIndex, PromptIndex, ResourceIndex, Seconds, StreamIndex, WorkstationIndex};

/// Something that has dependencies and followers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Node {
    Job(JobIndex),
    Stream(StreamIndex),
}

#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    pub(crate) kind: DependencyKind,
    /// An operator released it: it counts as satisfied whatever it waits for.
    pub(crate) released: bool,
}

impl From<DependencyKind> for Dependency {
    fn from(kind: DependencyKind) -> Self {
        Self { kind, released: false }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum DependencyKind {
    Job {
        job: JobIndex,
        when: Condition,
    },
    Stream {
        stream: StreamIndex,
        when: Condition,
    },
    /// A predecessor named by the definition that the plan does not hold.
    Absent(Box<AbsentPredecessor>),
    Join(Box<Join>),
    File(FileIndex),
    Resource {
        resource: ResourceIndex,
        quantity: u32,
    },
    Prompt(PromptIndex),
    Internetwork(Box<Internetwork>),
}

#[derive(Debug, Clone)]
pub(crate) struct AbsentPredecessor {
    pub(crate) workstation: String,
    pub(crate) folder: String,
    pub(crate) stream: String,
    pub(crate) job: Option<String>,
    pub(crate) sched_time: Seconds,
    /// It may still come into the plan; otherwise it never will (zombie).
    pub(crate) pending: bool,
}

impl AbsentPredecessor {
    pub(crate) fn key(&self) -> String {
        let stream = format!("{}#{}{}", self.workstation, self.folder, self.stream);
        match &self.job {
            Some(job) => format!("{stream}.{job}"),
            None => stream,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Join {
    pub(crate) name: String,
    /// How many members must be satisfied; `None` is all.
    pub(crate) need: Option<u16>,
    pub(crate) members: Vec<Dependency>,
}

#[derive(Debug, Clone)]
pub(crate) struct Internetwork {
    pub(crate) agent: WorkstationIndex,
    /// The remote object, as `STREAM.JOB`.
    pub(crate) remote: String,
}

/// The predecessor states that satisfy a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Condition(u8);

impl Condition {
    /// An ordinary `follows`: the predecessor must end well.
    pub(crate) const SUCCESS: Self = Self(0);
    pub(crate) const IF_SUCC: Self = Self(1);
    pub(crate) const IF_ABEND: Self = Self(2);

    pub(crate) fn is_conditional(self) -> bool {
        self != Self::SUCCESS
    }

    pub(crate) fn accepts(self, status: JobStatus) -> bool {
        match status {
            JobStatus::Succ => self == Self::SUCCESS || self.0 & 1 != 0,
            JobStatus::Abend => self.0 & 2 != 0,
            _ => false,
        }
    }

    pub(crate) fn names(self) -> Vec<&'static str> {
        [(1, "SUCC"), (2, "ABEND")]
            .into_iter()
            .filter(|(bit, _)| self.0 & bit != 0)
            .map(|(_, name)| name)
            .collect()
    }
}

/// How a dependency stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Satisfied,
    Unsatisfied,
    Undecided,
    /// A condition that can no longer come true: the follower is suppressed.
    Impossible,
}

impl Verdict {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Satisfied => "SATISFIED",
            Self::Unsatisfied | Self::Impossible => "UNSATISFIED",
            Self::Undecided => "UNDECIDED",
        }
    }
}
