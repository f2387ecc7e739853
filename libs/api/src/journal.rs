//! The command journal and proposals: the durable rows behind everything that is done to a scheduler.

pub mod model;
mod convert;
pub mod client;
