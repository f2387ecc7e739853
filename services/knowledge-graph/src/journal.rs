//! The command journal: who may send which command once, what became of it, and which targets take none now.
//!
//! A claim is one atomic batch: the command's row under its unique key, the target's row, the used proposal and the audit
//! event. So no crash leaves a command without a row, a row without an event, or two commands on one target. The journal
//! does not know what commands mean and never talks to an engine.

mod error;
mod rows;
mod claim;
mod command;
mod proposal;
mod events;
pub mod grpc;

pub use command::Page;
pub use error::JournalError;

use std::sync::Arc;

use crate::audit::{AuditLog, Clock};
use crate::store::Store;

/// How often others may come first before a caller is told to try again.
const ATTEMPTS: u32 = 16;

/// The journal and the proposals. Clones are the same.
#[derive(Clone)]
pub struct Journal {
    store: Arc<dyn Store>,
    log: AuditLog,
    clock: Clock,
}

impl Journal {
    /// A journal in the store of `log`, whose events go into that log.
    #[must_use]
    pub fn new(log: AuditLog, clock: Clock) -> Self {
        Self { store: Arc::clone(log.store()), log, clock }
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Journal").finish_non_exhaustive()
    }
}
