//! Rate limits by key, with what the headers of the IETF draft need to say about them.
//!
//! Memory is bounded: every so many checks, keys that are back to a full quota are forgotten; beyond [`MAX_KEYS`]
//! active ones, newcomers share one bucket, so that somebody with many addresses cannot take memory from the rest.

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::fmt;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

/// Every policy counts in this window.
pub(crate) const WINDOW: Duration = Duration::from_secs(60);
const MAX_KEYS: usize = 65_536;
const CHECKS_PER_SWEEP: u32 = 4_096;

/// A named quota, kept per key.
pub(crate) struct Policy<K: Hash + Eq + Clone> {
    name: &'static str,
    quota: NonZeroU32,
    limiter: RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
    clock: DefaultClock,
    overflow: K,
    checks: AtomicU32,
    crowded: AtomicBool,
}

/// What is left of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Remaining {
    /// Requests that may follow at once.
    pub(crate) requests: u32,
    /// Seconds until the quota is full again.
    pub(crate) reset_seconds: u64,
}

impl<K: Hash + Eq + Clone> fmt::Debug for Policy<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy").field("name", &self.name).field("quota", &self.quota).finish_non_exhaustive()
    }
}

impl<K: Hash + Eq + Clone> Policy<K> {
    /// `quota` requests per [`WINDOW`] for each key; `overflow` is the key of the shared bucket.
    pub(crate) fn new(name: &'static str, quota: NonZeroU32, overflow: K) -> Self {
        Self {
            name,
            quota,
            limiter: RateLimiter::dashmap(Quota::per_minute(quota))
                .with_middleware::<StateInformationMiddleware>(),
            clock: DefaultClock::default(),
            overflow,
            checks: AtomicU32::new(0),
            crowded: AtomicBool::new(false),
        }
    }

    /// Its name in headers and errors.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Requests per [`WINDOW`].
    pub(crate) fn quota(&self) -> NonZeroU32 {
        self.quota
    }

    /// Counts a request of `key`.
    ///
    /// # Errors
    /// How long to wait when the quota is used up.
    pub(crate) fn check(&self, key: &K) -> Result<Remaining, Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % CHECKS_PER_SWEEP == CHECKS_PER_SWEEP - 1 {
            self.limiter.retain_recent();
            self.crowded.store(self.limiter.len() > MAX_KEYS, Ordering::Relaxed);
        }
        let key = if self.crowded.load(Ordering::Relaxed) { &self.overflow } else { key };
        match self.limiter.check_key(key) {
            Ok(snapshot) => {
                let requests = snapshot.remaining_burst_capacity();
                Ok(Remaining { requests, reset_seconds: self.refill_seconds(self.quota.get() - requests) })
            }
            Err(denied) => Err(denied.wait_time_from(self.clock.now())),
        }
    }

    fn refill_seconds(&self, used: u32) -> u64 {
        (u64::from(used) * WINDOW.as_secs()).div_ceil(u64::from(self.quota.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_per_key_and_says_what_is_left() {
        let policy = Policy::new("login", NonZeroU32::new(3).unwrap(), 0);
        let left: Vec<_> = (0..3).map(|_| policy.check(&1).unwrap().requests).collect();
        assert_eq!(left, [2, 1, 0]);
        let wait = policy.check(&1).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= WINDOW);
        assert_eq!(policy.check(&2), Ok(Remaining { requests: 2, reset_seconds: 20 }));
    }

    #[test]
    fn many_keys_end_in_one_bucket() {
        let policy = Policy::new("address", NonZeroU32::MIN, 0);
        for key in 1..=(MAX_KEYS as u32 + 2 * CHECKS_PER_SWEEP) {
            let _ = policy.check(&key);
        }
        let keys = policy.limiter.len();
        for key in 1_000_000..1_001_000 {
            let _ = policy.check(&key);
        }
        assert!(policy.crowded.load(Ordering::Relaxed) && policy.limiter.len() <= keys + 1);
    }
}
