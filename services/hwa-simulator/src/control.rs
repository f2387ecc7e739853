//! The in-process handle on a running engine: what the control port offers, without the socket.

use std::time::Duration;

use crate::truth::{IncidentTruth, Truth};

/// Moves the clock and tells the truth of one engine. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Control {}

impl Control {
    /// The whole truth now.
    pub fn truth(&self) -> Truth {
        unreachable!("the plan comes with the next commit")
    }
    /// The planted incidents now.
    pub fn incidents(&self) -> Vec<IncidentTruth> {
        Vec::new()
    }
    /// Moves the engine's clock forward by `by` and lets everything due happen.
    pub fn step(&self, _by: Duration) {}
}
