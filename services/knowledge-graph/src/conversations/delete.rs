//! Deleting: by the owner, for lack of room, and when the retention is over. The audit log tells that and when.

use chrono::{DateTime, Utc};
use resync_api::audit::model::{
    Actor, ActorKind, AuditCategory, AuditEvent, AuditOrigin, AuditOutcome, AuditResult, AuditTarget,
    Justification,
};
use resync_api::conversations::model::Conversation;
use resync_api::journal::model::Acting;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{ATTEMPTS, ConversationError, Conversations, rows};
use crate::store::schema::{CONVERSATION, CONVERSATION_TURN};
use crate::store::{Batch, Condition, Order, Query, Record, StoreError, Write};

/// Conversations deleted at once when their retention is over.
const PRUNED: u32 = 50;

/// Why a conversation is deleted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cause<'a> {
    /// Its owner said so.
    Owner(&'a Acting),
    /// Nobody went on for longer than the retention.
    Retention,
    /// Its owner began another one and had as many as are kept.
    Room,
}

impl Conversations {
    /// Deletes a conversation of `owner` and all its turns.
    ///
    /// # Errors
    /// When `owner` has none of that name.
    pub async fn delete(
        &self,
        owner: &str,
        conversation_id: &str,
        acting: &Acting,
    ) -> Result<(), ConversationError> {
        for _ in 0..ATTEMPTS {
            let record = self.store.get(CONVERSATION, &rows::key(owner, conversation_id)).await?;
            let record = record.ok_or_else(|| ConversationError::Unknown(conversation_id.to_owned()))?;
            if self.delete_row(owner, &record, Cause::Owner(acting)).await? {
                return Ok(());
            }
        }
        Err(ConversationError::Contended)
    }

    /// Deletes conversations whose retention is over, those first that are over for longest; tells how many. To be called
    /// until there are none, from time to time.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn prune(&self) -> Result<u64, ConversationError> {
        let Some(end) = (self.clock)().checked_sub_signed(self.retention()) else { return Ok(0) };
        let over = Query::of(CONVERSATION).and(Condition::Below("last_at", end.into()));
        let over = over.order(Order::Up("last_at")).limit(PRUNED);
        let mut deleted = 0;
        for record in self.store.find(over).await? {
            let owner = record.text("owner").unwrap_or_default().to_owned();
            deleted += u64::from(self.delete_row(&owner, &record, Cause::Retention).await?);
        }
        Ok(deleted)
    }

    /// Deletes the conversation of a record with its turns; not when it was changed since the record was read.
    pub(super) async fn delete_row(
        &self,
        owner: &str,
        record: &Record,
        cause: Cause<'_>,
    ) -> Result<bool, ConversationError> {
        let conversation: Conversation = rows::read(record)?;
        let turns = Query::of(CONVERSATION_TURN).is("conversation", record.key.as_str());
        // The replacement holds the batch to the revision: a turn that was added beside it is not left behind.
        let mut writes = Batch::new().replace(record.clone());
        writes = writes.with(Write::Delete(CONVERSATION, record.key.clone()));
        let turns = self.store.find(turns).await?;
        let id = event_id(&turns);
        for turn in turns {
            writes = writes.with(Write::Delete(CONVERSATION_TURN, turn.key));
        }
        let event = event(id, owner, &conversation, cause, (self.clock)());
        match self.log.append(event, writes).await.map_err(ConversationError::from) {
            Ok(_) => Ok(true),
            Err(ConversationError::Store(StoreError::Conflict { .. })) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// What the audit log is told: which conversation, of whom, why; nothing of what was said.
fn event(
    id: String,
    owner: &str,
    conversation: &Conversation,
    cause: Cause<'_>,
    now: DateTime<Utc>,
) -> AuditEvent {
    let (actor, origin, correlation_id, cause) = match cause {
        Cause::Owner(acting) => {
            (acting.actor.clone(), acting.origin.clone(), acting.correlation_id.clone(), "owner")
        }
        Cause::Retention => (role(), AuditOrigin::default(), String::new(), "retention"),
        Cause::Room => (role(), AuditOrigin::default(), String::new(), "room"),
    };
    let said = |name: &str, value: Value| (name.to_owned(), value);
    AuditEvent {
        id,
        at: now,
        category: AuditCategory::Conversation,
        action: "conversation.delete".to_owned(),
        actor,
        origin,
        target: Some(AuditTarget {
            engine: String::new(),
            name: format!("conversations/{}", conversation.id),
        }),
        parameters: Map::from_iter([
            said("owner", owner.into()),
            said("cause", cause.into()),
            said("turns", conversation.turns.into()),
        ]),
        justification: Justification::default(),
        outcome: AuditOutcome {
            result: AuditResult::Succeeded,
            reason: String::new(),
            message: String::new(),
        },
        correlation_id,
    }
}

/// Names this deletion: no turn is deleted twice.
fn event_id(turns: &[Record]) -> String {
    let mut digest = Sha256::new().chain_update(b"resync conversation deleted v1\n");
    for turn in turns {
        digest.update(&turn.key);
        digest.update(b"\n");
    }
    digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn role() -> Actor {
    Actor { subject: "role:knowledge-graph".to_owned(), kind: ActorKind::Service }
}
