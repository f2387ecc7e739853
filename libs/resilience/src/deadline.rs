//! A point in time after which nobody waits for the result any more.
//!
//! It travels between processes as the *remaining* time (clocks differ), in the form of the `grpc-timeout` header.

use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// The moment a call must be over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

/// The deadline passed before the work was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time allowed for this call is over")]
pub struct Expired;

/// `grpc-timeout` allows eight digits.
const MAX_DIGITS_VALUE: u128 = 99_999_999;

impl Deadline {
    /// From now on, `duration` long. Durations beyond what the clock can express count as thirty years.
    #[must_use]
    pub fn after(duration: Duration) -> Self {
        let now = Instant::now();
        Self(now.checked_add(duration).unwrap_or_else(|| now + Duration::from_secs(30 * 365 * 86_400)))
    }

    /// At this moment of tokio's clock.
    #[must_use]
    pub fn at(instant: Instant) -> Self {
        Self(instant)
    }

    /// Time left; zero when it is over.
    #[must_use]
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Is it over?
    #[must_use]
    pub fn expired(self) -> bool {
        self.remaining().is_zero()
    }

    /// The nearer of the two.
    #[must_use]
    pub fn earliest(self, other: Option<Self>) -> Self {
        other.map_or(self, |other| self.min(other))
    }

    /// Runs `work`, dropping it when the time is over.
    ///
    /// # Errors
    /// [`Expired`] when the deadline came first.
    pub async fn bound<F: Future>(self, work: F) -> Result<F::Output, Expired> {
        tokio::time::timeout_at(self.0, work).await.map_err(|_| Expired)
    }

    /// The remaining time as `grpc-timeout` writes it, in the finest unit that fits eight digits.
    #[must_use]
    pub fn to_grpc_timeout(self) -> String {
        let left = self.remaining();
        let (micros, millis, seconds) = (left.as_micros(), left.as_millis(), u128::from(left.as_secs()));
        if micros <= MAX_DIGITS_VALUE {
            format!("{micros}u")
        } else if millis <= MAX_DIGITS_VALUE {
            format!("{millis}m")
        } else {
            format!("{}S", seconds.min(MAX_DIGITS_VALUE))
        }
    }

    /// Reads a `grpc-timeout` value; `None` when it is not one.
    #[must_use]
    pub fn from_grpc_timeout(value: &str) -> Option<Self> {
        let unit = value.chars().next_back()?;
        let digits = &value[..value.len() - unit.len_utf8()];
        if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let amount: u64 = digits.parse().ok()?;
        let duration = match unit {
            'H' => Duration::from_secs(amount * 3600),
            'M' => Duration::from_secs(amount * 60),
            'S' => Duration::from_secs(amount),
            'm' => Duration::from_millis(amount),
            'u' => Duration::from_micros(amount),
            'n' => Duration::from_nanos(amount),
            _ => return None,
        };
        Some(Self::after(duration))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[tokio::test(start_paused = true)]
    async fn the_header_carries_what_is_left_not_what_was_given() {
        let deadline = Deadline::after(Duration::from_secs(5));
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(deadline.to_grpc_timeout(), "2000000u");
        tokio::time::advance(Duration::from_secs(3)).await;
        assert!(deadline.expired());
        assert_eq!(deadline.to_grpc_timeout(), "0u");
    }

    #[tokio::test(start_paused = true)]
    async fn work_beyond_the_deadline_is_dropped() {
        let deadline = Deadline::after(Duration::from_millis(10));
        assert_eq!(deadline.bound(std::future::pending::<()>()).await, Err(Expired));
        assert_eq!(Deadline::after(Duration::from_secs(1)).bound(async { 7 }).await, Ok(7));
    }

    #[test]
    fn malformed_timeouts_are_refused() {
        for text in ["", "S", "5", "5x", "-1S", "123456789S", "5 S", "½S", "1é"] {
            assert_eq!(Deadline::from_grpc_timeout(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_parses_or_is_refused_without_panic(text in ".{0,12}") {
            let _ = Deadline::from_grpc_timeout(&text);
        }

        #[test]
        fn the_header_form_survives(seconds in 0u64..90_000_000) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
            runtime.block_on(async {
                let deadline = Deadline::after(Duration::from_secs(seconds));
                let back = Deadline::from_grpc_timeout(&deadline.to_grpc_timeout()).unwrap();
                assert_eq!(back.remaining(), Duration::from_secs(seconds));
            });
        }
    }
}
