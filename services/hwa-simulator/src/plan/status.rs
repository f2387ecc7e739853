//! The states of jobs and job streams, and how the many internal ones fold into the common ones.

/// Internal status of a job, as the REST API spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum JobStatus {
    Hold,
    Ready,
    Fence,
    Intro,
    Exec,
    Succ,
    Abend,
    Fail,
    Suppr,
    Pend,
    Cancl,
}

impl JobStatus {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    pub(crate) fn is_error(self) -> bool {
        matches!(self, Self::Abend | Self::Fail)
    }

    /// The status people read. Priority 0 shows only before the job starts.
    pub(crate) fn common(self, priority: u8) -> CommonStatus {
        match self {
            Self::Hold | Self::Ready | Self::Fence if priority == 0 => CommonStatus::Held,
            Self::Hold | Self::Intro | Self::Pend => CommonStatus::Waiting,
            Self::Ready | Self::Fence => CommonStatus::Ready,
            Self::Exec => CommonStatus::Running,
            Self::Succ => CommonStatus::Successful,
            Self::Abend | Self::Fail => CommonStatus::Error,
            Self::Suppr => CommonStatus::Suppress,
            Self::Cancl => CommonStatus::Canceled,
        }
    }
}

/// Internal status of a job stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum StreamStatus {
    Hold,
    Ready,
    Exec,
    Stuck,
    Abend,
    Succ,
    Suppr,
    Cancl,
}

impl StreamStatus {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    pub(crate) fn common(self, priority: u8) -> CommonStatus {
        match self {
            Self::Hold | Self::Ready if priority == 0 => CommonStatus::Held,
            Self::Hold => CommonStatus::Waiting,
            Self::Ready => CommonStatus::Ready,
            Self::Exec => CommonStatus::Running,
            Self::Stuck => CommonStatus::Blocked,
            Self::Abend => CommonStatus::Error,
            Self::Succ => CommonStatus::Successful,
            Self::Suppr => CommonStatus::Suppress,
            Self::Cancl => CommonStatus::Canceled,
        }
    }

    /// Nothing of it will run any more.
    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Succ | Self::Suppr | Self::Cancl)
    }
}

/// The status shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum CommonStatus {
    Waiting,
    Ready,
    Running,
    Successful,
    Error,
    Canceled,
    Held,
    Blocked,
    Suppress,
}

impl CommonStatus {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}

/// Why a job that is free of dependencies does not run yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadyReason {
    Limit,
    Resources,
    Agent,
    Fence,
}

impl ReadyReason {
    pub(crate) fn substatus(self) -> Option<&'static str> {
        match self {
            Self::Limit => Some("READY_WAITING_FOR_LIMIT"),
            Self::Resources => Some("READY_WAITING_FOR_RESOURCES"),
            Self::Agent => Some("READY_WAITING_FOR_AGENT"),
            Self::Fence => None,
        }
    }
}

/// Why a run was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum RunKind {
    Regular,
    Rerun,
    RerunEvery,
    Recovery,
    RecoveryRerun,
}

impl RunKind {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}
