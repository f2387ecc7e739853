//! Answers questions about a live plan, with evidence: a question is understood as a typed query, tools
//! read the plan, and the answer is written as spans whose facts point into the tools' results.
//!
//! Nothing here writes to the scheduler or talks to it directly. Conversations are kept elsewhere; this process has a
//! bounded memory of those that go on. What people teach is proposed to the knowledge graph, where a person decides.

mod error;
mod config;
mod figures;
mod knowledge;
pub mod query;
pub mod interpret;
pub mod conversation;
mod words;
mod render;
mod evidence;
mod catalogue;
mod tools;
mod findings;
mod phrases;
mod compose;
mod assemble;
mod verify;
mod markdown;
mod agent;
pub mod grpc;

pub use agent::{Agent, AnswerStream, Asker};
pub use config::Config;
pub use error::Error;
pub use knowledge::Knowledge;
