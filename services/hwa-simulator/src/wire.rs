//! How objects of the plan look in the REST API: the names and shapes of the published schemas.
//!
//! Lists come by the ten thousand, so what they hold is serialised straight from borrowed plan data; rare or
//! deeply varied parts (dependencies) are built as JSON values.

pub(crate) mod time;
pub(crate) mod actions;
pub(crate) mod job;
pub(crate) mod stream;
pub(crate) mod dependency;
pub(crate) mod workstation;
pub(crate) mod small;
pub(crate) mod model;

use crate::plan::{Plan, Seconds};

/// The plan at one instant, as a reader sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) now: Seconds,
    /// Include full job definitions.
    pub(crate) definitions: bool,
    /// Include dependencies.
    pub(crate) dependencies: bool,
}

impl View<'_> {
    pub(crate) fn zone(&self) -> &'static str {
        self.plan.zone.name()
    }
}
