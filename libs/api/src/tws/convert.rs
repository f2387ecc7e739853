//! The only conversions between plan types and Protobuf: domain to Protobuf never fails, the way
//! back checks what arrived.

mod enums;
mod rows;
mod job;
mod job_stream;
mod dependency;
mod engine;
mod overview;
mod list;
mod detail;
mod search;
mod topology;
