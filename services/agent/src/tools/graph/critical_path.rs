//! What decides when an object ends.

use resync_api::graph::model::{CriticalPath, CriticalStep, ForecastRequest};
use serde::{Deserialize, Serialize};

use super::{MAX_SHOWN, Named, OfGraph, graph};
use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Ask for a critical path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CriticalPathTo {
    /// Job or job stream.
    pub(crate) object: Named,
}

/// The path with what follows from it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CriticalPathReport {
    #[serde(flatten)]
    pub(crate) path: CriticalPath,
    /// Number of steps in the list.
    pub(crate) shown: usize,
    /// The step that takes the longest.
    pub(crate) longest: Option<CriticalStep>,
    /// By how much the deadline would be missed. Unset: it is met, or there is none.
    pub(crate) lateness_seconds: Option<f64>,
}

impl Tool for CriticalPathTo {
    const NAME: &'static str = "critical_path";
    const DESCRIPTION: &'static str =
        "The chain of jobs that decides when a job or a job stream ends, with times and the longest step.";
    type Output = OfGraph<CriticalPathReport>;

    async fn run(&self, plan: &PlanReader) -> Result<OfGraph<CriticalPathReport>, Error> {
        let request = ForecastRequest {
            engine: plan.engine().to_owned(),
            object: self.object.reference.clone(),
            max_results: MAX_SHOWN,
        };
        let path = graph(plan)?.critical_path(request).await.map_err(Error::Graph)?;
        let longest = path.steps.iter().max_by_key(|step| step.duration).cloned();
        let lateness_seconds = path.slack_seconds.filter(|slack| *slack < 0.0).map(|slack| -slack);
        Ok(OfGraph::new(
            plan,
            CriticalPathReport { shown: path.steps.len(), longest, lateness_seconds, path },
        ))
    }

    fn summary(report: &OfGraph<CriticalPathReport>) -> String {
        format!("{} steps", report.answer.path.total_steps)
    }
}
