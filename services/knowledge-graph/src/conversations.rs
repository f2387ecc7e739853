//! Conversations with the agent, kept for those who had them: appended to as they happen, read, exported and deleted by
//! their owner, and deleted when nobody went on for longer than the retention.
//!
//! A conversation's key holds its owner, so that no request can reach another person's. Every turn moves the conversation's
//! revision, and a deletion depends on it: no turn is left behind by a deletion that ran beside an append. A deletion is one
//! batch with its audit event, which holds nothing of what was said. Bounds: see [`Limits`].

mod error;
mod rows;
mod append;
mod read;
mod delete;
mod export;
pub mod grpc;

pub use error::ConversationError;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use crate::audit::{AuditLog, Clock};
use crate::store::Store;

/// How often others may come first before a caller is told to try again.
const ATTEMPTS: u32 = 16;
/// Between two looks for conversations whose time is over.
const PRUNING: Duration = Duration::from_secs(60);

/// How much is kept, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Conversations of one owner; a new one beyond that takes the place of the one whose last turn is the oldest.
    pub conversations: u32,
    /// Turns of a conversation; the oldest goes when there is another.
    pub turns: u32,
    /// Bytes of text of a turn; citations go first, then the end of the answer, then the end of the question.
    pub turn_bytes: usize,
    /// Time after the last turn.
    pub retention: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            conversations: 500,
            turns: 500,
            turn_bytes: 256 * 1024,
            retention: Duration::from_secs(90 * 24 * 3_600),
        }
    }
}

/// Everybody's conversations. Clones are the same.
#[derive(Clone)]
pub struct Conversations {
    store: Arc<dyn Store>,
    log: AuditLog,
    clock: Clock,
    limits: Limits,
}

impl Conversations {
    /// Conversations in the store of `log`, whose events go into that log.
    #[must_use]
    pub fn new(log: AuditLog, clock: Clock, limits: Limits) -> Self {
        Self { store: Arc::clone(log.store()), log, clock, limits }
    }

    /// Deletes what is older than the retention, from time to time, for as long as it is polled.
    pub async fn maintain(&self) {
        loop {
            tokio::time::sleep(PRUNING).await;
            loop {
                match self.prune().await {
                    Ok(0) => break,
                    Ok(deleted) => tracing::info!(deleted, "conversations deleted whose retention is over"),
                    Err(error) => {
                        tracing::debug!(%error, "conversations whose retention is over are deleted later");
                        break;
                    }
                }
            }
        }
    }

    fn retention(&self) -> TimeDelta {
        TimeDelta::from_std(self.limits.retention).unwrap_or(TimeDelta::MAX)
    }
}

impl std::fmt::Debug for Conversations {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Conversations").field("limits", &self.limits).finish_non_exhaustive()
    }
}
