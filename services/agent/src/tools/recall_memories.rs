//! What reviewed memories say about some objects.

use resync_api::memories::model::{RecallRequest, RecalledObject};
use serde::{Deserialize, Serialize};

use super::remembered::{Remembered, soon};
use super::{PlanReader, Tool};
use crate::error::Error;

/// Recall memories about objects.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RecallMemories {
    /// By all their names.
    pub(crate) objects: Vec<RecalledObject>,
    /// Most memories.
    pub(crate) limit: u32,
}

/// What was recalled.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Recollection {
    /// Approved ones that have not expired.
    pub(crate) memories: Vec<Remembered>,
    /// So many.
    pub(crate) memory_count: usize,
    /// There are more.
    pub(crate) truncated: bool,
}

impl Tool for RecallMemories {
    const NAME: &'static str = "recall_memories";
    const DESCRIPTION: &'static str =
        "What people taught about objects of the plan, as far as a reviewer approved it.";
    type Output = Recollection;

    async fn run(&self, plan: &PlanReader) -> Result<Recollection, Error> {
        let client = plan.memories()?;
        let request = RecallRequest {
            engine: plan.engine().to_owned(),
            objects: self.objects.clone(),
            general: false,
            question: String::new(),
            limit: self.limit,
        };
        let recalled = soon(client.recall(request)).await?;
        let memories: Vec<_> = recalled.memories.iter().map(Remembered::from).collect();
        Ok(Recollection { memory_count: memories.len(), memories, truncated: recalled.truncated })
    }

    fn summary(output: &Recollection) -> String {
        format!("{} memories", output.memory_count)
    }
}
