//! The audit log: appended to, never changed, and provably so.
//!
//! Every entry of a chain holds the hash of the one before; the head of the chain moves in the same batch, so that two
//! appenders cannot both follow one entry. Signed statements about the head are kept outside the store: with them, also
//! a store that was cut or put back to an older copy as a whole is found out. Reading it is all that can be done besides.

pub(crate) mod mask;
mod chain;
mod log;
mod checkpoint;
mod verify;
mod search;
mod export;
mod spool;
mod recorder;
mod error;
pub mod grpc;

pub use checkpoint::{CheckpointKey, Checkpoints};
pub use error::AuditError;
pub use export::export;
pub use log::AuditLog;
pub use recorder::Recorder;
pub use search::{list, report};
pub use spool::Spool;
pub use verify::{chains, verify};

/// Where times come from.
pub type Clock = std::sync::Arc<dyn Fn() -> chrono::DateTime<chrono::Utc> + Send + Sync>;
