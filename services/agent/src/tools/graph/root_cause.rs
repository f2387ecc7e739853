//! What holds an object back, at its root, over the whole dependency graph.

use resync_api::graph::model::{RootCauseRequest, RootCauses};
use serde::{Deserialize, Serialize};

use super::{MAX_SHOWN, Named, OfGraph, graph};
use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Ask for the root causes of a job or job stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FindRootCause {
    /// Job or job stream.
    pub(crate) object: Named,
}

/// The causes, and which of them lie elsewhere.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RootCauseReport {
    #[serde(flatten)]
    pub(crate) causes: RootCauses,
    /// Causes in the list that are not the object itself.
    pub(crate) upstream_count: usize,
}

impl Tool for FindRootCause {
    const NAME: &'static str = "find_root_cause";
    const DESCRIPTION: &'static str = "The first failing or blocking ancestors of a job or job stream, however far up, with the way from each.";
    type Output = OfGraph<RootCauseReport>;

    async fn run(&self, plan: &PlanReader) -> Result<OfGraph<RootCauseReport>, Error> {
        let request = RootCauseRequest {
            engine: plan.engine().to_owned(),
            object: self.object.reference.clone(),
            max_results: MAX_SHOWN,
        };
        let causes = graph(plan)?.root_cause(request).await.map_err(Error::Graph)?;
        let elsewhere = causes.causes.iter().filter(|cause| cause.object != causes.subject).count();
        Ok(OfGraph::new(plan, RootCauseReport { causes, upstream_count: elsewhere }))
    }

    fn summary(report: &OfGraph<RootCauseReport>) -> String {
        format!("{} root causes", report.answer.causes.total)
    }
}
