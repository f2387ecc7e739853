//! The shared cache as the mesh speaks of it: domain model, conversions and typed client.

pub mod model;
mod check;
mod convert;
pub mod client;
