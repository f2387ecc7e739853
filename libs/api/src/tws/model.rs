//! Domain types of the plan. Required fields are not optional, enums hold no "unspecified",
//! and invariants were checked when the value was received; nothing here knows Protobuf.
//!
//! The same types are the JSON of the REST API: `snake_case`, RFC 3339 times, units in field names.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::json::seconds;

mod dependency;
mod plan;
mod request;
mod topology;

pub use dependency::*;
pub use plan::*;
pub use request::*;
pub use topology::*;

/// How fresh the rows of an answer are, and by which clock it was computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Freshness {
    /// Counts every applied change of the mirror since it was built.
    pub plan_version: u64,
    /// When the oldest row used in the answer was last verified with the engine.
    pub oldest_observed_at: Option<DateTime<Utc>>,
    /// The engine's own clock at the time of the answer; plan arithmetic uses it.
    pub engine_time: DateTime<Utc>,
    /// IANA name of the engine's time zone.
    pub time_zone: String,
    /// Set while the engine cannot be reached: the mirror is as of this time.
    pub stale_since: Option<DateTime<Utc>>,
    /// Why the engine cannot be reached; empty while it can.
    pub stale_reason: String,
    /// Start of the current plan day in the engine's time zone.
    pub plan_day_start: Option<DateTime<Utc>>,
}

/// One engine of the settings and how its mirror does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EngineStatus {
    /// Name in the settings.
    pub engine: String,
    /// The address in use, without credentials.
    pub url: String,
    /// The last contact worked.
    pub reachable: bool,
    /// Version text of the engine; empty until first contact.
    pub version: String,
    /// IANA name of the engine's time zone; empty until first contact.
    pub time_zone: String,
    /// Engine clock minus this process's clock, in seconds.
    pub clock_skew_seconds: f64,
    /// Unset until the first full read.
    pub freshness: Option<Freshness>,
    /// The first full read is complete.
    pub synced: bool,
    /// Jobs in the mirror.
    pub job_count: u64,
    /// Job streams in the mirror.
    pub job_stream_count: u64,
    /// Workstations in the mirror.
    pub workstation_count: u64,
    /// Share of the unfinished jobs held back by dependencies whose dependencies were read from the plan, 0 to 1.
    pub plan_edge_coverage: f64,
    /// Every job is verified at least this often while the engine answers.
    #[serde(rename = "sweep_period_seconds", with = "seconds")]
    pub sweep_period: Duration,
    /// Error code of the last failed contact; empty while it works.
    pub last_error: String,
    /// What to do about it; empty while it works.
    pub last_error_hint: String,
    /// Requests sent to the engine since start.
    pub requests_sent: u64,
    /// Found in the engine's own specification, such as `prompts`, `files`, `predecessors`.
    pub capabilities: Vec<String>,
}
