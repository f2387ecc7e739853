//! The bridge to the scheduler: one live in-memory mirror of each engine's plan, queries over it and a change stream.
//!
//! It reads the engine once for everybody and never writes to it. It knows no natural language and stores nothing
//! durably; what it holds is rebuilt from the engine.

pub mod config;
mod figures;
pub mod bridge;
pub mod error;
pub mod grpc;
pub mod plan;
pub mod engine;

pub use bridge::{Bridge, Handle};
pub use config::Config;
pub use error::{ConfigError, Error};
