//! What tests of several parts share: waiting for a condition, breaking connections, running the
//! real binary, real Redis servers. A dev-dependency only; it knows no product noun and fakes nothing of ours.

mod eventually;
mod chaos_proxy;
mod process;
mod redis;
mod redis_cluster;

pub use chaos_proxy::ChaosProxy;
pub use eventually::eventually;
pub use process::{Process, binary};
pub use redis::RedisServer;
pub use redis_cluster::RedisCluster;
