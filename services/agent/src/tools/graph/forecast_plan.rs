//! When the plan ends, and its jobs that matter.

use resync_api::graph::model::{ForecastRequest, PlanForecast};
use serde::{Deserialize, Serialize};

use super::{MAX_SHOWN, OfGraph, graph};
use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Ask for the forecast of the plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ForecastPlan {}

impl Tool for ForecastPlan {
    const NAME: &'static str = "forecast_plan";
    const DESCRIPTION: &'static str = "When the plan ends, as a range, with its critical jobs and those with a deadline, most endangered first.";
    type Output = OfGraph<PlanForecast>;

    async fn run(&self, plan: &PlanReader) -> Result<OfGraph<PlanForecast>, Error> {
        let request = ForecastRequest {
            engine: plan.engine().to_owned(),
            object: String::new(),
            max_results: MAX_SHOWN,
        };
        let forecast = graph(plan)?.forecast_plan(request).await.map_err(Error::Graph)?;
        Ok(OfGraph::new(plan, forecast))
    }

    fn summary(report: &OfGraph<PlanForecast>) -> String {
        format!("{} jobs to run, {} blocked", report.answer.jobs_to_run, report.answer.blocked_jobs)
    }
}
