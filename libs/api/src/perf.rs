//! How well the mesh runs, as the mesh speaks of it: domain model, conversions and typed client.

pub mod model;
mod convert;
pub mod client;
