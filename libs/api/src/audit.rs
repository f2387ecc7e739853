//! The audit log: who did what, on what, why, and how it ended.

pub mod model;
mod convert;
pub mod client;
