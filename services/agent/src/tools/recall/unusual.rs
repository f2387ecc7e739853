//! Whether a job's run is unusually long, or unusually late.

use resync_api::history::model::{Unusual, UnusualRequest};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Compare a job's run with its earlier runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CheckUnusual {
    /// Plan id.
    pub(crate) job: String,
}

impl Tool for CheckUnusual {
    const NAME: &'static str = "check_unusual";
    const DESCRIPTION: &'static str =
        "Whether a job runs unusually long or started unusually late, compared with its earlier runs.";
    type Output = Unusual;

    async fn run(&self, plan: &PlanReader) -> Result<Unusual, Error> {
        let client = plan.knowledge().history.as_ref().ok_or(Error::NoGraph)?;
        let request = UnusualRequest { engine: plan.engine().to_owned(), job: self.job.clone() };
        client.unusual(request).await.map_err(Error::Graph)
    }

    fn summary(check: &Unusual) -> String {
        format!("run time {:?}, start {:?}", check.duration.verdict, check.start.verdict)
    }
}
