//! The mirror of one engine's plan: immutable versioned snapshots for many readers, one writer that applies updates.
//!
//! Pure: no clock, no I/O, no async. Whoever calls says what time it is.

mod update;

pub use update::*;
