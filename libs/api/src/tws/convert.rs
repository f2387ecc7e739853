//! The only conversions between plan types and Protobuf: domain to Protobuf never fails, the way
//! back checks what arrived.

mod enums;
mod rows;
mod dependency;
mod request;
