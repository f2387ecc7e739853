//! Growing waits between attempts, with the jitter of gRFC A6.

use std::time::Duration;

/// Exponential growth from `initial` to `max`; each wait is multiplied by a random factor between 0.8 and 1.2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backoff {
    /// Wait before the first retry.
    pub initial: Duration,
    /// No wait grows beyond this (before jitter).
    pub max: Duration,
    /// Growth from one wait to the next.
    pub multiplier: f64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { initial: Duration::from_millis(50), max: Duration::from_secs(1), multiplier: 2.0 }
    }
}

impl Backoff {
    /// Doubling from `initial` to `max`.
    #[must_use]
    pub const fn doubling(initial: Duration, max: Duration) -> Self {
        Self { initial, max, multiplier: 2.0 }
    }

    /// The wait before retry number `retry` (the first is 1), with random jitter.
    #[must_use]
    pub fn delay(&self, retry: u32) -> Duration {
        self.delay_with(retry, rand::random_range(0.8..=1.2))
    }

    /// The wait before retry number `retry`, multiplied by a factor the caller chose.
    #[must_use]
    pub fn delay_with(&self, retry: u32, factor: f64) -> Duration {
        let steps = i32::try_from(retry.saturating_sub(1)).unwrap_or(i32::MAX);
        let grown = self.initial.as_secs_f64() * self.multiplier.powi(steps);
        let seconds = grown.min(self.max.as_secs_f64()) * factor;
        Duration::try_from_secs_f64(seconds).unwrap_or(self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn waits_double_up_to_the_limit() {
        let backoff = Backoff::doubling(Duration::from_millis(100), Duration::from_secs(1));
        let waits: Vec<_> = (1..=6).map(|n| backoff.delay_with(n, 1.0).as_millis()).collect();
        assert_eq!(waits, [100, 200, 400, 800, 1000, 1000]);
    }

    proptest! {
        #[test]
        fn jitter_stays_within_a_fifth_and_nothing_overflows(retry in 0u32.., initial_ms in 1u64..10_000) {
            let max = Duration::from_secs(30);
            let backoff = Backoff::doubling(Duration::from_millis(initial_ms), max);
            let exact = backoff.delay_with(retry, 1.0);
            let wait = backoff.delay(retry);
            prop_assert!(wait <= max.mul_f64(1.2));
            prop_assert!(wait >= exact.mul_f64(0.799) && wait <= exact.mul_f64(1.201));
        }
    }
}
