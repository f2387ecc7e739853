//! The client of the scheduler's REST API, version 2 (HCL Workload Automation and its IBM twins).
//!
//! Protocol only: addresses and trust, credentials, paging, filters, the shapes on the wire, and what errors mean.
//! It decides nothing about how often to ask, what to retry, or what an answer means for the plan; those belong to
//! the service that mirrors the plan. It never follows redirects, never stores cookies and never logs a secret.
//!
//! Start with [`Client::new`] and [`Config`]; [`check`] explains step by step why an engine does not answer.

pub mod capability;
pub mod check;
pub mod clock;
pub mod config;
pub mod error;
pub mod oql;
pub mod page;
pub mod wire;

mod client;
mod resolve;
mod tls;

pub use capability::{Capabilities, Support};
pub use client::job_log::{LogExcerpt, LogRange};
pub use client::plan::Grouping;
pub use client::{Client, TraceContext};
pub use clock::ClockSample;
pub use config::{Auth, Config, Limits, Tls};
pub use error::{Error, Result};
pub use oql::Oql;
pub use page::{Listed, Page, Query, Scope, Unreadable};
pub use wire::scalar::{format_duration, parse_duration, parse_instant};
