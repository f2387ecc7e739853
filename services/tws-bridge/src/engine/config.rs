//! What one engine is called, where it is, and how gently it is asked.

use std::time::Duration;

use chrono::NaiveTime;

/// One engine.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Name in the settings, `engines/{name}` in resource names.
    pub name: String,
    /// Addresses, credentials and trust.
    pub access: resync_hwa::Config,
    /// How often and how much is read.
    pub pace: Pace,
    /// Start of the plan day in the engine's zone. The API does not tell it.
    pub start_of_day: NaiveTime,
    /// Zone to assume when the engine does not tell its own.
    pub fallback_time_zone: String,
}

/// How often and how much is read. The defaults stay under five requests a second.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Requests a second over time; unset: no cap.
    pub requests_per_second: Option<f64>,
    /// Requests that may go at once after a quiet time.
    pub burst: u32,
    /// Requests under way at one time while a whole plan is read.
    pub concurrency: usize,
    /// Objects a page.
    pub page_size: u32,
    /// Between two looks for starts and ends.
    pub changes: Duration,
    /// Between two reads of everything that is not simply waiting or done.
    pub active: Duration,
    /// Between two reads of workstations, resources, prompts and files.
    pub objects: Duration,
    /// Between two comparisons of counts.
    pub counts: Duration,
    /// Every job is read again within this time.
    pub sweep: Duration,
    /// A job's own dependencies are read again after this time while it waits.
    pub dependencies: Duration,
    /// Definitions are read again after this time.
    pub model: Duration,
    /// First and longest wait between attempts while the engine does not answer.
    pub reconnect: (Duration, Duration),
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            requests_per_second: Some(5.0),
            burst: 30,
            concurrency: 3,
            page_size: 1_000,
            changes: Duration::from_secs(2),
            active: Duration::from_secs(10),
            objects: Duration::from_secs(15),
            counts: Duration::from_secs(15),
            sweep: Duration::from_secs(300),
            dependencies: Duration::from_secs(120),
            model: Duration::from_secs(1_800),
            reconnect: (Duration::from_secs(1), Duration::from_secs(30)),
        }
    }
}
