//! Who holds which units of a resource, and who waits for them.

use resync_api::tws::model::{Freshness, Resource};
use serde::{Deserialize, Serialize};

use super::selection::equals;
use super::{PlanReader, Rows, Tool};
use crate::error::Error;

/// Resources in the result.
const MAX_SHOWN: u32 = 30;

/// Report the holders of a resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ResourceHolders {
    /// Plan id; empty: all that are in use.
    pub(crate) resource: String,
}

/// Resources and their holders.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HoldersReport {
    pub(crate) resources: Vec<HeldResource>,
    /// All that match.
    pub(crate) total: u64,
    /// Not all are shown.
    pub(crate) truncated: bool,
    pub(crate) freshness: Freshness,
}

/// One resource.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HeldResource {
    #[serde(flatten)]
    pub(crate) resource: Resource,
    pub(crate) holder_count: usize,
}

impl Tool for ResourceHolders {
    const NAME: &'static str = "resource_holders";
    const DESCRIPTION: &'static str = "Who holds the units of a resource, or of every resource in use.";
    type Output = HoldersReport;

    async fn run(&self, plan: &PlanReader) -> Result<HoldersReport, Error> {
        let filter = match self.resource.as_str() {
            "" => "in_use > 0".to_owned(),
            id => equals("id", id),
        };
        let rows = Rows { filter: &filter, order_by: "available", limit: MAX_SHOWN };
        let page = plan.resources(rows).await?;
        let resources: Vec<_> = page
            .items
            .into_iter()
            .map(|resource| HeldResource { holder_count: resource.holders.len(), resource })
            .collect();
        Ok(HoldersReport {
            truncated: page.total_size > resources.len() as u64,
            resources,
            total: page.total_size,
            freshness: page.freshness,
        })
    }

    fn summary(report: &HoldersReport) -> String {
        format!("{} resources", report.total)
    }
}
