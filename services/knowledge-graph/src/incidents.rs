//! Failures of the plans as incidents: noted from the export of each engine, clustered by cause, resolved by people, found
//! again by likeness.
//!
//! What belongs together is decided purely (`book`, over `symptom` and `cause`); the recorder brings it failures and logs
//! and keeps its decisions. An automatic change is a record of what was seen; what a person says is in the audit log too,
//! in the same batch. Nothing is deleted but resolved incidents after the retention of the settings.
//!
//! Bounds: [`UNRESOLVED`] incidents an engine that nobody has resolved (when they are reached, further failures that would
//! open one are counted and dropped), [`MEMBERS`] jobs an incident, [`ENTRIES`] entries a timeline, [`LINES`] lines a
//! symptom, [`REPORTS`] reports a resolution.

pub mod normal;
pub mod failure;
pub mod symptom;
pub mod cause;
pub mod kept;
pub mod book;
pub mod likeness;
mod rows;
mod events;
mod error;
mod inbox;
mod logs;
mod desk;
mod people;
mod find;
mod recorder;
pub mod grpc;

pub use book::MEMBERS;
pub use error::IncidentError;
pub use find::Page;
pub use inbox::Inbox;
pub use kept::{ENTRIES, REPORTS};
pub use recorder::Recorder;
pub use symptom::LINES;

use std::sync::Arc;
use std::time::Duration;

use crate::audit::{AuditLog, Clock};
use crate::store::Store;

/// Incidents of one engine that nobody has resolved.
pub const UNRESOLVED: u64 = 2_000;
/// How often others may come first before a caller is told to try again.
const ATTEMPTS: u32 = 16;

/// How incidents are made and how long they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentsConfig {
    /// A failure joins an incident with its cause that failed last within this.
    pub window: Duration,
    /// How long resolved ones are kept, from their resolution.
    pub retention: Duration,
    /// Logs read from all engines a minute. 0: none is read.
    pub logs_per_minute: u32,
}

impl Default for IncidentsConfig {
    fn default() -> Self {
        let day = Duration::from_secs(86_400);
        Self { window: Duration::from_secs(7_200), retention: 400 * day, logs_per_minute: 60 }
    }
}

/// The incidents of all engines. Clones are the same.
#[derive(Clone)]
pub struct Incidents {
    store: Arc<dyn Store>,
    log: AuditLog,
    clock: Clock,
    config: IncidentsConfig,
    inbox: Inbox,
}

impl Incidents {
    /// Incidents in the store of `log`, whose events go into that log.
    #[must_use]
    pub fn new(log: AuditLog, clock: Clock, config: IncidentsConfig) -> Self {
        Self { store: Arc::clone(log.store()), log, clock, config, inbox: Inbox::default() }
    }

    /// Where failures are reported to.
    #[must_use]
    pub fn inbox(&self) -> &Inbox {
        &self.inbox
    }
}

impl std::fmt::Debug for Incidents {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Incidents").field("config", &self.config).finish_non_exhaustive()
    }
}
