//! The side that faces the scheduler.
//!
//! Queries are answered from the mirror; only what the mirror does not keep is read through [`EngineReader`]. Everything
//! else reaches the mirror as [`Update`](crate::plan::Update) batches, which a [`Poller`] reads from the engine once for
//! everybody.

pub mod config;
mod names;
mod clock;
mod rate;
mod telemetry;
mod calls;
mod facts;
mod roster;
mod structure;
mod reader;
mod surroundings;
mod poller;

pub use clock::EngineClock;
pub use config::{EngineConfig, Pace};
pub use poller::{EngineFeed, Poller};
pub use rate::RateCap;
pub use surroundings::{Lives, Surroundings};

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use resync_api::tws::model::{Dependency, JobLog};
use resync_fault::FaultBody;

use crate::plan::JobFacts;

/// Direct reads from one engine, rate-capped together with the poller's.
///
/// Errors are already faults a caller may see: reason, hint and retryability as the engine's client states them.
pub trait EngineReader: Debug + Send + Sync + 'static {
    /// A bounded range of the log of one run.
    fn job_log(&self, range: LogRange) -> BoxFuture<'_, Result<JobLog, FaultBody>>;

    /// One job with what it waits for, by plan id.
    fn job(&self, id: String) -> BoxFuture<'_, Result<JobReading, FaultBody>>;
}

/// Which lines of which log. The bounds were checked: at least one line, at most 2000.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRange {
    /// Plan id of the job.
    pub job_id: String,
    /// The run; empty when the mirror knows none, then the engine's last.
    pub run_id: String,
    /// Start of the run; unset when the mirror does not know it.
    pub started: Option<DateTime<Utc>>,
    /// How far the run is.
    pub stage: RunStage,
    /// The lines.
    pub lines: LogLines,
}

/// How far a run is, as the mirror knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunStage {
    /// It runs, or nobody knows.
    Open,
    /// It ended a moment ago; its last lines may still be on their way.
    Ended,
    /// It ended long enough ago for its log to be complete.
    Settled,
}

/// Lines of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLines {
    /// From a line (from 1), at most so many.
    From {
        /// First line.
        line: u32,
        /// Most lines.
        count: u32,
    },
    /// The last lines, at most so many.
    Tail(u32),
}

/// A single job as the engine shows it now.
#[derive(Clone, Debug, PartialEq)]
pub struct JobReading {
    /// The row.
    pub job: JobFacts,
    /// What the job itself waits for.
    pub dependencies: Vec<Dependency>,
}
