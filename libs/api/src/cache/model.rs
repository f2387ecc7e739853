//! Domain types of the shared cache. What a server received was checked against [`limits`] on the way in.
//!
//! Bytes are opaque here: what they mean, and how long they may live, is decided by whoever stores them.

use std::fmt;
use std::num::NonZeroU64;

pub mod limits;
mod entry;
mod protection;
mod report;

pub use entry::*;
pub use protection::*;
pub use report::*;

/// A point in the history of invalidations, and the stamp of entries whose loading began there. Positions only grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(NonZeroU64);

impl Position {
    /// The position of a number; 0 is none.
    #[must_use]
    pub const fn new(number: u64) -> Option<Self> {
        match NonZeroU64::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// Its number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
