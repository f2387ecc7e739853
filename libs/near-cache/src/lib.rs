//! The read path of cached values in each process: a first level in memory, the shared second level behind it, and the
//! origin behind both.
//!
//! [`Caches`] is what the caches of one process share: their settings, the second level, the history of invalidations and
//! the background work. [`NearCache`] is one cache of one type of value. Values live for a time that reads never prolong,
//! come back with their age, and are loaded once however many ask. The second level is a help, not a need: when it
//! fails, reads go to the origin and say nothing. What a value means, how long it may live and which key it has belong to
//! its owner.

mod settings;
mod value;
mod window;
mod entry;
mod meters;
mod table;
mod second_level;
mod caches;
mod listener;
mod cache;

pub use cache::NearCache;
pub use caches::Caches;
pub use second_level::{SecondLevel, Watch};
pub use settings::{Eviction, Settings};
pub use value::{Cached, Life, Loaded, Source};
