//! Memories with human review: domain model, conversions and typed client.

pub mod model;
mod convert;
pub mod client;
