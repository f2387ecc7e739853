//! What will not run because of one object.

use resync_api::graph::model::{Assumption, Impact, ImpactRequest};
use serde::{Deserialize, Serialize};

use super::{MAX_SHOWN, Named, OfGraph, graph};
use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Ask for the impact of an object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GetImpact {
    /// Job, job stream, workstation, resource or prompt.
    pub(crate) object: Named,
}

impl Tool for GetImpact {
    const NAME: &'static str = "get_impact";
    const DESCRIPTION: &'static str = "What will not run if an object fails or does not come, by job stream, with the critical jobs and deadlines hit and the way to each.";
    type Output = OfGraph<Impact>;

    async fn run(&self, plan: &PlanReader) -> Result<OfGraph<Impact>, Error> {
        let request = ImpactRequest {
            engine: plan.engine().to_owned(),
            object: self.object.reference.clone(),
            assumption: Assumption::Fails,
            max_results: MAX_SHOWN,
        };
        let impact = graph(plan)?.impact(request).await.map_err(Error::Graph)?;
        Ok(OfGraph::new(plan, impact))
    }

    fn summary(report: &OfGraph<Impact>) -> String {
        let impact = &report.answer;
        format!("{} jobs of {} job streams would not run", impact.blocked_jobs, impact.blocked_streams)
    }
}
