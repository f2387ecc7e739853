//! Keeping a turn.

use resync_api::conversations::model::{AppendTurn, Conversation};

use super::delete::Cause;
use super::{ATTEMPTS, ConversationError, Conversations, rows};
use crate::store::schema::{CONVERSATION, CONVERSATION_TURN};
use crate::store::{Batch, Order, Query, Record, Write};

/// Conversations that make room for one new, at most: more than one only when the bound was lowered.
const ROOM: u32 = 5;

impl Conversations {
    /// Keeps a turn of `owner`; tells its number. Appending it again changes nothing.
    ///
    /// # Errors
    /// When the conversation was deleted since a turn that is known to be kept.
    pub async fn append(&self, owner: &str, request: AppendTurn) -> Result<u32, ConversationError> {
        let AppendTurn { conversation_id, turn, context, follows } = request;
        let mut kept = rows::kept(turn, context, self.limits.turn_bytes);
        let key = rows::key(owner, &conversation_id);
        let turn_key = rows::turn_key(owner, &conversation_id, &kept.turn.id);
        for _ in 0..ATTEMPTS {
            if let Some(record) = self.store.get(CONVERSATION_TURN, &turn_key).await? {
                return Ok(rows::read::<rows::KeptTurn>(&record)?.turn.number);
            }
            let now = (self.clock)();
            let earlier = self.store.get(CONVERSATION, &key).await?;
            let mut conversation = match &earlier {
                None if follows > 0 => return Err(ConversationError::Unknown(conversation_id)),
                None => {
                    self.make_room(owner).await?;
                    Conversation {
                        id: conversation_id.clone(),
                        title: rows::title(&kept.turn.question),
                        engine: String::new(),
                        started_at: now,
                        last_turn_at: now,
                        turns: 0,
                        kept_turns: 0,
                    }
                }
                Some(record) => rows::read(record)?,
            };
            conversation.turns += 1;
            conversation.kept_turns += 1;
            conversation.last_turn_at = now.max(conversation.last_turn_at);
            conversation.engine.clone_from(&kept.turn.engine);
            kept.turn.number = conversation.turns;
            let mut writes = Batch::new().insert(rows::turn(owner, &conversation_id, &kept)?);
            for oldest in self.oldest_turns(&key, &conversation).await? {
                conversation.kept_turns -= 1;
                writes = writes.with(Write::Delete(CONVERSATION_TURN, oldest.key));
            }
            writes = match earlier {
                None => writes.insert(rows::conversation(owner, &conversation, 1)?),
                Some(record) => writes.replace(rows::conversation(owner, &conversation, record.revision)?),
            };
            match self.store.commit(writes).await {
                Ok(()) => return Ok(kept.turn.number),
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ConversationError::Contended)
    }

    /// Turns that are too many once another one was counted.
    async fn oldest_turns(
        &self,
        key: &str,
        conversation: &Conversation,
    ) -> Result<Vec<Record>, ConversationError> {
        let excess = conversation.kept_turns.saturating_sub(self.limits.turns.max(1));
        if excess == 0 {
            return Ok(Vec::new());
        }
        let query = Query::of(CONVERSATION_TURN).is("conversation", key).order(Order::Up("number"));
        Ok(self.store.find(query.limit(excess)).await?)
    }

    /// Deletes the conversations of `owner` whose last turn is the oldest, when there is no room for another.
    async fn make_room(&self, owner: &str) -> Result<(), ConversationError> {
        let all = Query::of(CONVERSATION).is("owner", owner);
        let held = self.store.count(all.clone(), &[]).await?.first().map_or(0, |count| count.records);
        let most = u64::from(self.limits.conversations.max(1));
        let excess = u32::try_from((held + 1).saturating_sub(most)).unwrap_or(ROOM).min(ROOM);
        if excess == 0 {
            return Ok(());
        }
        for record in self.store.find(all.order(Order::Up("last_at")).limit(excess)).await? {
            self.delete_row(owner, &record, Cause::Room).await?;
        }
        Ok(())
    }
}
