//! The pieces that keep one slow or dead part from taking others with it, one idea a file.
//!
//! They are plain async values rather than layers of one framework, because they guard three different things: gRPC
//! channels (the service kit), the scheduler's HTTP API and loads into caches. Time comes from tokio, so tests pause it;
//! jitter can be injected. Nothing here knows what a request is about, and nothing logs: callers decide what to say.

mod backoff;
mod deadline;
mod retry;
mod breaker;
mod bulkhead;
mod histogram;
mod pool;
mod single_flight;

pub use backoff::Backoff;
pub use breaker::{Breaker, BreakerConfig, BreakerState, Open, Permit};
pub use bulkhead::{Bulkhead, Full, Slot};
pub use deadline::{Deadline, Expired};
pub use histogram::{Histogram, HistogramMeter};
pub use pool::{Pool, PoolPermit, PoolSnapshot, PoolTimedOut, WAIT_BOUNDS};
pub use retry::{Answer, RetryBudget, RetryPolicy, Verdict, retry};
pub use single_flight::SingleFlight;
