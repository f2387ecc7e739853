//! What a job of the plan did so far.

use chrono::{DateTime, Utc};
use resync_api::graph::model::GraphObject;
use resync_api::tws::model::{Freshness, Status};

use super::error::TopologyError;
use super::graph::Graph;
use super::index::Subject;
use super::root_cause::time;

/// How far a job has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It has not started, or not again.
    Waiting,
    /// It runs.
    Running,
    /// It ran to an end.
    Ended,
    /// It is over without having run.
    Skipped,
}

/// A job of the plan, with its times.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// The job.
    pub job: GraphObject,
    /// How far it has come.
    pub phase: Phase,
    /// Scheduled time.
    pub scheduled: Option<DateTime<Utc>>,
    /// Real start of the present or last run.
    pub started: Option<DateTime<Utc>>,
    /// Real end of the last run.
    pub ended: Option<DateTime<Utc>>,
    /// How fresh the plan is.
    pub freshness: Freshness,
}

impl Graph {
    /// A job's times.
    ///
    /// # Errors
    /// When nothing, or more than one object, is called so, or it is no job.
    pub fn instance(&self, object: &str) -> Result<Instance, TopologyError> {
        let subject = self.find(object)?;
        let Subject::Job(row) = subject else {
            return Err(TopologyError::NotAJob { object: object.to_owned() });
        };
        let job = self.jobs.get(row);
        let job = job.ok_or_else(|| TopologyError::UnknownObject { object: object.to_owned() })?;
        let phase = match job.status {
            Status::Running => Phase::Running,
            _ if job.has_run() => Phase::Ended,
            _ if job.is_over() => Phase::Skipped,
            _ => Phase::Waiting,
        };
        Ok(Instance {
            job: self.describe_subject(subject),
            phase,
            scheduled: time(job.scheduled),
            started: time(job.started),
            ended: time(job.ended),
            freshness: self.freshness.clone(),
        })
    }
}
