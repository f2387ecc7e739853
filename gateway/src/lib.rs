//! The gateway: everything Resync shows to the outside, on one port.
//!
//! REST, server-sent events, gRPC, grpc-web and the console. It logs people in, checks what they may do, bounds what
//! they send and how often, and passes calls on with the caller's identity. It decides nothing about the plan and
//! reaches nothing but the typed clients it is given.

mod error;
mod context;
mod problem;
mod params;
mod idempotency;
mod rate;
mod counters;
mod exposition;
mod ending;
mod sse;
mod security;
mod uploads;
mod auth;
mod clients;
mod console;
mod config;
mod app;
mod call;
mod middleware;
mod proxy;
mod routes;
mod gateway;

pub use app::MetricsText;
pub use auth::{LOCAL_USER, Lifetimes, PasswordError, Role, UserAccount};
pub use clients::{
    AGENT_SERVICE, AUDIT_SERVICE, CACHE_SERVICE, CONVERSATION_SERVICE, Clients, DOCUMENT_SERVICE,
    GRAPH_SERVICE, HISTORY_SERVICE, INCIDENT_SERVICE, MEMORY_SERVICE, PERF_SERVICE, TWS_SERVICE,
};
pub use config::{Config, Dependencies, StartError};
pub use error::Error;
pub use gateway::{CutOff, Gateway};
pub use idempotency::{KeyLifetimes, Refusal as IdempotencyRefusal};
pub use middleware::rate_limit::Quotas;
