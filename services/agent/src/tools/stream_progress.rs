//! How far a job stream is.

use std::time::Duration;

use chrono::{DateTime, Utc};
use resync_api::json::optional_seconds;
use resync_api::tws::model::{Freshness, Job, JobStream, Status, StatusCount};
use serde::{Deserialize, Serialize};

use super::plan_object::PlanObject;
use super::selection::equals;
use super::{PlanReader, Rows, Tool};
use crate::error::Error;

/// Unfinished jobs read to add up their run times; streams are far smaller as a rule.
const MAX_JOBS: u32 = 1_000;
/// Running and failed jobs in the result.
const MAX_SHOWN: usize = 10;

/// Report the progress of a job stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StreamProgress {
    /// Plan id.
    pub(crate) job_stream: String,
}

/// How far it is.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProgressReport {
    pub(crate) job_stream: JobStream,
    /// All jobs.
    pub(crate) jobs: u64,
    /// Ended well or canceled.
    pub(crate) done: u64,
    /// Not ended.
    pub(crate) left: u64,
    /// Share done, 0 to 1.
    pub(crate) done_share: f64,
    /// Sum of the expected run times of what is left, were it to run one after the other.
    #[serde(rename = "work_left_seconds", with = "optional_seconds")]
    pub(crate) work_left: Option<Duration>,
    /// Start of the stream plus its estimated duration, while it runs.
    pub(crate) expected_end: Option<DateTime<Utc>>,
    pub(crate) running: Vec<Job>,
    pub(crate) running_count: u64,
    pub(crate) failed: Vec<Job>,
    pub(crate) failed_count: u64,
    pub(crate) freshness: Freshness,
}

impl Tool for StreamProgress {
    const NAME: &'static str = "stream_progress";
    const DESCRIPTION: &'static str =
        "How far a job stream is: jobs done and left, what runs, what failed, when it should end.";
    type Output = ProgressReport;

    async fn run(&self, plan: &PlanReader) -> Result<ProgressReport, Error> {
        let of_stream = equals("job_stream_id", &self.job_stream);
        let unfinished = format!("{of_stream} AND NOT (status = \"SUCCESSFUL\" OR status = \"CANCELED\")");
        let rows = Rows { filter: &unfinished, order_by: "position", limit: MAX_JOBS };
        let (detail, page) = tokio::try_join!(plan.job_stream(&self.job_stream), plan.jobs(rows))?;
        let jobs = u64::from(detail.job_stream.job_count);
        let left = page.total_size.min(jobs);
        let all_read = page.total_size == page.items.len() as u64;
        let with_status = |status| page.items.iter().filter(move |job| job.status == status);
        let shown = |status| with_status(status).take(MAX_SHOWN).cloned().collect();
        let count = |status| count_of(&detail.job_stream.jobs_by_status, status);
        Ok(ProgressReport {
            jobs,
            done: jobs - left,
            left,
            done_share: (jobs - left) as f64 / jobs.max(1) as f64,
            work_left: all_read.then(|| work_left(page.items.iter())).flatten(),
            expected_end: PlanObject::from(&detail.job_stream).expected_end,
            running: shown(Status::Running),
            running_count: count(Status::Running),
            failed: shown(Status::Error),
            failed_count: count(Status::Error),
            job_stream: detail.job_stream,
            freshness: detail.freshness,
        })
    }

    fn summary(report: &ProgressReport) -> String {
        format!("{} of {} jobs done", report.done, report.jobs)
    }
}

fn count_of(by_status: &[StatusCount], status: Status) -> u64 {
    by_status.iter().find(|count| count.status == status).map_or(0, |count| count.count)
}

/// Unknown as soon as one estimate is.
fn work_left<'a>(unfinished: impl Iterator<Item = &'a Job>) -> Option<Duration> {
    unfinished
        .map(|job| {
            let estimate = job.estimated_duration?;
            let runs = job.status == Status::Running;
            Some(if runs { estimate.saturating_sub(job.elapsed.unwrap_or_default()) } else { estimate })
        })
        .sum()
}
