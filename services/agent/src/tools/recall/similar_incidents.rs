//! Earlier incidents that look like a job's failure.

use resync_api::incidents::model::{FindSimilar, SimilarIncidents, SimilarTo};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Incidents in a result.
const MAX_SIMILAR: u32 = 5;

/// Find incidents that look like the failure of a job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FindSimilarIncidents {
    /// Plan id.
    pub(crate) job: String,
}

/// What was compared, and what looks like it, best first.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SimilarReport {
    #[serde(flatten)]
    pub(crate) found: SimilarIncidents,
    pub(crate) similar_count: usize,
    /// Of these, with a resolution that somebody wrote down.
    pub(crate) resolved_count: usize,
}

impl Tool for FindSimilarIncidents {
    const NAME: &'static str = "find_similar_incidents";
    const DESCRIPTION: &'static str =
        "Earlier incidents that look like a job's failure, why they do, and how they were resolved.";
    type Output = SimilarReport;

    async fn run(&self, plan: &PlanReader) -> Result<SimilarReport, Error> {
        let client = plan.knowledge().incidents.as_ref().ok_or(Error::NoGraph)?;
        let to = SimilarTo::Job { engine: plan.engine().to_owned(), job: self.job.clone() };
        let request = FindSimilar { to, limit: MAX_SIMILAR };
        let found = client.similar(request).await.map_err(Error::Graph)?;
        let resolved = found.similar.iter().filter(|similar| similar.incident.resolution.is_some());
        Ok(SimilarReport { similar_count: found.similar.len(), resolved_count: resolved.count(), found })
    }

    fn summary(report: &SimilarReport) -> String {
        format!("{} similar incidents, {} resolved", report.similar_count, report.resolved_count)
    }
}
