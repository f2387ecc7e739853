//! What people taught: proposed by anybody, decided about by a named person, recalled only while approved.
//!
//! A memory is a text or a correction, never a live fact. Each change is one atomic batch with its audit event. Nothing is
//! deleted, and nothing follows from a contradiction but that it is shown.

mod error;
mod wording;
mod contradict;
mod rows;
mod events;
mod propose;
mod review;
mod list;
mod recall;
pub mod grpc;

pub use error::MemoryError;

use std::sync::Arc;

use crate::audit::{AuditLog, Clock};
use crate::store::Store;

/// How often others may come first before a caller is told to try again.
const ATTEMPTS: u32 = 16;

/// The memories. Clones are the same.
#[derive(Clone)]
pub struct Memories {
    store: Arc<dyn Store>,
    log: AuditLog,
    clock: Clock,
}

impl Memories {
    /// Memories in the store of `log`, whose events go into that log.
    #[must_use]
    pub fn new(log: AuditLog, clock: Clock) -> Self {
        Self { store: Arc::clone(log.store()), log, clock }
    }
}

impl std::fmt::Debug for Memories {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Memories").finish_non_exhaustive()
    }
}
