//! Incidents nobody has resolved.

use resync_api::incidents::model::{Incident, IncidentSearch, IncidentState};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Incidents in a result.
const MAX_SHOWN: u32 = 60;

/// List the incidents that are open, or recovered without a resolution.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ListOpenIncidents {}

/// The incidents, the last to fail first.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OpenReport {
    pub(crate) incidents: Vec<Incident>,
    pub(crate) incident_count: usize,
    /// Jobs that still fail in them.
    pub(crate) failing_count: u32,
    /// There are more than are listed.
    pub(crate) more: bool,
}

impl Tool for ListOpenIncidents {
    const NAME: &'static str = "list_open_incidents";
    const DESCRIPTION: &'static str = "Incidents that nobody has resolved: cause, jobs, since when.";
    type Output = OpenReport;

    async fn run(&self, plan: &PlanReader) -> Result<OpenReport, Error> {
        let client = plan.knowledge().incidents.as_ref().ok_or(Error::NoGraph)?;
        let search = IncidentSearch {
            engine: plan.engine().to_owned(),
            states: vec![IncidentState::Open, IncidentState::Recovered],
            ..IncidentSearch::default()
        };
        let page = client.list(search, MAX_SHOWN, String::new()).await.map_err(Error::Graph)?;
        Ok(OpenReport {
            incident_count: page.incidents.len(),
            failing_count: page.incidents.iter().map(|incident| incident.failing_count).sum(),
            more: !page.next_page_token.is_empty(),
            incidents: page.incidents,
        })
    }

    fn summary(report: &OpenReport) -> String {
        format!("{} incidents, {} jobs failing", report.incident_count, report.failing_count)
    }
}
