//! Everything that reviewed memories say about an engine.

use resync_api::memories::model::{ListMemories as Page, MemoryKind, MemoryState};
use serde::{Deserialize, Serialize};

use super::recall_memories::Recollection;
use super::remembered::{Remembered, soon};
use super::{PlanReader, Tool};
use crate::error::Error;

/// List memories.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ListMemories {
    /// Most memories.
    pub(crate) limit: u32,
}

impl Tool for ListMemories {
    const NAME: &'static str = "list_memories";
    const DESCRIPTION: &'static str =
        "What people taught, as far as a reviewer approved it; the newest first.";
    type Output = Recollection;

    async fn run(&self, plan: &PlanReader) -> Result<Recollection, Error> {
        let client = plan.memories()?;
        let request = Page {
            engine: plan.engine().to_owned(),
            state: Some(MemoryState::Approved),
            kind: Some(MemoryKind::Fact),
            page_size: self.limit,
            ..Page::default()
        };
        let page = soon(client.list(request)).await?;
        let memories: Vec<_> = page.memories.iter().map(Remembered::from).collect();
        let truncated = !page.next_page_token.is_empty();
        Ok(Recollection { memory_count: memories.len(), memories, truncated })
    }

    fn summary(output: &Recollection) -> String {
        format!("{} memories", output.memory_count)
    }
}
