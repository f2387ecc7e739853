//! Resources that belong together and end together.

use super::{Kind, Resources, Scope};
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Holds resources, and whatever else must end with them; releases in reverse order of acquisition.
///
/// The order matters where a later one stands on an earlier one, such as a stream on a lease.
#[derive(Default)]
pub struct Batch(Vec<Box<dyn Any + Send>>);

impl Batch {
    /// Nothing held yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes over a scope, a lease, a file: anything whose drop releases.
    pub fn hold(&mut self, member: impl Send + 'static) {
        self.0.push(Box::new(member));
    }

    /// Acquires a resource into the batch.
    pub fn acquire(&mut self, resources: &Resources, kind: Kind, owner: impl Into<Arc<str>>) {
        let scope: Scope = resources.acquire(kind, owner);
        self.hold(scope);
    }

    /// Members held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Is nothing held?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("members", &self.0.len()).finish()
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        while let Some(member) = self.0.pop() {
            drop(member);
        }
    }
}
