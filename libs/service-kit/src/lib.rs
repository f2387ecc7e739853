//! What every process of the mesh shares: settings, identity, servers and channels, telemetry, tasks, shutdown.
//!
//! It knows no product noun: which settings exist, which RPCs need which permission and what a role does are handed in
//! as data by the crates that know.

pub mod runtime;
pub mod args;
pub mod settings;
pub mod data_dir;
pub mod spool;
pub mod telemetry;
pub mod correlation;
pub mod origin;
pub mod identity;
pub mod policy;
pub mod context;
pub mod server;
pub mod channel;
pub mod tasks;
pub mod shutdown;
pub mod readiness;
pub mod admin;
pub mod vitals;
