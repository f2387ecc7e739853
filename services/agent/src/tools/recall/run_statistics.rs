//! How a job usually runs.

use resync_api::history::model::{DurationFigures, RunStatistics, StatisticsRequest};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Read the statistics of a job's kept runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReadRunStatistics {
    /// Key of the job.
    pub(crate) job: String,
}

/// The statistics, with the durations that are said in words.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StatisticsReport {
    #[serde(flatten)]
    pub(crate) statistics: RunStatistics,
    /// Half of the runs are not longer.
    pub(crate) usual_seconds: Option<f64>,
    /// One run of ten is not longer.
    pub(crate) short_seconds: Option<f64>,
    /// Nine runs of ten are not longer.
    pub(crate) long_seconds: Option<f64>,
}

impl Tool for ReadRunStatistics {
    const NAME: &'static str = "run_statistics";
    const DESCRIPTION: &'static str =
        "How long a job usually runs, when it usually starts and how often it fails, from its kept runs.";
    type Output = StatisticsReport;

    async fn run(&self, plan: &PlanReader) -> Result<StatisticsReport, Error> {
        let client = plan.knowledge().history.as_ref().ok_or(Error::NoGraph)?;
        let request = StatisticsRequest {
            engine: plan.engine().to_owned(),
            job: self.job.clone(),
            ..StatisticsRequest::default()
        };
        let statistics = client.statistics(request).await.map_err(Error::Graph)?;
        let at = |probability: f64| {
            statistics.durations.as_ref().and_then(|durations| quantile(durations, probability))
        };
        Ok(StatisticsReport {
            usual_seconds: at(0.5),
            short_seconds: at(0.1),
            long_seconds: at(0.9),
            statistics,
        })
    }

    fn summary(report: &StatisticsReport) -> String {
        format!("{} runs, {} failed", report.statistics.runs, report.statistics.failed_runs)
    }
}

fn quantile(durations: &DurationFigures, probability: f64) -> Option<f64> {
    let same = |other: f64| (other - probability).abs() < 1e-6;
    durations.quantiles.iter().find(|quantile| same(quantile.probability)).map(|quantile| quantile.seconds)
}
