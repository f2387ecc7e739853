//! Package `resync.graph.v1`: questions about how the plan hangs together and when it will be done.

pub(crate) mod convert;
pub mod client;
pub mod model;
