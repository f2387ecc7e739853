//! Everything about one job stream.

use resync_api::tws::model::JobStreamDetail;
use serde::{Deserialize, Serialize};

use super::{PlanReader, Tool};
use crate::error::Error;

/// Read one job stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GetJobStream {
    /// Plan id.
    pub(crate) job_stream: String,
}

impl Tool for GetJobStream {
    const NAME: &'static str = "get_job_stream";
    const DESCRIPTION: &'static str = "One job stream with its dependencies, times and jobs by status.";
    type Output = JobStreamDetail;

    async fn run(&self, plan: &PlanReader) -> Result<JobStreamDetail, Error> {
        plan.job_stream(&self.job_stream).await
    }

    fn summary(detail: &JobStreamDetail) -> String {
        format!("{} is {}", detail.job_stream.key, detail.job_stream.internal_status)
    }
}
