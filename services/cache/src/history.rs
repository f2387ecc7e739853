//! The window of invalidations this process knows, and what it says about an entry. Pure; no clock, no I/O.
//!
//! Every entry carries the position that was current before its loading began. It is alive when the window reaches
//! back to that position and holds nothing later that names the entry. What the window cannot know is not alive.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use resync_api::cache::model::{Invalidation, InvalidationScope, Position};

/// Bounds of the window; the oldest invalidations leave first, and entries older than those left are then unknown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Most invalidations.
    pub events: usize,
    /// Most bytes of their names.
    pub bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { events: 10_000, bytes: 32 * 1024 * 1024 }
    }
}

/// What is known of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing named it since.
    Alive,
    /// Something did.
    Dead,
    /// It is older than the window, or from a history this process has not seen.
    Unknown,
}

/// An unbroken run of invalidations, indexed by what they name.
#[derive(Debug)]
pub(crate) struct History {
    bounds: Bounds,
    /// Everything after this is known.
    start: Position,
    /// Everything up to this is known.
    head: Position,
    /// The latest position known to be taken. A load that begins now begins after it.
    newest: Position,
    events: VecDeque<Arc<Invalidation>>,
    bytes: usize,
    all: Option<Position>,
    keys: HashMap<String, Position>,
    tags: HashMap<String, Position>,
    /// By length, so that a key is looked up once for each length that occurs.
    prefixes: BTreeMap<usize, HashMap<String, Position>>,
}

impl History {
    /// Nothing is known but what comes after `head`.
    #[must_use]
    pub(crate) fn new(bounds: Bounds, head: Position) -> Self {
        Self {
            bounds,
            start: head,
            head,
            newest: head,
            events: VecDeque::new(),
            bytes: 0,
            all: None,
            keys: HashMap::new(),
            tags: HashMap::new(),
            prefixes: BTreeMap::new(),
        }
    }

    /// Forgets everything: what comes after `head` is a new history.
    pub(crate) fn reset(&mut self, head: Position) {
        *self = Self::new(self.bounds, head);
    }

    /// The last position known.
    #[must_use]
    pub(crate) fn head(&self) -> Position {
        self.head
    }

    /// The stamp of an entry whose loading begins now.
    #[must_use]
    pub(crate) fn newest(&self) -> Position {
        self.newest
    }

    /// Takes in the next invalidation; one that is not later than the head is known already.
    pub(crate) fn push(&mut self, event: Arc<Invalidation>) {
        if event.position <= self.head {
            return;
        }
        self.note(event.position, &event.scope);
        self.head = event.position;
        self.bytes += size(&event.scope);
        self.events.push_back(event);
        while self.events.len() > self.bounds.events || self.bytes > self.bounds.bytes {
            let Some(oldest) = self.events.pop_front() else { break };
            self.forget(&oldest);
        }
    }

    /// Indexes an invalidation whose turn in the history is still to come.
    pub(crate) fn note(&mut self, position: Position, scope: &InvalidationScope) {
        self.newest = self.newest.max(position);
        if scope.all {
            self.all = self.all.max(Some(position));
        }
        for key in &scope.keys {
            raise(&mut self.keys, key, position);
        }
        for tag in &scope.tags {
            raise(&mut self.tags, tag, position);
        }
        for prefix in &scope.prefixes {
            raise(self.prefixes.entry(prefix.len()).or_default(), prefix, position);
        }
    }

    fn forget(&mut self, event: &Invalidation) {
        self.start = event.position;
        self.bytes -= size(&event.scope);
        for key in &event.scope.keys {
            lower(&mut self.keys, key, event.position);
        }
        for tag in &event.scope.tags {
            lower(&mut self.tags, tag, event.position);
        }
        for prefix in &event.scope.prefixes {
            if let Some(same_length) = self.prefixes.get_mut(&prefix.len()) {
                lower(same_length, prefix, event.position);
                if same_length.is_empty() {
                    self.prefixes.remove(&prefix.len());
                }
            }
        }
    }

    /// What is known of an entry that was valid at `checked`.
    #[must_use]
    pub(crate) fn verdict(&self, key: &str, tags: &[String], checked: Position) -> Verdict {
        if checked < self.start || checked > self.newest {
            return Verdict::Unknown;
        }
        let later = |named: Option<Position>| named.is_some_and(|position| position > checked);
        let dead = later(self.all)
            || later(self.keys.get(key).copied())
            || tags.iter().any(|tag| later(self.tags.get(tag).copied()))
            || self.prefixes.range(..=key.len()).any(|(length, same_length)| {
                key.get(..*length).is_some_and(|prefix| later(same_length.get(prefix).copied()))
            });
        if dead { Verdict::Dead } else { Verdict::Alive }
    }

    /// Every invalidation after `position`, when it is certain that these are all.
    ///
    /// The position must be one that this history has had: numbers in between belong to a history that was lost.
    #[must_use]
    pub(crate) fn after(&self, position: Position) -> Option<Vec<Arc<Invalidation>>> {
        let next = if position == self.start {
            0
        } else {
            self.events.binary_search_by_key(&position, |event| event.position).ok()? + 1
        };
        Some(self.events.range(next..).cloned().collect())
    }
}

fn raise(index: &mut HashMap<String, Position>, name: &str, position: Position) {
    match index.get_mut(name) {
        Some(known) => *known = (*known).max(position),
        None => {
            index.insert(name.to_owned(), position);
        }
    }
}

fn lower(index: &mut HashMap<String, Position>, name: &str, position: Position) {
    if index.get(name) == Some(&position) {
        index.remove(name);
    }
}

fn size(scope: &InvalidationScope) -> usize {
    let names = scope.keys.iter().chain(&scope.tags).chain(&scope.prefixes);
    size_of::<Invalidation>() + names.map(|name| name.len() + 2 * size_of::<String>()).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn at(number: u64) -> Position {
        Position::new(number).expect("not zero")
    }

    fn scope() -> impl Strategy<Value = InvalidationScope> {
        let names = || vec("[ab]{1,3}", 0..2);
        (names(), names(), names(), prop::bool::weighted(0.05))
            .prop_map(|(keys, tags, prefixes, all)| InvalidationScope { keys, tags, prefixes, all })
    }

    proptest! {
        /// Against all events ever: alive is never said of a dead entry, and dead only of one that was named.
        #[test]
        fn no_entry_outlives_an_invalidation_that_names_it(
            steps in vec((1_u64..3, scope(), any::<bool>()), 1..40), events in 1_usize..12,
            key in "[ab]{1,3}", tags in vec("[ab]{1,3}", 0..3), stamp in 1_u64..90,
        ) {
            let mut history = History::new(Bounds { events, bytes: usize::MAX }, at(1));
            let mut all = Vec::new();
            let mut position = 1;
            for (step, scope, early) in steps {
                position += step;
                if early {
                    history.note(at(position), &scope);
                }
                history.push(Arc::new(Invalidation { position: at(position), scope: scope.clone() }));
                all.push((at(position), scope));
            }
            let named = all.iter().any(|(at_, scope)| *at_ > at(stamp) && scope.covers(&key, &tags));
            match history.verdict(&key, &tags, at(stamp)) {
                Verdict::Alive => prop_assert!(!named),
                Verdict::Dead => prop_assert!(named),
                Verdict::Unknown => prop_assert!(
                    stamp > position || all.iter().filter(|(at_, _)| *at_ > at(stamp)).count() > events
                ),
            }
            let names: usize = history.keys.len() + history.tags.len()
                + history.prefixes.values().map(HashMap::len).sum::<usize>();
            prop_assert!(names <= 3 * events, "the index forgets what the window forgets");
        }
    }

    #[test]
    fn a_subscriber_is_told_only_what_is_certain() {
        let mut history = History::new(Bounds { events: 2, bytes: usize::MAX }, at(10));
        for position in [20, 30, 40] {
            history
                .push(Arc::new(Invalidation { position: at(position), scope: InvalidationScope::key("k") }));
        }
        let after = |position| {
            history
                .after(at(position))
                .map(|events| events.iter().map(|event| event.position.get()).collect::<Vec<_>>())
        };
        assert_eq!(after(20), Some(vec![30, 40]));
        assert_eq!(after(40), Some(vec![]));
        assert_eq!(after(10), None, "20 has left the window");
        assert_eq!(after(25), None, "a position of another history");
        assert_eq!(after(50), None);
    }

    #[test]
    fn an_invalidation_counts_before_its_turn_and_a_lost_history_counts_against_all() {
        let mut history = History::new(Bounds::default(), at(10));
        history.note(at(30), &InvalidationScope::prefix("logs/"));
        assert_eq!(history.verdict("logs/1", &[], at(10)), Verdict::Dead);
        assert_eq!(history.verdict("model/1", &[], at(10)), Verdict::Alive);
        assert_eq!((history.head(), history.newest()), (at(10), at(30)));
        assert_eq!(history.verdict("logs/1", &[], at(30)), Verdict::Alive, "loaded after it");
        history.reset(at(50));
        assert_eq!(history.verdict("model/1", &[], at(10)), Verdict::Unknown);
        assert_eq!(history.verdict("model/1", &[], at(50)), Verdict::Alive);
        assert_eq!(history.verdict("model/1", &[], at(51)), Verdict::Unknown);
    }

    #[test]
    fn long_names_fill_the_window_as_many_do() {
        let mut history = History::new(Bounds { events: 100, bytes: 2_000 }, at(1));
        for position in 2..10 {
            let scope = InvalidationScope::key("k".repeat(500));
            history.push(Arc::new(Invalidation { position: at(position), scope }));
        }
        assert!(history.bytes <= 2_000);
        assert_eq!(history.verdict("other", &[], at(2)), Verdict::Unknown);
        assert_eq!(history.verdict("other", &[], at(8)), Verdict::Alive);
    }
}
