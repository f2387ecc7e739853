//! What tests of several parts share: waiting for a condition, breaking connections, running the
//! real binary or a real Neo4j. A dev-dependency only; it knows no product noun and fakes nothing of ours.

mod eventually;
mod chaos_proxy;
mod process;
mod neo4j;

pub use chaos_proxy::ChaosProxy;
pub use eventually::eventually;
pub use neo4j::Neo4jServer;
pub use process::{Process, binary};
