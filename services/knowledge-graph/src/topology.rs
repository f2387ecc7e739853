//! How the jobs of a plan hang together, and what follows from it: impact, root causes, paths, forecasts.
//!
//! Pure: no I/O, no clock, no Protobuf. A [`Ledger`] takes in what the bridge exports and makes immutable versions of the
//! [`Graph`]; every algorithm reads one version.

mod node;
mod records;
mod needs;
mod order;
mod structure;
mod outcome;
mod error;
mod index;
mod graph;
mod intake;
mod ledger;
mod limits;
mod objects;
mod trail;
mod impact;
mod root_cause;
mod path_between;
mod history;
mod schedule;
mod forecast;
mod nights;
mod critical_path;
mod risk;
mod queue;
mod simulation;
mod reach;
mod health;
mod instance;

pub use error::TopologyError;
pub use graph::Graph;
pub use history::{DurationHistory, Durations, Failures, NoHistory, PROBABILITIES, RunHistory};
pub use instance::{Instance, Phase};
pub use ledger::{FinishedRun, Ledger};
pub use objects::{Fact, ObjectId, PlanObject, PlanObjectKind, PlanRelation, PlanRelationKind, Spot};
pub use outcome::Outcome;
