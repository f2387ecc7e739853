//! How one job or job stream leads to another.

use resync_api::graph::model::{PathBetween, PathRequest};
use serde::{Deserialize, Serialize};

use super::{Named, OfGraph, graph};
use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Ask for the way between two objects.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FindDependencyPath {
    /// Job or job stream.
    pub(crate) from: Named,
    /// Job or job stream.
    pub(crate) to: Named,
}

/// The way, from what is waited for to what waits.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PathReport {
    /// What is waited for; when there is no way, the first that was named.
    pub(crate) first: Named,
    /// What waits; when there is no way, the second that was named.
    pub(crate) last: Named,
    #[serde(flatten)]
    pub(crate) between: PathBetween,
    /// Steps from one to the other.
    pub(crate) step_count: usize,
}

impl Tool for FindDependencyPath {
    const NAME: &'static str = "find_dependency_path";
    const DESCRIPTION: &'static str =
        "The shortest way along the dependencies from one job or job stream to another, in either direction.";
    type Output = OfGraph<PathReport>;

    async fn run(&self, plan: &PlanReader) -> Result<OfGraph<PathReport>, Error> {
        let request = PathRequest {
            engine: plan.engine().to_owned(),
            from: self.from.reference.clone(),
            to: self.to.reference.clone(),
        };
        let between = graph(plan)?.path(request).await.map_err(Error::Graph)?;
        let (first, last) = if between.reversed { (&self.to, &self.from) } else { (&self.from, &self.to) };
        let report = PathReport {
            first: first.clone(),
            last: last.clone(),
            step_count: between.steps.len().saturating_sub(1),
            between,
        };
        Ok(OfGraph::new(plan, report))
    }

    fn summary(report: &OfGraph<PathReport>) -> String {
        if report.answer.between.found {
            format!("{} steps", report.answer.step_count)
        } else {
            "no way".to_owned()
        }
    }
}
