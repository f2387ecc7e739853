//! The one cap on requests to an engine, shared by the poller and by direct reads.
//!
//! A token bucket: on average no more than `per_second`, with a burst that lets a first sync begin at full speed.
//! Background reading leaves a reserve in the bucket, so that a person's question does not queue behind it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Shared by everybody who asks one engine; clones are the same bucket.
#[derive(Debug, Clone)]
pub struct RateCap {
    per_second: Option<f64>,
    burst: f64,
    bucket: Arc<Mutex<Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl RateCap {
    /// A full bucket; without a rate nothing is ever held back.
    #[must_use]
    pub fn new(per_second: Option<f64>, burst: u32) -> Self {
        let burst = f64::from(burst.max(1));
        Self {
            per_second: per_second.filter(|rate| *rate > 0.0),
            burst,
            bucket: Arc::new(Mutex::new(Bucket { tokens: burst, filled: Instant::now() })),
        }
    }

    /// Waits for leave to send one request. Waiters are served in no promised order, each within its fair share.
    pub async fn take(&self) {
        while let Err(wait) = self.try_take() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Takes leave to send one request now; else says how long to wait.
    fn try_take(&self) -> Result<(), Duration> {
        self.with_bucket(0, |bucket| bucket.tokens -= 1.0)
    }

    /// Would `reserve` requests remain for others after one more? Else says how long to wait. Takes nothing.
    ///
    /// # Errors
    /// The time after which asking again makes sense.
    pub fn could_take(&self, reserve: u32) -> Result<(), Duration> {
        self.with_bucket(reserve, |_| ())
    }

    fn with_bucket(&self, reserve: u32, then: impl FnOnce(&mut Bucket)) -> Result<(), Duration> {
        let Some(rate) = self.per_second else { return Ok(()) };
        // A reserve larger than the bucket could never be met.
        let wanted = (1.0 + f64::from(reserve)).min(self.burst);
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let earned = now.saturating_duration_since(bucket.filled).as_secs_f64() * rate;
        bucket.tokens = (bucket.tokens + earned).min(self.burst);
        bucket.filled = now;
        if bucket.tokens >= wanted {
            then(&mut bucket);
            return Ok(());
        }
        Err(Duration::from_secs_f64((wanted - bucket.tokens) / rate).max(Duration::from_millis(1)))
    }

    /// Requests a second, when capped.
    #[must_use]
    pub fn per_second(&self) -> Option<f64> {
        self.per_second
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn after_the_burst_requests_go_at_the_rate() {
        let cap = RateCap::new(Some(5.0), 3);
        let start = Instant::now();
        for _ in 0..3 {
            cap.take().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..10 {
            cap.take().await;
        }
        let elapsed = start.elapsed();
        assert!(elapsed >= Duration::from_secs(2) && elapsed < Duration::from_millis(2_100), "{elapsed:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn background_reading_leaves_the_reserve_for_people() {
        let cap = RateCap::new(Some(5.0), 3);
        assert!(cap.could_take(2).is_ok());
        cap.take().await;
        let wait = cap.could_take(2).unwrap_err();
        assert!(cap.try_take().is_ok() && cap.try_take().is_ok(), "people may use the reserve");
        assert!(cap.try_take().is_err());
        tokio::time::advance(wait * 3).await;
        assert!(cap.could_take(2).is_ok());
        assert!(RateCap::new(None, 1).could_take(99).is_ok(), "no rate, no cap");
    }
}
