//! The history part of package `resync.graph.v1`: runs that ended, and what they say.

mod convert;
pub mod client;
pub mod model;
