//! What goes into a cache and what comes out.

use std::sync::Arc;
use std::time::Duration;

/// How long a value is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// Fresh for this long; zero: not kept at all.
    pub ttl: Duration,
    /// After that served for this long while it is loaded anew in the background.
    pub stale: Duration,
}

impl Life {
    /// A life that ends at once when it is over.
    #[must_use]
    pub const fn new(ttl: Duration) -> Self {
        Self { ttl, stale: Duration::ZERO }
    }

    /// The same life, after which the value is still served for `stale` while it is loaded anew.
    #[must_use]
    pub const fn then_stale(self, stale: Duration) -> Self {
        Self { stale, ..self }
    }
}

/// What a loader found.
#[derive(Debug, Clone)]
pub struct Loaded<V> {
    pub(crate) value: Option<V>,
    pub(crate) life: Option<Life>,
    pub(crate) tags: Vec<String>,
    pub(crate) age: Duration,
}

impl<V> Loaded<V> {
    /// A value with the usual life.
    pub fn found(value: V) -> Self {
        Self { value: Some(value), life: None, tags: Vec::new(), age: Duration::ZERO }
    }

    /// The origin says that there is no such thing; remembered for a short time.
    #[must_use]
    pub fn absent() -> Self {
        Self { value: None, life: None, tags: Vec::new(), age: Duration::ZERO }
    }

    /// With a life of its own.
    #[must_use]
    pub fn living(self, life: Life) -> Self {
        Self { life: Some(life), ..self }
    }

    /// With a name by which it can be invalidated.
    #[must_use]
    pub fn tagged(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// The origin's answer was this old already.
    #[must_use]
    pub fn aged(self, age: Duration) -> Self {
        Self { age, ..self }
    }
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// This process's memory.
    FirstLevel,
    /// The mesh's shared cache.
    SecondLevel,
    /// It was loaded for this read, or for another that asked at the same time.
    Origin,
}

/// What a read got.
#[derive(Debug, Clone)]
pub struct Cached<V> {
    /// The value; `None`: there is no such thing.
    pub value: Option<Arc<V>>,
    /// Time since its loading began, in whichever process that was.
    pub age: Duration,
    /// Where it came from.
    pub source: Source,
    /// Its life is over; it is being loaded anew.
    pub stale: bool,
}
