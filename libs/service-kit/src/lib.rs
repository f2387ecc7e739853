//! What every process of the mesh shares: settings, identity, servers and channels, telemetry, tasks, shutdown.
//!
//! It knows no product noun: which settings exist, which RPCs need which permission and what a role does are handed in
//! as data by the crates that know.

pub mod correlation;
pub mod policy;
pub mod data_dir;
pub mod identity;
pub mod context;
pub mod shutdown;
pub mod tasks;
pub mod readiness;
pub mod telemetry;
pub mod server;
pub mod channel;
