//! Failures of the plans as incidents, and what people did about them.

pub mod model;
mod convert;
pub mod client;
