//! Domain types of the performance monitor: what processes report, what is judged of it, alerts and silences.
//! Required fields are not optional and enums hold no "unspecified"; nothing here knows Protobuf.
//!
//! The same types are the JSON of the REST API: `snake_case`, RFC 3339 times, units in field names. Rates are shares
//! from 0 to 1.

mod vitals;
mod verdict;
mod figures;
mod alerting;

pub use alerting::*;
pub use figures::*;
pub use verdict::*;
pub use vitals::*;
