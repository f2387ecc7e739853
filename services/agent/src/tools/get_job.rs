//! Everything about one job.

use chrono::{DateTime, Utc};
use resync_api::tws::model::JobDetail;
use serde::{Deserialize, Serialize};

use super::plan_object::PlanObject;
use super::{PlanReader, Tool};
use crate::error::Error;

/// Read one job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GetJob {
    /// Plan id.
    pub(crate) job: String,
}

/// A job with what follows from its row.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct JobReport {
    #[serde(flatten)]
    pub(crate) detail: JobDetail,
    /// Start plus estimated duration, while it runs.
    pub(crate) expected_end: Option<DateTime<Utc>>,
}

impl Tool for GetJob {
    const NAME: &'static str = "get_job";
    const DESCRIPTION: &'static str = "One job with its runs, dependencies, times and task.";
    type Output = JobReport;

    async fn run(&self, plan: &PlanReader) -> Result<JobReport, Error> {
        let detail = plan.job(&self.job).await?;
        let expected_end = PlanObject::from(&detail.job).expected_end;
        Ok(JobReport { detail, expected_end })
    }

    fn summary(report: &JobReport) -> String {
        format!("{} is {}", report.detail.job.key, report.detail.job.internal_status)
    }
}
