//! Questions and answers as the mesh speaks of them: domain model, conversions and typed client.

pub mod model;
mod convert;
pub mod client;
