//! Reading what was kept.

use resync_api::conversations::model::{
    Conversation, ConversationPage, ConversationText, ConversationTurn, GetConversation, ListConversations,
    LoadTurns, RememberedTurn,
};

use super::{ConversationError, Conversations, rows};
use crate::page_token;
use crate::store::schema::{CONVERSATION, CONVERSATION_TURN};
use crate::store::{Order, Query};

const DEFAULT_PAGE: u32 = 50;
const MAX_PAGE: u32 = 200;
/// Bytes of turns after which a page ends, so that an answer stays well below the size of a message.
const PAGE_BYTES: usize = 2 << 20;
const DEFAULT_LOADED: u32 = 12;
const MAX_LOADED: u32 = 50;

fn within(asked: u32, default: u32, most: u32) -> u32 {
    if asked == 0 { default } else { asked.min(most) }
}

impl Conversations {
    /// Conversations of `owner`, the one with the newest turn first.
    ///
    /// # Errors
    /// When the token is not one of this list.
    pub async fn list(
        &self,
        owner: &str,
        request: &ListConversations,
    ) -> Result<ConversationPage, ConversationError> {
        let size = within(request.page_size, DEFAULT_PAGE, MAX_PAGE);
        let after = page_token::parse(&request.page_token).ok_or(ConversationError::PageToken)?;
        let query = Query::of(CONVERSATION).is("owner", owner).order(Order::Down("last_at"));
        let query = query.limit(size).after(after);
        let records = self.store.find(query.clone()).await?;
        let full = records.len() == size as usize;
        let next = records.last().filter(|_| full).map(|last| page_token::write(&query.cursor(last)));
        let conversations = records.iter().map(rows::read).collect::<Result<_, _>>()?;
        Ok(ConversationPage { conversations, next_page_token: next.unwrap_or_default() })
    }

    /// A conversation of `owner` with a page of its turns, the oldest first.
    ///
    /// # Errors
    /// When `owner` has none of that name, or the token is not one of this list.
    pub async fn get(
        &self,
        owner: &str,
        request: &GetConversation,
    ) -> Result<ConversationText, ConversationError> {
        let GetConversation { conversation_id, page_size, page_token } = request;
        let conversation = self.conversation(owner, conversation_id).await?;
        let size = within(*page_size, DEFAULT_PAGE, MAX_PAGE);
        let (turns, next_page_token) = self.turns(owner, conversation_id, size, page_token).await?;
        Ok(ConversationText { conversation, turns, next_page_token })
    }

    /// The newest turns of a conversation of `owner` as the agent remembers them, the oldest first. None when there is no
    /// such conversation.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn load(
        &self,
        owner: &str,
        request: &LoadTurns,
    ) -> Result<Vec<RememberedTurn>, ConversationError> {
        let limit = within(request.limit, DEFAULT_LOADED, MAX_LOADED);
        let key = rows::key(owner, &request.conversation_id);
        let query = Query::of(CONVERSATION_TURN).is("conversation", key).order(Order::Down("number"));
        let records = self.store.find(query.limit(limit)).await?;
        let turn = |record| {
            let rows::KeptTurn { turn, context } = rows::read(record)?;
            Ok(RememberedTurn { number: turn.number, context })
        };
        records.iter().rev().map(turn).collect()
    }

    pub(super) async fn conversation(
        &self,
        owner: &str,
        conversation_id: &str,
    ) -> Result<Conversation, ConversationError> {
        let record = self.store.get(CONVERSATION, &rows::key(owner, conversation_id)).await?;
        let record = record.ok_or_else(|| ConversationError::Unknown(conversation_id.to_owned()))?;
        Ok(rows::read(&record)?)
    }

    /// A page of turns, the oldest first; it ends early when they are long.
    pub(super) async fn turns(
        &self,
        owner: &str,
        conversation_id: &str,
        size: u32,
        page_token: &str,
    ) -> Result<(Vec<ConversationTurn>, String), ConversationError> {
        let after = page_token::parse(page_token).ok_or(ConversationError::PageToken)?;
        let key = rows::key(owner, conversation_id);
        let query = Query::of(CONVERSATION_TURN).is("conversation", key).order(Order::Up("number"));
        let query = query.limit(size).after(after);
        let records = self.store.find(query.clone()).await?;
        let mut bytes = 0;
        let fits = |body: &str| {
            let first = bytes == 0;
            bytes += body.len();
            first || bytes <= PAGE_BYTES
        };
        let taken = records.iter().map(|record| record.body.as_str()).map(fits).take_while(|fits| *fits);
        let taken = taken.count();
        let page = &records[..taken];
        let more = taken < records.len() || records.len() == size as usize;
        let next = page.last().filter(|_| more).map(|last| page_token::write(&query.cursor(last)));
        let turn = |record| rows::read::<rows::KeptTurn>(record).map(|kept| kept.turn);
        let turns = page.iter().map(turn).collect::<Result<_, _>>()?;
        Ok((turns, next.unwrap_or_default()))
    }
}
