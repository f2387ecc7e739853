//! Lists, counts and single objects, as of an instant of the engine's clock.

mod count;
mod overview;
mod page;
mod resolve;

pub use count::{CountQuery, Counted};
pub use overview::Overview;
pub use page::{ListQuery, Listed, MAX_PAGE_SIZE};

use chrono::{DateTime, Utc};
use resync_api::tws::model::{Dependency, Job, JobRun, JobStream, ObjectKind};

use super::edges::Node;
use super::query_error::QueryError;
use super::snapshot::Snapshot;

/// One job with what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct JobView {
    /// The row.
    pub job: Job,
    /// Its runs, oldest first.
    pub runs: Vec<JobRun>,
    /// Its own and its stream's dependencies.
    pub dependencies: Vec<Dependency>,
    /// Script or command.
    pub task: String,
    /// From the definition.
    pub description: String,
    /// Its dependencies were read from the plan.
    pub has_plan_edges: bool,
}

/// One job stream with its dependencies.
#[derive(Clone, Debug, PartialEq)]
pub struct JobStreamView {
    /// The row.
    pub job_stream: JobStream,
    /// What the stream itself waits for.
    pub dependencies: Vec<Dependency>,
}

impl Snapshot {
    /// The job that a plan id or key names.
    ///
    /// # Errors
    /// When nothing or more than one job has that id or key.
    pub fn job_view(&self, text: &str, now: DateTime<Utc>) -> Result<JobView, QueryError> {
        let row = self.resolve_job(text)?;
        let mut dependencies = self.dependencies_of(Node::job(row));
        dependencies.extend(self.dependencies_of(Node::stream(self.jobs.stream.get(row))));
        Ok(JobView {
            job: self.job(row, now),
            runs: self.job_runs(row, now),
            dependencies,
            task: self.texts.prose.text(self.jobs.task.get(row)).to_owned(),
            description: self.texts.prose.text(self.jobs.description.get(row)).to_owned(),
            has_plan_edges: self.jobs.has(row, super::jobs::flag::EDGES_FROM_PLAN),
        })
    }

    /// Plan id and runs, oldest first, of the job that a plan id or key names.
    ///
    /// # Errors
    /// When nothing or more than one job has that id or key.
    pub fn runs_of(&self, text: &str, now: DateTime<Utc>) -> Result<(String, Vec<JobRun>), QueryError> {
        let row = self.resolve_job(text)?;
        Ok((self.job_id(row), self.job_runs(row, now)))
    }

    /// The job stream that a plan id or key names.
    ///
    /// # Errors
    /// When nothing or more than one job stream has that id or key.
    pub fn job_stream_view(&self, text: &str, now: DateTime<Utc>) -> Result<JobStreamView, QueryError> {
        let row = self.resolve_stream(text)?;
        let job_stream =
            self.job_stream(row, now).ok_or_else(|| self.not_found(ObjectKind::JobStream, text))?;
        Ok(JobStreamView { job_stream, dependencies: self.dependencies_of(Node::stream(row)) })
    }

    /// When the job that was verified longest ago was; unset: there are none.
    #[must_use]
    pub fn oldest_job_observed_at(&self) -> Option<DateTime<Utc>> {
        self.oldest(ObjectKind::Job, std::iter::empty())
    }

    /// When the oldest of these rows was verified; of no rows: the oldest of the kind, because all were looked at.
    pub(crate) fn oldest(&self, kind: ObjectKind, rows: impl Iterator<Item = u32>) -> Option<DateTime<Utc>> {
        let oldest = rows.map(|row| self.stamp(kind, row)).min();
        let oldest = oldest.or_else(|| match kind {
            ObjectKind::Job => self.jobs.rows().map(|row| self.jobs.stamp.get(row)).min(),
            ObjectKind::JobStream => self.streams.iter().map(|(row, _)| self.streams.stamp(row)).min(),
            ObjectKind::Workstation => {
                self.workstations.iter().map(|(row, _)| self.workstations.stamp(row)).min()
            }
            ObjectKind::Resource => self.resources.iter().map(|(row, _)| self.resources.stamp(row)).min(),
            ObjectKind::Prompt => self.prompts.iter().map(|(row, _)| self.prompts.stamp(row)).min(),
            ObjectKind::Folder | ObjectKind::User => None,
        });
        oldest.map(|stamp| self.stamp_time(stamp))
    }
}
