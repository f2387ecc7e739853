//! What people and programs outside rely on, over real sockets: HTTP and gRPC clients in front of the gateway, a real
//! gRPC server behind it. One file a story.
#![expect(clippy::unwrap_used, reason = "a story that goes another way has failed")]

mod mesh;
mod plan;
mod login;
mod tokens;
mod security;
mod permissions;
mod malformed;
mod problems;
mod rates;
mod browser;
mod routes;
mod history;
mod silence;
mod chat;
mod conversations;
mod events;
mod graph;
mod grpc;
mod grpc_web;
mod drain;
mod monitor;
mod store;
mod once;
mod idempotency;
mod redis_outage;
mod cache;
mod watched;
mod scripts;
mod alerts;
mod shared_limits;
mod vitals;
mod metrics;
