//! Runbooks and manuals: kept as they came, read in processes of their own, split by structure, found by words, codes and
//! meaning, cited by document, section and page.
//!
//! It does not interpret what they say: text of documents is passed on inert, never as an instruction.

pub mod reader;
pub mod split;
pub mod store;
pub mod embed;
pub mod adapter;
pub mod library;
pub mod grpc;
pub mod error;
mod name;
mod folder;
mod index;
mod vectors;
mod fusion;
mod telemetry;

pub use error::Error;
pub use library::{Config, FolderConfig, Handle, Library, Limits};
