//! Whether workstations can run jobs, why not, and what waits there.

use resync_api::tws::model::{Freshness, Status, Workstation};
use serde::{Deserialize, Serialize};

use super::selection::equals;
use super::workstation_problem::{Problem, problems};
use super::{PlanReader, Rows, Tool};
use crate::error::Error;

/// Workstations read.
const MAX_WORKSTATIONS: u32 = 1_000;
/// Workstations with trouble in the result.
const MAX_SHOWN: usize = 30;

/// Check workstations.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct WorkstationHealth {
    /// Plan id; empty: all.
    pub(crate) workstation: String,
}

/// How workstations do.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HealthReport {
    /// The one asked about, or those with trouble, most waiting jobs first.
    pub(crate) workstations: Vec<Health>,
    /// All looked at.
    pub(crate) total: u64,
    /// Able to run jobs.
    pub(crate) healthy_count: u64,
    /// Not able.
    pub(crate) unhealthy_count: u64,
    /// Not all with trouble are shown.
    pub(crate) truncated: bool,
    pub(crate) freshness: Freshness,
}

/// One workstation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Health {
    #[serde(flatten)]
    pub(crate) workstation: Workstation,
    /// What keeps it from running jobs.
    pub(crate) problems: Vec<Problem>,
    /// Jobs that wait or are ready there.
    pub(crate) held_jobs: u64,
    /// Jobs running there.
    pub(crate) running_jobs: u64,
    /// Jobs in error there.
    pub(crate) failed_jobs: u64,
}

impl Tool for WorkstationHealth {
    const NAME: &'static str = "workstation_health";
    const DESCRIPTION: &'static str =
        "Whether workstations can run jobs: link, agent, limit, fence, and the jobs that wait there.";
    type Output = HealthReport;

    async fn run(&self, plan: &PlanReader) -> Result<HealthReport, Error> {
        let which = match self.workstation.as_str() {
            "" => "healthy = false".to_owned(),
            id => equals("id", id),
        };
        let rows = Rows { filter: &which, order_by: "", limit: MAX_WORKSTATIONS };
        let every = Rows { limit: 1, ..Rows::default() };
        let unhealthy = Rows { filter: "healthy = false", limit: 1, ..Rows::default() };
        let (page, every, unhealthy) = tokio::try_join!(
            plan.workstations(rows),
            plan.workstations(every),
            plan.workstations(unhealthy)
        )?;
        let mut shown: Vec<_> = page.items.into_iter().map(Health::from).collect();
        shown.sort_by_key(|health| std::cmp::Reverse(health.held_jobs));
        shown.truncate(MAX_SHOWN);
        Ok(HealthReport {
            truncated: page.total_size > shown.len() as u64,
            workstations: shown,
            total: every.total_size,
            healthy_count: every.total_size.saturating_sub(unhealthy.total_size),
            unhealthy_count: unhealthy.total_size,
            freshness: page.freshness,
        })
    }

    fn summary(report: &HealthReport) -> String {
        format!("{} of {} can run jobs", report.healthy_count, report.total)
    }
}

impl From<Workstation> for Health {
    fn from(workstation: Workstation) -> Self {
        let count = |wanted: &[Status]| {
            let counts = workstation.jobs_by_status.iter();
            counts.filter(|count| wanted.contains(&count.status)).map(|count| count.count).sum()
        };
        Self {
            problems: problems(&workstation),
            held_jobs: count(&[Status::Waiting, Status::Ready, Status::Held]),
            running_jobs: count(&[Status::Running]),
            failed_jobs: count(&[Status::Error]),
            workstation,
        }
    }
}
