//! When one job or job stream starts and ends, and whether by a given time.

use chrono::{DateTime, Utc};
use resync_api::graph::model::{ForecastRequest, ObjectForecast};
use serde::{Deserialize, Serialize};

use super::{MAX_SHOWN, Named, OfGraph, graph};
use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Ask for the forecast of a job or job stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ForecastJob {
    /// Job or job stream.
    pub(crate) object: Named,
    /// A time to compare its end with.
    pub(crate) by: Option<DateTime<Utc>>,
}

/// The forecast with its comparison.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ForecastReport {
    #[serde(flatten)]
    pub(crate) forecast: ObjectForecast,
    /// The time asked about.
    pub(crate) by: Option<DateTime<Utc>>,
    /// How its end compares with that time. Unset: none was asked about, or it does not run.
    pub(crate) verdict: Option<Verdict>,
}

/// How an end compares with a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Verdict {
    /// In nine of ten cases or more it ends before.
    AlmostSurelyBefore,
    /// In half of the cases or more it ends before.
    ProbablyBefore,
    /// In half of the cases or more it ends after.
    ProbablyAfter,
    /// In nine of ten cases or more it ends after.
    AlmostSurelyAfter,
}

impl ForecastReport {
    fn new(forecast: ObjectForecast, by: Option<DateTime<Utc>>) -> Self {
        let verdict = by.zip(forecast.end).map(|(by, end)| match by {
            by if end.high <= by => Verdict::AlmostSurelyBefore,
            by if end.expected <= by => Verdict::ProbablyBefore,
            by if end.low <= by => Verdict::ProbablyAfter,
            _ => Verdict::AlmostSurelyAfter,
        });
        Self { forecast, by, verdict }
    }
}

impl Tool for ForecastJob {
    const NAME: &'static str = "forecast_job";
    const DESCRIPTION: &'static str = "When a job or job stream starts and ends, as a range, what that rests on, and whether by a given time.";
    type Output = OfGraph<ForecastReport>;

    async fn run(&self, plan: &PlanReader) -> Result<OfGraph<ForecastReport>, Error> {
        let request = ForecastRequest {
            engine: plan.engine().to_owned(),
            object: self.object.reference.clone(),
            max_results: MAX_SHOWN,
        };
        let forecast = graph(plan)?.forecast(request).await.map_err(Error::Graph)?;
        Ok(OfGraph::new(plan, ForecastReport::new(forecast, self.by)))
    }

    fn summary(report: &OfGraph<ForecastReport>) -> String {
        match report.answer.forecast.end {
            Some(end) => format!("ends around {}", end.expected),
            None => format!("{:?}", report.answer.forecast.prospect),
        }
    }
}
