//! Proposes to remember what a person said. It becomes a memory only when a reviewer approves it.

use resync_api::agent::model::ToolClass;
use resync_api::memories::model::{
    MemoryObject, MemoryProposal, MemoryScope, MemorySource, MemorySourceKind,
};
use serde::{Deserialize, Serialize};

use super::remembered::{Remembered, soon};
use super::{PlanReader, Tool};
use crate::error::Error;

/// How sure something is that was said in passing.
const CONFIDENCE: f64 = 0.6;

/// Propose a memory.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ProposeMemory {
    /// As it was typed.
    pub(crate) text: String,
    /// What it is about; unset: nothing in particular.
    pub(crate) about: Option<MemoryObject>,
    /// Where it was said.
    pub(crate) conversation_id: String,
}

/// What became of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProposedMemory {
    /// As it is kept.
    pub(crate) memory: Remembered,
    /// False: it was kept already.
    pub(crate) created: bool,
}

impl Tool for ProposeMemory {
    const NAME: &'static str = "propose_memory";
    const DESCRIPTION: &'static str =
        "Proposes to remember what was said; it is used once a reviewer approved it.";
    const CLASS: ToolClass = ToolClass::Propose;
    type Output = ProposedMemory;

    async fn run(&self, plan: &PlanReader) -> Result<ProposedMemory, Error> {
        let client = plan.memories()?;
        let proposal = MemoryProposal {
            // A message has lines; a memory is one.
            text: self.text.split_whitespace().collect::<Vec<_>>().join(" "),
            scope: MemoryScope { engine: plan.engine().to_owned(), about: self.about.clone() },
            source: MemorySource {
                kind: MemorySourceKind::Conversation,
                conversation_id: self.conversation_id.clone(),
            },
            confidence: Some(CONFIDENCE),
            expires_at: None,
        };
        let proposed = soon(client.propose(proposal)).await?;
        Ok(ProposedMemory { memory: Remembered::from(&proposed.memory), created: proposed.created })
    }

    fn summary(output: &ProposedMemory) -> String {
        if output.created { "proposed".to_owned() } else { "kept already".to_owned() }
    }
}
