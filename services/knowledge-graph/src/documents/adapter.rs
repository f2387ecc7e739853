//! Adapters to systems outside that documents can use.

pub mod embeddings;
