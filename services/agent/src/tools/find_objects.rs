//! Plan objects by what a person typed.

use resync_api::tws::model::{FindRequest, Found, FoundObject, MatchKind, ObjectKind};
use serde::{Deserialize, Serialize};

use super::{PlanReader, Tool};
use crate::error::Error;

/// Find objects by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FindObjects {
    /// A name or key; `@`, `*`, `?` are wildcards.
    pub(crate) text: String,
    /// None: every kind.
    pub(crate) kinds: Vec<ObjectKind>,
    /// Most candidates.
    pub(crate) limit: u32,
}

/// What was found for which text.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FoundFor {
    /// What was looked for.
    pub(crate) text: String,
    /// Candidates that are named exactly so, or match the wildcards.
    pub(crate) exact_count: usize,
    /// The candidates.
    #[serde(flatten)]
    pub(crate) found: Found,
}

impl Tool for FindObjects {
    const NAME: &'static str = "find_objects";
    const DESCRIPTION: &'static str =
        "Plan objects whose name matches what was typed: exact, wildcard, prefix, or nearly.";
    type Output = FoundFor;

    async fn run(&self, plan: &PlanReader) -> Result<FoundFor, Error> {
        let request = FindRequest {
            engine: String::new(),
            text: self.text.clone(),
            kinds: self.kinds.clone(),
            limit: self.limit,
        };
        let found = plan.find(request).await?;
        let exact = |object: &&FoundObject| matches!(object.matched, MatchKind::Exact | MatchKind::Wildcard);
        Ok(FoundFor {
            text: self.text.clone(),
            exact_count: found.objects.iter().filter(exact).count(),
            found,
        })
    }

    fn summary(output: &FoundFor) -> String {
        format!("{} candidates", output.found.total_size)
    }
}
