//! Quotas that all gateways of a mesh count together, at the cache role.
//!
//! They come on top of the local ones, which bound what a gateway lets through while the cache is not reached. Then it is
//! left alone for a moment, so that a request never waits for it twice.

use crate::counters;
use crate::rate::{Remaining, WINDOW};
use resync_api::cache::client::CacheClient;
use resync_api::cache::model::{Quota, QuotaRequest, limits};
use resync_resilience::Deadline;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A request waits no longer for its quota.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long the cache is left alone after it was not reached.
const PAUSE: Duration = Duration::from_secs(1);

/// The shared side of the limits.
#[derive(Debug)]
pub(super) struct Shared {
    cache: CacheClient,
    /// When it was last not reached; unset since it answered.
    missed: Mutex<Option<Instant>>,
}

impl Shared {
    /// `cache` calls in the gateway's own name.
    pub(super) fn new(cache: CacheClient) -> Self {
        Self { cache, missed: Mutex::new(None) }
    }

    /// Whether the last quota was decided together.
    pub(super) fn is_reached(&self) -> bool {
        self.missed().is_none()
    }

    /// Counts a request of `key`; unset when the local quota has to do.
    pub(super) async fn take(
        &self,
        policy: &str,
        key: String,
        quota: NonZeroU32,
    ) -> Option<Result<Remaining, Duration>> {
        if self.missed().is_some_and(|since| since.elapsed() < PAUSE) {
            counters::count(counters::SHARED_LIMITS_UNAVAILABLE);
            return None;
        }
        let request = QuotaRequest {
            name: format!("gateway.{policy}"),
            key,
            limit: quota.get().min(limits::QUOTA_UNITS),
            window: WINDOW,
            cost: 1,
        };
        match self.cache.with(Deadline::after(PATIENCE)).take_quota(request).await {
            Ok(quota) => {
                if self.missed().take().is_some() {
                    tracing::info!("rate limits are shared again");
                }
                Some(answer(quota))
            }
            Err(fault) => {
                counters::count(counters::SHARED_LIMITS_UNAVAILABLE);
                if self.missed().replace(Instant::now()).is_none() {
                    tracing::warn!(reason = fault.reason, error = %fault, "rate limits are counted by this process alone");
                }
                None
            }
        }
    }

    fn missed(&self) -> MutexGuard<'_, Option<Instant>> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer(quota: Quota) -> Result<Remaining, Duration> {
    if quota.allowed {
        let reset_seconds = quota.reset_after.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX);
        Ok(Remaining { requests: quota.remaining, reset_seconds })
    } else {
        Err(quota.retry_after.unwrap_or(WINDOW))
    }
}
