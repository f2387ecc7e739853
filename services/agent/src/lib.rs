//! The agent: understands a question about the plan, calls tools, and composes a cited answer.

pub mod query;
