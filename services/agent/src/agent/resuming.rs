//! What was said earlier in the conversation that a question goes on with: as it is kept, so that a restart, another
//! replica's turn and a deletion are all seen; as it is remembered, when this process knows more or nobody can be asked.

use std::sync::Arc;
use std::time::Duration;

use resync_api::agent::model::Question;
use resync_api::conversations::model::{LoadTurns, RememberedTurn};

use super::asking::MAX_CONVERSATION_ID;
use super::{Asker, Shared};
use crate::conversation::{Conversation, Ledger, Turn, from_context};

/// Longest that a question waits for what was said before.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is known of the turns before.
#[derive(Debug)]
pub(super) enum Earlier {
    /// All that can be referred to; unset: the conversation begins.
    Known(Option<Arc<Conversation>>),
    /// There may have been some, and they cannot be had: the question is taken for itself, and the answer says so.
    Unknown,
}

impl Earlier {
    pub(super) fn conversation(&self) -> Option<&Conversation> {
        match self {
            Self::Known(conversation) => conversation.as_deref(),
            Self::Unknown => None,
        }
    }
}

/// The turns before a question.
pub(super) async fn earlier(shared: &Shared, question: &Question, asker: &Asker) -> Earlier {
    let (owner, id) = (asker.subject.as_str(), question.conversation_id.as_str());
    if id.is_empty() || id.len() > MAX_CONVERSATION_ID {
        return Earlier::Known(None);
    }
    let remembered = shared.conversations.get(owner, id);
    let ledger = remembered.as_ref().map(|remembered| Arc::clone(&remembered.ledger));
    let remembered = remembered.map(|remembered| remembered.conversation);
    let Some(keeper) = &asker.knowledge.conversations else { return Earlier::Known(remembered) };
    let limit = u32::try_from(shared.conversations.max_turns()).unwrap_or(u32::MAX);
    let load = keeper.load(LoadTurns { conversation_id: id.to_owned(), limit });
    match tokio::time::timeout(PATIENCE, load).await {
        // This process knows turns that did not arrive, or not yet; but what was kept and is gone was deleted.
        Ok(Ok(turns)) if ledger.is_some_and(|ledger| ledger.is_ahead() && !is_deleted(&ledger, &turns)) => {
            Earlier::Known(remembered)
        }
        Ok(Ok(turns)) => as_kept(shared, owner, id, turns),
        _ if remembered.is_some() => Earlier::Known(remembered),
        Ok(Err(fault)) => {
            tracing::warn!(%fault, "a conversation goes on without what was said before");
            Earlier::Unknown
        }
        Err(_) => {
            tracing::warn!("a conversation goes on without what was said before: nobody said in time");
            Earlier::Unknown
        }
    }
}

fn is_deleted(ledger: &Ledger, kept: &[RememberedTurn]) -> bool {
    kept.is_empty() && ledger.last_kept() > 0
}

/// The memory becomes what is kept.
fn as_kept(shared: &Shared, owner: &str, id: &str, turns: Vec<RememberedTurn>) -> Earlier {
    let Some(last) = turns.last().map(|turn| turn.number) else {
        shared.conversations.forget(owner, id);
        return Earlier::Known(None);
    };
    let readable = newest_readable(turns);
    if readable.is_empty() {
        tracing::warn!("a conversation goes on without what was said before: another version kept it");
        shared.conversations.forget(owner, id);
        return Earlier::Unknown;
    }
    Earlier::Known(Some(shared.conversations.restore(owner, id, readable, last)))
}

/// The turns after the last one that this version does not understand.
fn newest_readable(turns: Vec<RememberedTurn>) -> Vec<Turn> {
    let mut readable: Vec<Turn> =
        turns.into_iter().rev().map_while(|turn| from_context(turn.context)).collect();
    readable.reverse();
    readable
}
