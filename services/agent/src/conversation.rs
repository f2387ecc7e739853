//! What was said before, for follow-ups: the memory of this process, bounded in every direction: conversations (the least
//! recently used go first), turns of each, and time. What must last is kept elsewhere, turn by turn (`agent/keeping.rs`).

mod stored;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use moka::notification::RemovalCause;
use moka::sync::Cache;
use resync_api::agent::model::Language;
use resync_service_kit::vitals::{Kind, Resources, Scope};
use serde::{Deserialize, Serialize};

use crate::interpret::{Choice, Interpretation};
use crate::query::{Intent, Object, Query};

pub(crate) use stored::{from_context, to_context};

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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
        Intent::Graph(question) => question.object(),
        Intent::Recall(question) => question.object(),
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

/// How much of a remembered conversation is known to be kept.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    /// Turns that are under way to where they are kept, or never got there.
    unkept: usize,
    /// Number of the last turn that is kept; 0: none.
    last_kept: u32,
}

impl Ledger {
    /// A turn is on its way.
    pub(crate) fn sent(&self) {
        self.entries().unkept += 1;
    }

    /// A turn arrived under this number.
    pub(crate) fn kept(&self, number: u32) {
        let mut entries = self.entries();
        entries.unkept = entries.unkept.saturating_sub(1);
        entries.last_kept = entries.last_kept.max(number);
    }

    /// Number of the last turn that is known to be kept; 0: none.
    pub(crate) fn last_kept(&self) -> u32 {
        self.entries().last_kept
    }

    /// Whether this process knows more than what is kept.
    pub(crate) fn is_ahead(&self) -> bool {
        self.entries().unkept > 0
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A conversation as it is remembered.
#[derive(Clone, Debug)]
pub(crate) struct Remembered {
    pub(crate) conversation: Arc<Conversation>,
    pub(crate) ledger: Arc<Ledger>,
    /// Released when the memory is pushed out, forgotten or over.
    held: Arc<Mutex<Option<Scope>>>,
}

impl Remembered {
    fn release(&self) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// All conversations. A conversation is found only by the owner who started it.
#[derive(Clone, Debug)]
pub struct Conversations {
    cache: Cache<(String, String), Remembered>,
    max_turns: usize,
    resources: Resources,
    kind: Kind,
}

impl Conversations {
    /// Remembers within limits; what is remembered is among the held resources.
    #[must_use]
    pub fn new(limits: Limits, resources: &Resources) -> Self {
        let kind = Kind::long_lived("conversation").limited(limits.max_conversations);
        resources.declare(kind);
        Self {
            cache: Cache::builder()
                .max_capacity(limits.max_conversations)
                .time_to_idle(limits.time_to_live)
                // The cache frees what it removed at its own time; what is held is released at once.
                .eviction_listener(|_, remembered: Remembered, cause| {
                    if cause != RemovalCause::Replaced {
                        remembered.release();
                    }
                })
                .build(),
            max_turns: limits.max_turns,
            resources: resources.clone(),
            kind,
        }
    }

    /// Turns that are remembered of a conversation.
    pub(crate) fn max_turns(&self) -> usize {
        self.max_turns
    }

    /// A conversation of an owner.
    pub(crate) fn get(&self, owner: &str, id: &str) -> Option<Remembered> {
        self.cache.get(&(owner.to_owned(), id.to_owned()))
    }

    /// Adds a turn; tells how much of the conversation is kept. Of two turns recorded at once, one may see the conversation
    /// without the other; both are remembered.
    pub(crate) fn record(&self, owner: &str, id: &str, turn: Turn) -> Arc<Ledger> {
        let entry = self.cache.entry((owner.to_owned(), id.to_owned())).and_upsert_with(|earlier| {
            let mut remembered = earlier.map_or_else(|| self.begin(owner), |entry| entry.into_value());
            Arc::make_mut(&mut remembered.conversation).push(turn, self.max_turns);
            remembered
        });
        entry.into_value().ledger
    }

    /// Remembers a conversation as it is kept, its last turn under this number.
    pub(crate) fn restore(&self, owner: &str, id: &str, turns: Vec<Turn>, last: u32) -> Arc<Conversation> {
        let mut remembered = self.get(owner, id).unwrap_or_else(|| self.begin(owner));
        let mut conversation = Conversation::default();
        for turn in turns {
            conversation.push(turn, self.max_turns);
        }
        let conversation = Arc::new(conversation);
        remembered.conversation = Arc::clone(&conversation);
        remembered.ledger.entries().last_kept = last;
        self.cache.insert((owner.to_owned(), id.to_owned()), remembered);
        conversation
    }

    /// Forgets a conversation.
    pub(crate) fn forget(&self, owner: &str, id: &str) {
        self.cache.invalidate(&(owner.to_owned(), id.to_owned()));
        // What is held goes now, not when the cache next has something to do.
        self.cache.run_pending_tasks();
    }

    fn begin(&self, owner: &str) -> Remembered {
        Remembered {
            conversation: Arc::default(),
            ledger: Arc::default(),
            held: Arc::new(Mutex::new(Some(self.resources.acquire(self.kind, owner)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn() -> Turn {
        Turn { query: None, focus: None, rows: Vec::new(), choices: Vec::new(), language: Language::English }
    }

    fn active(resources: &Resources) -> u64 {
        resources.read().kinds.iter().find(|kind| kind.kind == "conversation").map_or(0, |kind| kind.active)
    }

    #[test]
    fn turns_are_bounded_and_owners_do_not_share() {
        let limits = Limits { max_turns: 2, ..Limits::default() };
        let conversations = Conversations::new(limits, &Resources::default());
        for _ in 0..5 {
            conversations.record("ana", "c1", turn());
        }
        let turns = conversations.get("ana", "c1").map(|found| found.conversation.turns().count());
        assert_eq!(turns, Some(2));
        assert!(conversations.get("bob", "c1").is_none());
        conversations.forget("ana", "c1");
        assert!(conversations.get("ana", "c1").is_none());
    }

    #[test]
    fn what_is_remembered_is_held_until_it_is_forgotten_or_pushed_out() {
        let resources = Resources::default();
        let limits = Limits { max_conversations: 2, ..Limits::default() };
        let conversations = Conversations::new(limits, &resources);
        conversations.record("ana", "c1", turn());
        conversations.record("ana", "c1", turn());
        conversations.restore("ana", "c1", vec![turn()], 1);
        assert_eq!(active(&resources), 1);
        assert_eq!(&*resources.read().oldest[0].owner, "ana");
        conversations.forget("ana", "c1");
        assert_eq!(active(&resources), 0);
        for n in 0..10 {
            conversations.record("bob", &format!("c{n}"), turn());
        }
        conversations.cache.run_pending_tasks();
        assert_eq!(active(&resources), 2);
        drop(conversations);
        assert_eq!(active(&resources), 0);
    }

    #[test]
    fn a_turn_that_never_arrived_keeps_the_memory_ahead() {
        let ledger = Ledger::default();
        ledger.sent();
        ledger.sent();
        ledger.kept(1);
        assert!(ledger.is_ahead());
        ledger.kept(2);
        assert!(!ledger.is_ahead());
        assert_eq!(ledger.last_kept(), 2);
    }
}
