//! Lists of plan rows by condition and order, one tool a kind of object.

use resync_api::tws::model::{Job, JobStream, Prompt, Resource, Workstation};
use serde::{Deserialize, Serialize};

use super::selection::{Criteria, Listed};
use super::{PlanReader, Rows, Tool};
use crate::error::Error;

macro_rules! list_tools {
    ($($(#[$doc:meta])* $tool:ident($name:literal, $noun:literal) = $call:ident -> $row:ty;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub(crate) struct $tool {
            /// Which rows, in which order.
            #[serde(flatten)]
            pub(crate) criteria: Criteria,
        }

        impl Tool for $tool {
            const NAME: &'static str = $name;
            const DESCRIPTION: &'static str =
                concat!("Rows of ", $noun, " that meet conditions, in an order, with how many there are.");
            type Output = Listed<$row>;

            async fn run(&self, plan: &PlanReader) -> Result<Self::Output, Error> {
                let rows = Rows {
                    filter: &self.criteria.filter(),
                    order_by: &self.criteria.order_by,
                    limit: self.criteria.limit,
                };
                let page = plan.$call(rows).await?;
                let shown = page.items.len();
                Ok(Listed {
                    echo: self.criteria.echo(),
                    items: page.items,
                    shown,
                    total_size: page.total_size,
                    not_shown: page.total_size.saturating_sub(shown as u64),
                    freshness: page.freshness,
                })
            }

            fn summary(output: &Self::Output) -> String {
                format!("{} {}", output.total_size, $noun)
            }
        }
    )+};
}

list_tools! {
    /// List jobs.
    ListJobs("list_jobs", "jobs") = jobs -> Job;
    /// List job streams.
    ListJobStreams("list_job_streams", "job streams") = job_streams -> JobStream;
    /// List workstations.
    ListWorkstations("list_workstations", "workstations") = workstations -> Workstation;
    /// List resources.
    ListResources("list_resources", "resources") = resources -> Resource;
    /// List prompts.
    ListPrompts("list_prompts", "prompts") = prompts -> Prompt;
}
