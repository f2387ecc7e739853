//! Why a job or job stream has not started: walks what holds it back, level by level, down to the roots.
//!
//! An obstacle is only called a root when nothing that the plan shows stands behind it. The walk is bounded;
//! when a bound is met the report says so.

mod reason;
mod dependency;
mod dispatch;
mod flow;
mod walk;

pub(super) use dispatch::workstation_object;
pub(crate) use reason::Step;

use resync_api::tws::model::{Freshness, ObjectKind, Status};
use serde::{Deserialize, Serialize};

use self::walk::Walk;
use super::plan_object::PlanObject;
use super::{PlanReader, Tool};
use crate::error::Error;

/// Explain why a job or job stream waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ExplainWaiting {
    /// `JOB` or `JOB_STREAM`.
    pub(crate) kind: ObjectKind,
    /// Plan id.
    pub(crate) object: String,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WaitingReport {
    /// What was asked about.
    pub(crate) subject: PlanObject,
    /// It is being held back, as opposed to running, ended or failed.
    pub(crate) waiting: bool,
    /// Obstacles, each after the one it stands behind.
    pub(crate) steps: Vec<Step>,
    /// Indexes of the steps with nothing behind them.
    pub(crate) roots: Vec<usize>,
    /// How many roots there are.
    pub(crate) root_count: usize,
    /// A bound of the walk was met: there may be more.
    pub(crate) truncated: bool,
    /// How fresh the rows are.
    pub(crate) freshness: Freshness,
}

impl Tool for ExplainWaiting {
    const NAME: &'static str = "explain_waiting";
    const DESCRIPTION: &'static str =
        "Why a job or job stream has not started: every obstacle, down to the root causes.";
    type Output = WaitingReport;

    async fn run(&self, plan: &PlanReader) -> Result<WaitingReport, Error> {
        Walk::new(plan).explain(self.kind, &self.object).await
    }

    fn summary(report: &WaitingReport) -> String {
        if report.waiting {
            format!("{} obstacles, {} root causes", report.steps.len(), report.roots.len())
        } else {
            "it does not wait".to_owned()
        }
    }
}

/// Whether an object in this state is held back by something.
fn is_held_back(status: Status, internal_status: &str) -> bool {
    match status {
        Status::Waiting
        | Status::Ready
        | Status::Held
        | Status::Undecided
        | Status::Suppressed
        | Status::Blocked => true,
        // The vendor's own table shows a job that waits for confirmation as running on some screens.
        Status::Running => internal_status == "PEND",
        Status::Successful | Status::Error | Status::Canceled => false,
    }
}
