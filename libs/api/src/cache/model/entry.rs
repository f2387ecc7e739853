//! Entries, lookups and invalidations.

use std::time::Duration;

use bytes::Bytes;

use super::Position;

/// One cached value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `{cache}/{rest}`.
    pub key: String,
    /// What was stored.
    pub value: Bytes,
    /// Names by which it can be invalidated.
    pub tags: Vec<String>,
    /// Position that was current before its loading began.
    pub stamp: Position,
    /// Since its loading.
    pub age: Duration,
    /// Until it expires.
    pub ttl: Duration,
}

/// An entry to store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// `{cache}/{rest}`.
    pub key: String,
    /// What to store.
    pub value: Bytes,
    /// How long it lives; reads do not prolong it.
    pub ttl: Duration,
    /// Names by which it can be invalidated.
    pub tags: Vec<String>,
    /// Position that was current before its loading began, from the lookup that missed or from a watch.
    pub stamp: Position,
    /// How old the value is already.
    pub age: Duration,
}

/// Answer to a lookup of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// It is there.
    Hit(Entry),
    /// It is not.
    Miss(Miss),
}

/// What a caller that missed needs for loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Miss {
    /// Stamp for the entry about to be loaded; unset: do not store it.
    pub stamp: Option<Position>,
    /// The store could not be asked; go to the origin.
    pub store_unavailable: bool,
}

/// Answer to a lookup of many keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookups {
    /// Those that were found, in the order asked.
    pub entries: Vec<Entry>,
    /// For all others.
    pub miss: Miss,
}

/// What an invalidation names; the parts add up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct InvalidationScope {
    /// Exact keys.
    pub keys: Vec<String>,
    /// Entries with one of these tags.
    pub tags: Vec<String>,
    /// Keys that begin with one of these.
    pub prefixes: Vec<String>,
    /// Everything.
    pub all: bool,
}

impl InvalidationScope {
    /// Names everything.
    #[must_use]
    pub fn everything() -> Self {
        Self { all: true, ..Self::default() }
    }

    /// Names one key.
    #[must_use]
    pub fn key(key: impl Into<String>) -> Self {
        Self { keys: vec![key.into()], ..Self::default() }
    }

    /// Names every entry with a tag.
    #[must_use]
    pub fn tag(tag: impl Into<String>) -> Self {
        Self { tags: vec![tag.into()], ..Self::default() }
    }

    /// Names every key that begins with `prefix`.
    #[must_use]
    pub fn prefix(prefix: impl Into<String>) -> Self {
        Self { prefixes: vec![prefix.into()], ..Self::default() }
    }

    /// Is the entry with this key and these tags meant?
    #[must_use]
    pub fn covers(&self, key: &str, tags: &[String]) -> bool {
        self.all
            || self.keys.iter().any(|named| named == key)
            || self.prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
            || self.tags.iter().any(|named| tags.contains(named))
    }

    /// How many keys, tags and prefixes it names.
    #[must_use]
    pub fn names(&self) -> usize {
        self.keys.len() + self.tags.len() + self.prefixes.len()
    }
}

/// What a person clears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClearScope {
    /// One cache by its name.
    Cache(String),
    /// Keys that begin with this.
    Prefix(String),
    /// Entries with this tag.
    Tag(String),
    /// Everything.
    All,
}

impl From<ClearScope> for InvalidationScope {
    fn from(scope: ClearScope) -> Self {
        match scope {
            ClearScope::Cache(cache) => Self::prefix(format!("{cache}/")),
            ClearScope::Prefix(prefix) => Self::prefix(prefix),
            ClearScope::Tag(tag) => Self::tag(tag),
            ClearScope::All => Self::everything(),
        }
    }
}

/// An invalidation and its place in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalidation {
    /// Entries older than this and in scope are dead.
    pub position: Position,
    /// What it names.
    pub scope: InvalidationScope,
}

/// What a watch of invalidations says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchEvent {
    /// Always first.
    Started {
        /// The current position.
        position: Position,
        /// Every invalidation after the position asked for follows; otherwise drop what you hold.
        continuous: bool,
    },
    /// Something was invalidated.
    Invalidated(Invalidation),
    /// About every second.
    Heartbeat {
        /// Every invalidation up to this one was sent.
        position: Position,
        /// False: the store is out, and invalidations by others may be held up.
        live: bool,
    },
}
