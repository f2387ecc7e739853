//! The wire contract of Resync, used by servers and clients alike: domain models, the only
//! conversions between them and Protobuf, and typed clients.
//!
//! It decides nothing: no settings, no policy, no I/O beyond the channel a client is given.

pub mod json;
pub mod tws;
pub mod agent;
