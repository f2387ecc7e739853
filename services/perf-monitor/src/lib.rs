//! The performance monitor: how well the mesh runs, judged from what every process reports about itself.
//!
//! It computes windows, scores, health with reasons, recommendations and alerts, and tells people of alerts and of jobs
//! that failed or are late. It sits in no request's path, and changes no setting.

pub mod config;
pub mod monitor;
pub mod handle;
pub mod error;
pub mod grpc;
pub mod clock;
pub mod thresholds;
pub mod check;
pub mod alert;
pub mod notify;
pub mod plan_event;
pub mod store;
mod intake;
mod history;
mod score;
mod survey;
mod health;
mod recommend;
mod keeper;
mod plan_watch;
mod adapters;
mod telemetry;

pub use config::{Config, Dependencies};
pub use error::{ConfigError, Error};
pub use handle::Handle;
pub use monitor::PerfMonitor;

#[cfg(test)]
mod fixture;
