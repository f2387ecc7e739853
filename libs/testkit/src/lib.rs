//! What tests of several parts share: waiting for a condition, breaking connections, running the
//! real binary. A dev-dependency only; it knows no product noun and fakes nothing of ours.

mod eventually;
mod chaos_proxy;
mod process;

pub use chaos_proxy::ChaosProxy;
pub use eventually::eventually;
pub use process::{Process, binary};
