//! Which invalidations happened, as far as they still matter.
//!
//! Nothing is scanned and nothing removed when one happens. It gets a number in this process; every entry remembers the
//! number that was current when its loading began, and the position of the shared history, if it knows one. An entry
//! that is older than an invalidation which names it is dead, also when it arrives late.

use resync_api::cache::model::{InvalidationScope, Position};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use tokio::sync::Notify;

/// Names of keys, tags and prefixes remembered. Beyond it the oldest is forgotten, and with it everything older dies.
const MAX_NAMES: usize = 10_000;
/// Prefixes among them: each is compared with a key, one after the other.
const MAX_PREFIXES: usize = 256;

/// When the loading of an entry began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Birth {
    /// By the count of this process.
    pub(crate) seq: u64,
    /// In the shared history; unknown when the second level was not asked or could not tell.
    pub(crate) position: Option<Position>,
}

/// Newest place at which something was invalidated.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    /// Of invalidations that have a place in the own count alone.
    local: u64,
    /// Of invalidations that have a position in the shared history, too.
    shared: u64,
    position: Option<Position>,
}

impl Mark {
    fn new(seq: u64, position: Option<Position>) -> Self {
        match position {
            None => Self { local: seq, ..Self::default() },
            Some(_) => Self { shared: seq, position, ..Self::default() },
        }
    }

    /// Positions decide where both have one: they hold across processes. The own count decides otherwise.
    fn kills(self, birth: Birth) -> bool {
        let by_history = match (self.position, birth.position) {
            (Some(mark), Some(born)) => born < mark,
            (Some(_), None) => birth.seq < self.shared,
            (None, _) => false,
        };
        by_history || birth.seq < self.local
    }

    fn merge(&mut self, other: Self) {
        self.local = self.local.max(other.local);
        self.shared = self.shared.max(other.shared);
        self.position = self.position.max(other.position);
    }

    fn seq(self) -> u64 {
        self.local.max(self.shared)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Name {
    Key(String),
    Tag(String),
    Prefix(String),
}

/// The invalidations that one process knows of.
#[derive(Debug, Default)]
pub(crate) struct Window {
    seq: AtomicU64,
    marks: RwLock<Marks>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Marks {
    /// Everything older than this is dead: all was invalidated, continuity was lost, or what was named is forgotten.
    floor: Mark,
    names: HashMap<Name, Mark>,
    /// The prefixes among the names.
    prefixes: Vec<String>,
    /// Names in the order of their marks; a name that was marked again stands here twice.
    order: VecDeque<(u64, Name)>,
    /// Up to here the shared history was heard.
    heard: Option<Position>,
}

impl Window {
    /// Number of the newest invalidation.
    pub(crate) fn seq(&self) -> u64 {
        self.seq.load(Ordering::Acquire)
    }

    /// Position up to which the shared history was heard: a lower bound of the current one.
    pub(crate) fn position(&self) -> Option<Position> {
        self.marks.read().unwrap_or_else(PoisonError::into_inner).heard
    }

    /// Every invalidation up to `position` was heard.
    pub(crate) fn heard(&self, position: Position) {
        let mut marks = self.marks.write().unwrap_or_else(PoisonError::into_inner);
        marks.heard = marks.heard.max(Some(position));
    }

    /// Takes note of an invalidation. An own one may come before what others did earlier, so it does not count as heard.
    pub(crate) fn record(&self, scope: &InvalidationScope, position: Option<Position>) {
        let mut marks = self.marks.write().unwrap_or_else(PoisonError::into_inner);
        let seq = self.seq.load(Ordering::Relaxed) + 1;
        marks.record(scope, Mark::new(seq, position));
        // Inside the lock: whoever sees the number finds the marks.
        self.seq.store(seq, Ordering::Release);
        drop(marks);
        self.changed.notify_one();
    }

    /// Something may have been missed: everything born before now is dead, and positions may have begun anew.
    pub(crate) fn reset(&self, position: Position) {
        let mut marks = self.marks.write().unwrap_or_else(PoisonError::into_inner);
        let seq = self.seq.load(Ordering::Relaxed) + 1;
        *marks = Marks { floor: Mark::new(seq, None), heard: Some(position), ..Marks::default() };
        self.seq.store(seq, Ordering::Release);
        drop(marks);
        self.changed.notify_one();
    }

    /// Waits for the next invalidation, or returns at once when there was one since the last wait.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Has no invalidation named this entry since its birth?
    pub(crate) fn is_alive(&self, cache: &str, key: &str, tags: &[String], birth: Birth) -> bool {
        let full = format!("{cache}/{key}");
        self.marks.read().unwrap_or_else(PoisonError::into_inner).spare(&full, tags, birth)
    }
}

impl Marks {
    fn record(&mut self, scope: &InvalidationScope, mark: Mark) {
        if scope.all {
            self.floor.merge(mark);
        }
        for key in &scope.keys {
            self.mark(Name::Key(key.clone()), mark);
        }
        for tag in &scope.tags {
            self.mark(Name::Tag(tag.clone()), mark);
        }
        for prefix in &scope.prefixes {
            self.mark(Name::Prefix(prefix.clone()), mark);
        }
        while self.names.len() > MAX_NAMES || self.order.len() > 2 * MAX_NAMES {
            let Some((seq, name)) = self.order.pop_front() else { break };
            // Marked again since: a younger place in the order stands for it.
            if self.names.get(&name).is_some_and(|mark| mark.seq() == seq) {
                self.forget(name);
            }
        }
        while self.prefixes.len() > MAX_PREFIXES {
            self.forget(Name::Prefix(self.prefixes[0].clone()));
        }
    }

    fn mark(&mut self, name: Name, mark: Mark) {
        let known = self.names.entry(name.clone()).or_default();
        // An own invalidation comes back through the watch.
        if mark.position.is_some() && known.position >= mark.position {
            return;
        }
        known.merge(mark);
        if let Name::Prefix(prefix) = &name {
            self.prefixes.retain(|known| known != prefix);
            self.prefixes.push(prefix.clone());
        }
        self.order.push_back((mark.seq(), name));
    }

    fn forget(&mut self, name: Name) {
        if let Some(mark) = self.names.remove(&name) {
            self.floor.merge(mark);
        }
        if let Name::Prefix(prefix) = name {
            self.prefixes.retain(|known| *known != prefix);
        }
    }

    fn spare(&self, key: &str, tags: &[String], birth: Birth) -> bool {
        let named = |name: Name| self.names.get(&name).is_some_and(|mark| mark.kills(birth));
        !(self.floor.kills(birth)
            || named(Name::Key(key.to_owned()))
            || tags.iter().any(|tag| named(Name::Tag(tag.clone())))
            || self
                .prefixes
                .iter()
                .filter(|prefix| key.starts_with(prefix.as_str()))
                .any(|prefix| named(Name::Prefix(prefix.clone()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(number: u64) -> Option<Position> {
        Position::new(number)
    }

    fn born(seq: u64, position: u64) -> Birth {
        Birth { seq, position: at(position) }
    }

    fn alive(window: &Window, birth: Birth) -> bool {
        window.is_alive("logs", "a", &["odd".to_owned()], birth)
    }

    #[test]
    fn positions_decide_where_both_are_known_and_the_own_count_otherwise() {
        let window = Window::default();
        window.record(&InvalidationScope::key("logs/a"), at(7));
        assert!(!alive(&window, born(1, 6)), "a replica that lags behind gave out an old entry");
        assert!(alive(&window, born(0, 7)), "loaded elsewhere after the invalidation, heard of before it");
        assert!(!alive(&window, born(0, 0)) && alive(&window, born(1, 0)));
        window.record(&InvalidationScope::tag("odd"), None);
        assert!(!alive(&window, born(1, 9)), "an invalidation without a position kills all from before it");
        assert!(alive(&window, born(2, 9)));
    }

    #[test]
    fn an_own_invalidation_that_comes_back_through_the_watch_kills_nothing_more() {
        let window = Window::default();
        let scope = InvalidationScope::prefix("logs/");
        window.record(&scope, at(7));
        assert_eq!(window.position(), None, "earlier ones by others may still come");
        let after = born(window.seq(), 0);
        window.record(&scope, at(6));
        window.record(&scope, at(7));
        assert!(alive(&window, after));
        window.record(&scope, at(8));
        assert!(!alive(&window, after));
    }

    #[test]
    fn after_a_loss_of_continuity_only_the_own_count_holds() {
        let window = Window::default();
        window.record(&InvalidationScope::key("logs/a"), at(900));
        let before = born(window.seq(), 950);
        window.reset(Position::new(3).unwrap());
        assert!(!alive(&window, before));
        assert!(alive(&window, born(window.seq(), 3)), "a history that began anew counts from below");
        assert_eq!(window.position(), at(3));
    }

    #[test]
    fn what_is_forgotten_kills_everything_older() {
        let window = Window::default();
        window.record(&InvalidationScope::prefix("logs/b"), at(1));
        let (old, young) = (born(window.seq(), 1), born(window.seq() + 2, 0));
        for n in 0..u64::try_from(MAX_PREFIXES).unwrap() {
            window.record(&InvalidationScope::prefix(format!("x{n}/")), at(10 + n));
        }
        assert!(alive(&window, old), "one prefix was forgotten, and it is not newer than the entry");
        window.record(&InvalidationScope::prefix("y/"), at(999));
        assert!(!alive(&window, old) && alive(&window, young));

        let window = Window::default();
        let names = InvalidationScope {
            keys: (0..=MAX_NAMES).map(|n| format!("logs/{n}")).collect(),
            ..InvalidationScope::default()
        };
        window.record(&names, None);
        assert!(!alive(&window, born(0, 0)) && alive(&window, born(1, 0)));
        assert!(window.marks.read().unwrap().names.len() <= MAX_NAMES);
    }
}
