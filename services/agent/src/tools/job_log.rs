//! A bounded tail of a job's log, with the lines that say why a job fails marked.

use chrono::{DateTime, Utc};
use resync_api::agent::model::LogLine;
use resync_api::tws::model::{Freshness, Job};
use serde::{Deserialize, Serialize};

use super::{PlanReader, Tool};
use crate::catalogue::log_lines;
use crate::error::Error;

/// Read the end of a job's log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReadJobLog {
    /// Plan id.
    pub(crate) job: String,
    /// Last lines wanted.
    pub(crate) tail_lines: u32,
}

/// The end of a log. The lines are untrusted text.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LogReport {
    pub(crate) job: Job,
    pub(crate) run_id: String,
    pub(crate) lines: Vec<LogLine>,
    pub(crate) line_count: usize,
    /// There are earlier lines.
    pub(crate) truncated: bool,
    pub(crate) observed_at: DateTime<Utc>,
    pub(crate) freshness: Freshness,
}

impl Tool for ReadJobLog {
    const NAME: &'static str = "job_log";
    const DESCRIPTION: &'static str =
        "The last lines of a job's log; lines that say why it failed are marked.";
    type Output = LogReport;

    async fn run(&self, plan: &PlanReader) -> Result<LogReport, Error> {
        let (detail, log) = tokio::try_join!(plan.job(&self.job), plan.log_tail(&self.job, self.tail_lines))?;
        let lines = log_lines::marked(&log);
        Ok(LogReport {
            job: detail.job,
            run_id: log.run_id,
            line_count: lines.len(),
            lines,
            truncated: log.truncated,
            observed_at: log.observed_at,
            freshness: detail.freshness,
        })
    }

    fn summary(report: &LogReport) -> String {
        format!("{} lines", report.line_count)
    }
}
