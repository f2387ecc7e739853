//! What would be different if something happened to an object.

use resync_api::graph::model::{Simulation, SimulationRequest, WhatIf};
use serde::{Deserialize, Serialize};

use super::{MAX_SHOWN, Named, OfGraph, graph};
use crate::error::Error;
use crate::query::{Change, Object};
use crate::tools::{PlanReader, Tool};

/// Ask what would be different.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SimulateChange {
    /// What it happens to.
    pub(crate) object: Named,
    /// What happens.
    pub(crate) change: WhatIf,
}

/// The comparison, with what was supposed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SimulationReport {
    /// What it happens to.
    pub(crate) target: Named,
    /// What happens.
    pub(crate) change: WhatIf,
    #[serde(flatten)]
    pub(crate) simulation: Simulation,
    /// From the end of the last job downstream as things are to the same with the change, when it is later.
    pub(crate) later_by_seconds: Option<f64>,
    /// The same when it is earlier.
    pub(crate) earlier_by_seconds: Option<f64>,
}

impl SimulateChange {
    pub(crate) fn of(object: &Object, change: Change) -> Self {
        let named = Named::from(object);
        let id = || named.reference.clone();
        let change = match change {
            Change::Delay(by) => WhatIf::Delay { object: id(), by },
            Change::Fail => WhatIf::Fail { object: id() },
            Change::Cancel => WhatIf::Cancel { object: id() },
            Change::Hold => WhatIf::Hold { object: id() },
            Change::Limit(limit) => WhatIf::SetLimit { workstation: object.object_name.clone(), limit },
        };
        Self { object: named, change }
    }
}

impl SimulationReport {
    fn new(target: Named, change: WhatIf, simulation: Simulation) -> Self {
        let ends = simulation.end_before.zip(simulation.end_after);
        let shift = ends.map(|(before, after)| (after - before).as_seconds_f64());
        Self {
            target,
            change,
            later_by_seconds: shift.filter(|shift| *shift > 0.0),
            earlier_by_seconds: shift.filter(|shift| *shift < 0.0).map(f64::abs),
            simulation,
        }
    }
}

impl Tool for SimulateChange {
    const NAME: &'static str = "simulate_change";
    const DESCRIPTION: &'static str = "Compares the plan as it is with the plan after a delay, failure, cancel, hold or another limit. Changes nothing.";
    type Output = OfGraph<SimulationReport>;

    async fn run(&self, plan: &PlanReader) -> Result<OfGraph<SimulationReport>, Error> {
        let request = SimulationRequest {
            engine: plan.engine().to_owned(),
            changes: vec![self.change.clone()],
            max_results: MAX_SHOWN,
        };
        let simulation = graph(plan)?.simulate(request).await.map_err(Error::Graph)?;
        let report = SimulationReport::new(self.object.clone(), self.change.clone(), simulation);
        Ok(OfGraph::new(plan, report))
    }

    fn summary(report: &OfGraph<SimulationReport>) -> String {
        format!("{} jobs fare differently", report.answer.simulation.total)
    }
}
