//! Every run that was seen to end, kept in the store, and what these runs say: how long a job takes, how often it fails,
//! when it usually starts, and whether a run is out of the ordinary.
//!
//! Runs reach the store through a bounded queue that waits while the store is out. A run has the same id whenever it is
//! seen, so that a plan which is received again adds nothing.

mod rows;
mod runs;
mod retention;
mod recall;
mod queue;
mod keeping;
mod samples;
mod figures;
mod unusual;
mod error;
mod telemetry;
pub mod grpc;

pub use error::HistoryError;
pub use figures::statistics;
pub use keeping::History;
pub use retention::Retention;
pub use runs::{JobRuns, Kept, RunStore};
pub use unusual::check;
