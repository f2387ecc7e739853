//! The plan at a glance.

use resync_api::tws::model::{PlanOverview, Status, StatusCount};
use serde::{Deserialize, Serialize};

use super::{PlanReader, Tool};
use crate::error::Error;

/// Read the overview.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReadPlanOverview {
    /// Most jobs that need attention.
    pub(crate) attention_limit: u32,
}

/// The overview with its sums.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OverviewReport {
    #[serde(flatten)]
    pub(crate) overview: PlanOverview,
    /// All jobs.
    pub(crate) jobs: u64,
    /// All job streams.
    pub(crate) job_streams: u64,
    /// All workstations.
    pub(crate) workstation_count: usize,
    /// Jobs in error.
    pub(crate) failed_jobs: u64,
    /// Jobs running.
    pub(crate) running_jobs: u64,
    /// Jobs that ended well.
    pub(crate) successful_jobs: u64,
    /// Share of jobs that ended well, 0 to 1.
    pub(crate) successful_share: f64,
    /// Job streams that go no further by themselves.
    pub(crate) stuck_job_streams: u64,
    /// Jobs in `attention`.
    pub(crate) attention_count: usize,
}

impl Tool for ReadPlanOverview {
    const NAME: &'static str = "plan_overview";
    const DESCRIPTION: &'static str =
        "The plan at a glance: jobs and job streams by status, workstations, and what needs attention.";
    type Output = OverviewReport;

    async fn run(&self, plan: &PlanReader) -> Result<OverviewReport, Error> {
        let overview = plan.overview(self.attention_limit).await?;
        let jobs: u64 = overview.jobs_by_status.iter().map(|count| count.count).sum();
        let job_streams = overview.job_streams_by_status.iter().map(|count| count.count).sum();
        let successful_jobs = of(&overview.jobs_by_status, Status::Successful);
        Ok(OverviewReport {
            jobs,
            job_streams,
            workstation_count: overview.workstations.len(),
            failed_jobs: of(&overview.jobs_by_status, Status::Error),
            running_jobs: of(&overview.jobs_by_status, Status::Running),
            successful_jobs,
            successful_share: successful_jobs as f64 / jobs.max(1) as f64,
            stuck_job_streams: of(&overview.job_streams_by_status, Status::Blocked),
            attention_count: overview.attention.len(),
            overview,
        })
    }

    fn summary(report: &OverviewReport) -> String {
        format!("{} jobs, {} in error", report.jobs, report.failed_jobs)
    }
}

fn of(counts: &[StatusCount], status: Status) -> u64 {
    let count = counts.iter().find(|count| count.status == status);
    count.map_or(0, |count| count.count)
}
