//! A believable workload automation engine: an HTTP server that speaks the REST API v2 of HCL Workload
//! Automation over a simulated batch night, for demonstrations, tests and benches.
//!
//! It is a peer that speaks the protocol, not a mock: plan generation, a discrete event engine, planted
//! incidents and the REST layer are independent of whoever calls them, and nothing here knows the product
//! that is tested against it.

mod config;
mod error;
mod plan;
mod incidents;
mod engine;
mod wire;
mod oql;
mod planfilter;
mod joblog;
mod census;
mod clock;
mod faults;
mod shared;
mod problem;
mod routes;
mod gate;
mod serve;
mod tls;
mod command;
mod truth;
mod control;
mod simulator;
mod args;

pub use args::{Args, run};
pub use command::{Command, CommandError};
pub use config::{Config, Incidents, SpecVariant, Tls};
pub use control::Control;
pub use error::Error;
pub use faults::{Fault, FaultRule, Faults};
pub use incidents::IncidentKind;
pub use shared::{Effect, ErrorBodies, Switches};
pub use simulator::Simulator;
pub use truth::{
    DependencyTruth, EngineTruth, IncidentTruth, JobStreamTruth, JobTruth, ObjectRef, ObjectType,
    PromptTruth, ResourceTruth, RunTruth, StatusCounts, Truth, WorkstationCounts, WorkstationTruth,
};
