//! What tests of several parts share: waiting for a condition, breaking connections, running the
//! real binary, real Redis servers, a real Neo4j. A dev-dependency only; it knows no product noun and fakes nothing of ours.

mod eventually;
mod chaos_proxy;
mod process;
mod neo4j;
mod redis;
mod redis_cluster;

pub use chaos_proxy::ChaosProxy;
pub use eventually::eventually;
pub use neo4j::Neo4jServer;
pub use process::{Process, binary};
pub use redis::RedisServer;
pub use redis_cluster::RedisCluster;
