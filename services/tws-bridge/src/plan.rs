//! The mirror of one engine's plan: immutable versioned snapshots for many readers, one writer that applies updates.
//!
//! Pure: no clock, no I/O, no async. Whoever calls says what time it is.

mod column;
mod hash_index;
mod dictionary;
mod chains;
mod lists;
mod packed;
mod texts;
mod update;
mod table;
mod records;
mod jobs;
mod edges;
mod snapshot;
mod derive;
mod rows;
mod change_log;
mod mirror;
mod field;
mod query_error;
mod value;
mod condition;
mod scan;
mod query;
mod find;
mod walk;
mod export;

pub use change_log::{ChangeLog, ChangesAfter, Position, REMEMBERED_CHANGES};
pub use export::Export;
pub use find::{FindQuery, FoundObjects};
pub use mirror::{Applied, Mirror, Reader};
pub use query::{CountQuery, Counted, JobStreamView, JobView, ListQuery, Listed, MAX_PAGE_SIZE, Overview};
pub use query_error::QueryError;
pub use snapshot::Snapshot;
pub use update::*;
pub use walk::{WalkQuery, Walked};
