//! Slows down guessing of passwords: after a few failures of one user from one network, each further one costs a
//! growing wait.
//!
//! The key is user *and* network, so that a stranger cannot lock a user out of their own desk; the route's own rate
//! limit bounds guesses across users. Memory is bounded; the least recently used entry leaves first.

use moka::sync::Cache;
use std::net::IpAddr;
use std::time::{Duration, Instant};

const FREE_FAILURES: u32 = 4;
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
const REMEMBERED: Duration = Duration::from_secs(60 * 60);
const MAX_ENTRIES: u64 = 10_000;

/// Recent failures by user and network.
#[derive(Debug)]
pub(crate) struct LoginThrottle {
    failures: Cache<(String, IpAddr), Failures>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl LoginThrottle {
    pub(crate) fn new() -> Self {
        Self { failures: Cache::builder().max_capacity(MAX_ENTRIES).time_to_idle(REMEMBERED).build() }
    }

    /// How long this user must still wait at this network; unset: not at all.
    pub(crate) fn wait(&self, user: &str, network: IpAddr, now: Instant) -> Option<Duration> {
        let failures = self.failures.get(&(user.to_owned(), network))?;
        let until = failures.last + penalty(failures.count);
        until.checked_duration_since(now).filter(|wait| !wait.is_zero())
    }

    /// Counts a wrong password.
    pub(crate) fn failed(&self, user: &str, network: IpAddr, now: Instant) {
        self.failures.entry((user.to_owned(), network)).and_upsert_with(|entry| Failures {
            count: entry.map_or(1, |entry| entry.into_value().count.saturating_add(1)),
            last: now,
        });
    }

    /// Forgets the failures of a user who got it right.
    pub(crate) fn succeeded(&self, user: &str, network: IpAddr) {
        self.failures.invalidate(&(user.to_owned(), network));
    }
}

fn penalty(failures: u32) -> Duration {
    match failures.checked_sub(FREE_FAILURES) {
        None | Some(0) => Duration::ZERO,
        Some(beyond) => FIRST_WAIT.saturating_mul(2_u32.saturating_pow(beyond - 1)).min(LONGEST_WAIT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_for_one_user_at_one_network_only() {
        let throttle = LoginThrottle::new();
        let here: IpAddr = "192.0.2.1".parse().unwrap();
        let there: IpAddr = "192.0.2.2".parse().unwrap();
        let now = Instant::now();
        let mut waits = Vec::new();
        for _ in 0..7 {
            throttle.failed("admin", here, now);
            waits.push(throttle.wait("admin", here, now).map_or(0, |wait| wait.as_secs()));
        }
        assert_eq!(waits, [0, 0, 0, 0, 2, 4, 8]);
        assert_eq!(throttle.wait("admin", there, now), None, "another desk is free");
        assert_eq!(throttle.wait("maria", here, now), None, "another user is free");
        assert_eq!(throttle.wait("admin", here, now + Duration::from_secs(8)), None, "it passes");
        throttle.succeeded("admin", here);
        throttle.failed("admin", here, now);
        assert_eq!(throttle.wait("admin", here, now), None, "success starts afresh");
        assert_eq!(penalty(u32::MAX), LONGEST_WAIT);
    }
}
