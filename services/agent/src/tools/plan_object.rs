//! A plan object as explanations name it: enough to say which one is meant and how it stands.

use std::time::Duration;

use chrono::{DateTime, Utc};
use resync_api::json::optional_seconds;
use resync_api::tws::model::{Job, JobStream, Predecessor, Status};
use serde::Serialize;

/// What sort of thing an explanation points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ObjectSort {
    Job,
    JobStream,
    Workstation,
    Resource,
    Prompt,
    File,
    /// Named by the plan, but not in it.
    Absent,
}

/// One object.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct PlanObject {
    pub(crate) sort: ObjectSort,
    /// Resource name; empty for what has no row of its own.
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) status: Option<Status>,
    pub(crate) internal_status: String,
    pub(crate) substatus: String,
    pub(crate) workstation: String,
    pub(crate) priority: Option<i32>,
    pub(crate) return_code: Option<i32>,
    pub(crate) start_time: Option<DateTime<Utc>>,
    pub(crate) end_time: Option<DateTime<Utc>>,
    /// Start plus estimated duration, while it runs and has not run longer than that.
    pub(crate) expected_end: Option<DateTime<Utc>>,
    #[serde(rename = "elapsed_seconds", with = "optional_seconds")]
    pub(crate) elapsed: Option<Duration>,
    #[serde(rename = "estimated_duration_seconds", with = "optional_seconds")]
    pub(crate) estimated_duration: Option<Duration>,
    pub(crate) long_running: bool,
    pub(crate) late: bool,
    pub(crate) at_risk: bool,
    pub(crate) deadline: Option<DateTime<Utc>>,
    pub(crate) recovery_option: String,
    pub(crate) observed_at: Option<DateTime<Utc>>,
}

impl PlanObject {
    /// Something that has no row with a status: a file, an absent predecessor.
    pub(crate) fn named(sort: ObjectSort, name: &str, id: &str, key: impl Into<String>) -> Self {
        Self {
            sort,
            name: name.to_owned(),
            id: id.to_owned(),
            key: key.into(),
            status: None,
            internal_status: String::new(),
            substatus: String::new(),
            workstation: String::new(),
            priority: None,
            return_code: None,
            start_time: None,
            end_time: None,
            expected_end: None,
            elapsed: None,
            estimated_duration: None,
            long_running: false,
            late: false,
            at_risk: false,
            deadline: None,
            recovery_option: String::new(),
            observed_at: None,
        }
    }

    /// The same, verified at a time.
    pub(crate) fn observed(self, at: DateTime<Utc>) -> Self {
        Self { observed_at: Some(at), ..self }
    }

    /// A predecessor as its dependency gives it.
    pub(crate) fn predecessor(sort: ObjectSort, predecessor: &Predecessor) -> Self {
        Self {
            status: predecessor.status,
            internal_status: predecessor.internal_status.clone(),
            ..Self::named(sort, "", &predecessor.id, predecessor.key.clone())
        }
    }
}

impl From<&Job> for PlanObject {
    fn from(job: &Job) -> Self {
        let runs = job.status == Status::Running;
        Self {
            status: Some(job.status),
            internal_status: job.internal_status.clone(),
            substatus: job.substatus.clone(),
            workstation: job.workstation.clone(),
            priority: Some(job.priority),
            return_code: job.return_code,
            start_time: job.start_time,
            end_time: job.end_time,
            expected_end: (runs && job.elapsed < job.estimated_duration)
                .then(|| expected_end(job.start_time, job.estimated_duration))
                .flatten(),
            elapsed: job.elapsed,
            estimated_duration: job.estimated_duration,
            long_running: job.long_running,
            late: job.late,
            at_risk: job.at_risk,
            deadline: job.deadline,
            recovery_option: job.recovery_option.clone(),
            observed_at: Some(job.observed_at),
            ..Self::named(ObjectSort::Job, &job.name, &job.id, job.key.clone())
        }
    }
}

impl From<&JobStream> for PlanObject {
    fn from(stream: &JobStream) -> Self {
        let runs = stream.status == Status::Running;
        Self {
            status: Some(stream.status),
            internal_status: stream.internal_status.clone(),
            workstation: stream.workstation.clone(),
            priority: Some(stream.priority),
            start_time: stream.start_time,
            end_time: stream.end_time,
            expected_end: runs.then(|| expected_end(stream.start_time, stream.estimated_duration)).flatten(),
            estimated_duration: stream.estimated_duration,
            late: stream.late,
            at_risk: stream.at_risk,
            deadline: stream.deadline,
            observed_at: Some(stream.observed_at),
            ..Self::named(ObjectSort::JobStream, &stream.name, &stream.id, stream.key.clone())
        }
    }
}

fn expected_end(start: Option<DateTime<Utc>>, estimate: Option<Duration>) -> Option<DateTime<Utc>> {
    start?.checked_add_signed(chrono::TimeDelta::from_std(estimate?).ok()?)
}
