//! The product as its users meet it: the real binary in processes of its own, reached over the network.
//!
//! Nothing here knows the product's insides; what a process prints, serves and exits with is all there is.

mod command;
mod generic_grpc;
mod outside;
mod product;
mod root_cause;
mod simulated_engine;

pub use command::{Ended, resync};
pub use generic_grpc::{GenericGrpc, text_at};
pub use outside::{Outside, Reply};
pub use product::{ADMIN_PASSWORD, Product, RoleProcess};
pub use root_cause::{Told, explains};
pub use simulated_engine::SimulatedEngine;

use std::time::Duration;

/// Longest wait for anything that is going to happen; far more than any step takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);
