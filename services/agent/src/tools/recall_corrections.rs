//! Reviewed corrections of a question.

use resync_api::memories::model::{Memory, RecallRequest};
use serde::{Deserialize, Serialize};

use super::remembered::{Remembered, soon};
use super::{PlanReader, Tool};
use crate::error::Error;

/// Recall corrections of a question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RecallCorrections {
    /// As it was asked.
    pub(crate) question: String,
}

/// What was recalled.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Corrections {
    /// Approved ones that have not expired, the newest first.
    pub(crate) corrections: Vec<Remembered>,
    /// So many.
    pub(crate) correction_count: usize,
    /// The same, whole.
    #[serde(skip)]
    pub(crate) whole: Vec<Memory>,
}

impl Tool for RecallCorrections {
    const NAME: &'static str = "recall_corrections";
    const DESCRIPTION: &'static str =
        "How a reviewer said that a question is to be understood when it returns.";
    type Output = Corrections;

    async fn run(&self, plan: &PlanReader) -> Result<Corrections, Error> {
        let client = plan.memories()?;
        let request = RecallRequest {
            engine: plan.engine().to_owned(),
            question: self.question.clone(),
            ..RecallRequest::default()
        };
        let whole = soon(client.recall(request)).await?.corrections;
        let corrections: Vec<_> = whole.iter().map(Remembered::from).collect();
        Ok(Corrections { correction_count: corrections.len(), corrections, whole })
    }

    fn summary(output: &Corrections) -> String {
        format!("{} corrections", output.correction_count)
    }
}
