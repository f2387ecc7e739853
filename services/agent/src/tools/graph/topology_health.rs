//! What is odd about the structure of the plan: cycles, orphans, dangling dependencies, fragile jobs.

use resync_api::graph::model::{HealthRequest, TopologyHealth};
use serde::{Deserialize, Serialize};

use super::{MAX_SHOWN, OfGraph, graph};
use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Ask how the structure stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReadTopologyHealth {}

/// The structure, and how many rows of it are shown.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TopologyReport {
    #[serde(flatten)]
    pub(crate) health: TopologyHealth,
    /// Fragile jobs in the list.
    pub(crate) fragile_shown: usize,
}

impl Tool for ReadTopologyHealth {
    const NAME: &'static str = "topology_health";
    const DESCRIPTION: &'static str = "Cycles, orphans and dangling dependencies of the plan, and the jobs whose failure would cost the most.";
    type Output = OfGraph<TopologyReport>;

    async fn run(&self, plan: &PlanReader) -> Result<OfGraph<TopologyReport>, Error> {
        let request = HealthRequest { engine: plan.engine().to_owned(), max_results: MAX_SHOWN };
        let health = graph(plan)?.health(request).await.map_err(Error::Graph)?;
        Ok(OfGraph::new(plan, TopologyReport { fragile_shown: health.fragile.len(), health }))
    }

    fn summary(report: &OfGraph<TopologyReport>) -> String {
        let health = &report.answer.health;
        format!("{} cycles, {} orphans", health.cycles_total, health.orphans_total)
    }
}
