//! When the plan ends, and its jobs that matter.

use resync_api::graph::model::{ForecastRequest, GraphObject, PlanForecast};
use serde::{Deserialize, Serialize};

use super::{MAX_SHOWN, OfGraph, graph};
use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Ask for the forecast of the plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ForecastPlan {}

/// Jobs looked at for the one that ends last.
const MAX_JOBS: u32 = 2_000;

/// The forecast, and what ends last.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PlanReport {
    /// Its list is cut to what an answer shows.
    #[serde(flatten)]
    pub(crate) forecast: PlanForecast,
    /// The job that ends last. Unset: none will run, or there are more jobs than were looked at.
    pub(crate) last: Option<GraphObject>,
}

impl PlanReport {
    fn new(mut forecast: PlanForecast) -> Self {
        let ends = forecast.jobs.iter().filter_map(|job| Some((job.end?.expected, &job.job)));
        let last = ends.max_by_key(|(end, _)| *end).map(|(_, job)| job.clone());
        let last = last.filter(|_| !forecast.truncated);
        forecast.truncated |= forecast.watched_jobs > u64::from(MAX_SHOWN);
        forecast.jobs.truncate(MAX_SHOWN as usize);
        Self { forecast, last }
    }
}

impl Tool for ForecastPlan {
    const NAME: &'static str = "forecast_plan";
    const DESCRIPTION: &'static str = "When the plan ends, as a range, with its critical jobs and those with a deadline, most endangered first.";
    type Output = OfGraph<PlanReport>;

    async fn run(&self, plan: &PlanReader) -> Result<OfGraph<PlanReport>, Error> {
        let request = ForecastRequest {
            engine: plan.engine().to_owned(),
            object: String::new(),
            max_results: MAX_JOBS,
        };
        let forecast = graph(plan)?.forecast_plan(request).await.map_err(Error::Graph)?;
        Ok(OfGraph::new(plan, PlanReport::new(forecast)))
    }

    fn summary(report: &OfGraph<PlanReport>) -> String {
        format!(
            "{} jobs to run, {} blocked",
            report.answer.forecast.jobs_to_run, report.answer.forecast.blocked_jobs
        )
    }
}
