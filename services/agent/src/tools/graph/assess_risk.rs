//! How likely deadlines are to be missed.

use resync_api::graph::model::{RiskClass, RiskRequest, Risks};
use serde::{Deserialize, Serialize};

use super::{MAX_SHOWN, Named, OfGraph, graph};
use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Deadlines that are looked at for the counts.
const MAX_DEADLINES: u32 = 2_000;

/// Ask for the risk of deadlines.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AssessRisk {
    /// Job or job stream; unset: every unfinished job with a deadline.
    pub(crate) object: Option<Named>,
}

/// The deadlines, and how many are in which danger.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RiskReport {
    /// Most in danger first.
    #[serde(flatten)]
    pub(crate) risks: Risks,
    /// Passed already.
    pub(crate) missed_count: usize,
    /// The job does not run unless somebody acts.
    pub(crate) blocked_count: usize,
    /// Late in more than half of the nights.
    pub(crate) high_count: usize,
    /// Late in one to five of ten nights.
    pub(crate) potential_count: usize,
    /// All of these.
    pub(crate) endangered_count: usize,
    /// The counts are what there is at least.
    pub(crate) at_least: bool,
}

impl RiskReport {
    fn new(mut risks: Risks) -> Self {
        let count = |wanted: RiskClass| risks.deadlines.iter().filter(|risk| risk.class == wanted).count();
        let (missed_count, blocked_count) = (count(RiskClass::Missed), count(RiskClass::Blocked));
        let (high_count, potential_count) = (count(RiskClass::HighRisk), count(RiskClass::PotentialRisk));
        let at_least = risks.total > risks.deadlines.len() as u64;
        risks.deadlines.truncate(MAX_SHOWN as usize);
        Self {
            missed_count,
            blocked_count,
            high_count,
            potential_count,
            endangered_count: missed_count + blocked_count + high_count + potential_count,
            at_least,
            risks,
        }
    }
}

impl Tool for AssessRisk {
    const NAME: &'static str = "assess_risk";
    const DESCRIPTION: &'static str =
        "How likely deadlines are to be missed, from nights played through, and what decides it.";
    type Output = OfGraph<RiskReport>;

    async fn run(&self, plan: &PlanReader) -> Result<OfGraph<RiskReport>, Error> {
        let request = RiskRequest {
            engine: plan.engine().to_owned(),
            object: self.object.as_ref().map(|object| object.reference.clone()).unwrap_or_default(),
            max_results: MAX_DEADLINES,
        };
        let risks = graph(plan)?.risk(request).await.map_err(Error::Graph)?;
        Ok(OfGraph::new(plan, RiskReport::new(risks)))
    }

    fn summary(report: &OfGraph<RiskReport>) -> String {
        format!("{} of {} deadlines in danger", report.answer.endangered_count, report.answer.risks.total)
    }
}
