//! The wire contract of Resync, used by servers and clients alike: domain models, the only
//! conversions between them and Protobuf, and typed clients.
//!
//! It decides nothing: no settings, no policy, no I/O beyond the channel a client is given.

pub mod proto;
pub mod policy;
pub mod protocol_error;
pub mod status;
pub mod json;
pub mod filter;
mod wire;
mod bounds;
mod call;
pub mod channel;
pub mod tws;
pub mod agent;
pub mod graph;
pub mod cache;
pub mod perf;
pub mod audit;
pub mod journal;
pub mod documents;
pub mod conversations;
pub mod history;
pub mod incidents;
pub mod memories;
