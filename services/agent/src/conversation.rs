//! What was said before, for follow-ups. Kept in this process only, bounded in every direction:
//! conversations (the least recently used go first), turns of each, and time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use resync_api::agent::model::Language;

use crate::interpret::{Choice, Interpretation};
use crate::query::{Intent, Object, Query};

/// Rows of an answer that can be referred to.
const MAX_ROWS: usize = 100;

/// How much is remembered.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Conversations; beyond that the least recently used is forgotten.
    pub max_conversations: u64,
    /// Turns of a conversation; beyond that the oldest is forgotten.
    pub max_turns: usize,
    /// Time after the last turn.
    pub time_to_live: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_conversations: 10_000, max_turns: 12, time_to_live: Duration::from_secs(2 * 3_600) }
    }
}

/// One question and what it was about.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// How it was understood; unset when it was asked back.
    pub query: Option<Query>,
    /// The object it was about.
    pub focus: Option<Object>,
    /// Objects the answer listed, in order.
    pub rows: Vec<Object>,
    /// Candidates that were offered.
    pub choices: Vec<Choice>,
    /// Language of the answer.
    pub language: Language,
}

impl Turn {
    /// The turn an interpretation makes, with the objects the answer listed.
    #[must_use]
    pub fn new(interpretation: &Interpretation, rows: Vec<Object>) -> Self {
        let mut turn =
            Self { query: None, focus: None, rows, choices: Vec::new(), language: Language::default() };
        turn.rows.truncate(MAX_ROWS);
        match interpretation {
            Interpretation::Query(understood) => {
                turn.language = understood.query.language;
                turn.focus = focus(&understood.query.intent).cloned();
                turn.query = Some(understood.query.clone());
            }
            Interpretation::Ambiguous(ambiguity) => {
                turn.language = ambiguity.language;
                turn.choices.clone_from(&ambiguity.candidates);
            }
            Interpretation::UnknownName(unknown) => {
                turn.language = unknown.language;
                turn.choices.clone_from(&unknown.nearest);
            }
            Interpretation::AskBack(ask) => turn.language = ask.language,
            Interpretation::OutOfScope { language, .. } => turn.language = *language,
        }
        turn
    }
}

/// The object an intent is about.
pub(crate) fn focus(intent: &Intent) -> Option<&Object> {
    match intent {
        Intent::Detail(object)
        | Intent::WhyWaiting(object)
        | Intent::WhyFailed(object)
        | Intent::Dependencies { object, .. }
        | Intent::Progress(object)
        | Intent::Log { object, .. }
        | Intent::Act { object, .. } => Some(object),
        Intent::WorkstationHealth(object)
        | Intent::ResourceHolders(object)
        | Intent::OpenPrompts(object)
        | Intent::Changes { object, .. }
        | Intent::Learned(object) => object.as_ref(),
        Intent::Overview
        | Intent::List(_)
        | Intent::Count { .. }
        | Intent::Meaning(_)
        | Intent::Help
        | Intent::Remember { .. }
        | Intent::ActAll { .. } => None,
    }
}

/// The turns of one conversation, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    turns: VecDeque<Turn>,
}

impl Conversation {
    /// Its turns, oldest first.
    pub fn turns(&self) -> impl DoubleEndedIterator<Item = &Turn> {
        self.turns.iter()
    }

    /// The last question that was understood.
    #[must_use]
    pub fn last_query(&self) -> Option<&Query> {
        self.turns.iter().rev().find_map(|turn| turn.query.as_ref())
    }

    /// Language of the last answer.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        self.turns.back().map(|turn| turn.language)
    }

    /// Adds a turn; the oldest beyond `max_turns` is forgotten.
    pub fn push(&mut self, turn: Turn, max_turns: usize) {
        self.turns.push_back(turn);
        while self.turns.len() > max_turns.max(1) {
            self.turns.pop_front();
        }
    }
}

/// All conversations. A conversation is found only by the owner who started it.
#[derive(Clone, Debug)]
pub struct Conversations {
    cache: Cache<(String, String), Arc<Conversation>>,
    max_turns: usize,
}

impl Conversations {
    /// Remembers within limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            cache: Cache::builder()
                .max_capacity(limits.max_conversations)
                .time_to_idle(limits.time_to_live)
                .build(),
            max_turns: limits.max_turns,
        }
    }

    /// A conversation of an owner.
    #[must_use]
    pub fn get(&self, owner: &str, id: &str) -> Option<Arc<Conversation>> {
        self.cache.get(&(owner.to_owned(), id.to_owned()))
    }

    /// Adds a turn. Of two turns recorded at once, one may see the conversation without the other; both
    /// are kept.
    pub fn record(&self, owner: &str, id: &str, turn: Turn) {
        self.cache.entry((owner.to_owned(), id.to_owned())).and_upsert_with(|earlier| {
            let mut conversation =
                earlier.map(|entry| Arc::unwrap_or_clone(entry.into_value())).unwrap_or_default();
            conversation.push(turn, self.max_turns);
            Arc::new(conversation)
        });
    }

    /// Forgets a conversation.
    pub fn forget(&self, owner: &str, id: &str) {
        self.cache.invalidate(&(owner.to_owned(), id.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn() -> Turn {
        Turn { query: None, focus: None, rows: Vec::new(), choices: Vec::new(), language: Language::English }
    }

    #[test]
    fn turns_are_bounded_and_owners_do_not_share() {
        let conversations = Conversations::new(Limits { max_turns: 2, ..Limits::default() });
        for _ in 0..5 {
            conversations.record("ana", "c1", turn());
        }
        assert_eq!(conversations.get("ana", "c1").map(|found| found.turns().count()), Some(2));
        assert_eq!(conversations.get("bob", "c1"), None);
        conversations.forget("ana", "c1");
        assert_eq!(conversations.get("ana", "c1"), None);
    }
}
