//! The knowledge graph: how the jobs of a plan hang together and what follows from it, computed over an in-memory graph of
//! each engine's plan that follows the bridge; and everything that must last, in a store.
//!
//! It never calls the scheduler, and decides nothing about what an operator may do.

pub mod topology;
pub mod store;
mod page_token;
pub mod audit;
pub mod journal;
pub mod conversations;
pub mod memories;
pub mod incidents;
pub mod durable;
pub mod error;
mod figures;
pub mod graphs;
pub mod follow;
pub mod plan_copy;
pub mod grpc;
pub mod history;
pub mod documents;

pub use error::Error;
pub use follow::Follower;
pub use graphs::{Graphs, RunKeeper};
pub use plan_copy::PlanCopier;

/// The role's service without a follower: every question is answered with the reason that no plan was received.
#[must_use]
pub fn service() -> resync_api::proto::graph::v1::graph_service_server::GraphServiceServer<grpc::GraphServer>
{
    grpc::service(Graphs::default())
}
