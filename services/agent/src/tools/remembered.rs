//! Memories as answers cite them: what they say, about what, who reviewed them and when.

use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, Utc};
use resync_api::memories::model::{Memory, MemoryAction, MemoryState};
use resync_fault::FaultBody;
use serde::Serialize;

use crate::error::Error;

/// An answer does not wait longer for what it can do without.
const PATIENCE: Duration = Duration::from_secs(3);

/// A memory, as far as an answer says something of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Remembered {
    /// Resource name.
    pub(crate) name: String,
    /// What it says; of a correction its note.
    pub(crate) text: String,
    /// Name or pattern of what it is about; empty: nothing in particular.
    pub(crate) about: String,
    /// Of a correction; empty: none.
    pub(crate) intended_query: String,
    /// How it stands.
    pub(crate) state: &'static str,
    /// Who let it stand; empty: nobody yet.
    pub(crate) reviewed_by: String,
    /// When.
    pub(crate) reviewed_at: Option<DateTime<Utc>>,
    /// Another memory says the opposite.
    pub(crate) contradicted: bool,
}

impl From<&Memory> for Remembered {
    fn from(memory: &Memory) -> Self {
        let lets = |action| matches!(action, MemoryAction::Approve | MemoryAction::Edit);
        let approval = memory.reviews.iter().rev().find(|review| lets(review.action));
        Self {
            name: format!("memories/{}", memory.id),
            text: memory.words().to_owned(),
            about: memory.scope.about.as_ref().map(|about| about.name.clone()).unwrap_or_default(),
            intended_query: memory
                .correction
                .as_ref()
                .map(|correction| correction.intended_query.clone())
                .unwrap_or_default(),
            state: match memory.state {
                MemoryState::Proposed => "PROPOSED",
                MemoryState::Approved => "APPROVED",
                MemoryState::Rejected => "REJECTED",
                MemoryState::Expired => "EXPIRED",
                MemoryState::Quarantined => "QUARANTINED",
            },
            reviewed_by: approval.map(|review| review.by.clone()).unwrap_or_default(),
            reviewed_at: approval.map(|review| review.at),
            contradicted: !memory.contradictions.is_empty(),
        }
    }
}

/// Waits for the knowledge graph, and not for long.
pub(super) async fn soon<T>(call: impl Future<Output = Result<T, FaultBody>>) -> Result<T, Error> {
    match tokio::time::timeout(PATIENCE, call).await {
        Ok(answer) => answer.map_err(Error::Memories),
        Err(_) => Err(Error::MemoriesSilent),
    }
}
