//! The only conversions between performance types and Protobuf: domain to Protobuf never fails, the way back checks
//! what arrived.
//!
//! Messages and domain types have the same fields by name, so that a list of names is the whole conversion: the
//! pattern in it stops the build when either side gains a field.

mod field;
mod vitals;
mod verdict;
mod figures;
mod alerting;
mod call;
