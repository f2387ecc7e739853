//! Permits in front of a pool of connections, for libraries that neither bound nor measure theirs.
//!
//! At most `max` are out at once; everybody else waits in the order they came, and every wait is measured. A cancelled
//! waiter leaves the line, a dropped permit is free again. How many may wait is not this type's business: the callers
//! are bounded before they get here.

use crate::histogram::{Histogram, HistogramMeter};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// Upper bounds for the time a caller waits for a permit, in seconds.
pub const WAIT_BOUNDS: [f64; 13] =
    [0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// A bounded number of permits. Clones are the same pool.
#[derive(Debug, Clone)]
pub struct Pool {
    permits: Arc<Semaphore>,
    meters: Arc<Meters>,
    max: usize,
}

/// A permit that is out; dropping it gives it back.
#[derive(Debug)]
#[must_use = "a dropped permit is given back at once"]
pub struct PoolPermit {
    meters: Arc<Meters>,
    _permit: OwnedSemaphorePermit,
}

/// No permit came free within the time the caller would wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no connection came free in time")]
pub struct PoolTimedOut;

/// A reading of a pool. Counts only grow.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolSnapshot {
    /// Most permits out at once.
    pub max: usize,
    /// Permits out now.
    pub in_use: usize,
    /// Callers in line now.
    pub waiting: usize,
    /// Most permits that were ever out at once.
    pub peak_in_use: usize,
    /// Permits given out.
    pub acquired: u64,
    /// Of them, those that had to be waited for.
    pub waited: u64,
    /// Times somebody asked while all were out.
    pub exhausted: u64,
    /// Callers who gave up because their time was over.
    pub timed_out: u64,
    /// Uses that failed, as their holders said.
    pub errors: u64,
    /// Time waited, for every permit given out; no wait counts as zero.
    pub wait: Histogram,
}

#[derive(Debug)]
struct Meters {
    in_use: AtomicUsize,
    waiting: AtomicUsize,
    peak_in_use: AtomicUsize,
    waited: AtomicU64,
    exhausted: AtomicU64,
    timed_out: AtomicU64,
    errors: AtomicU64,
    wait: HistogramMeter,
}

impl Pool {
    /// A pool of `max` permits, at least one.
    #[must_use]
    pub fn new(max: usize) -> Self {
        let max = max.clamp(1, Semaphore::MAX_PERMITS);
        let meters = Meters {
            in_use: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            peak_in_use: AtomicUsize::new(0),
            waited: AtomicU64::new(0),
            exhausted: AtomicU64::new(0),
            timed_out: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            wait: HistogramMeter::new(&WAIT_BOUNDS),
        };
        Self { permits: Arc::new(Semaphore::new(max)), meters: Arc::new(meters), max }
    }

    /// A permit, in line if need be.
    pub async fn acquire(&self) -> PoolPermit {
        if let Some(permit) = self.try_acquire() {
            return permit;
        }
        let line = InLine::join(&self.meters);
        let started = Instant::now();
        loop {
            // The semaphore is never closed, so the first round succeeds.
            if let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await {
                drop(line);
                self.meters.waited.fetch_add(1, Ordering::Relaxed);
                return self.hand_out(permit, started.elapsed());
            }
        }
    }

    /// A permit, in line for at most `patience`.
    ///
    /// # Errors
    /// [`PoolTimedOut`] when none came free by then.
    pub async fn acquire_within(&self, patience: Duration) -> Result<PoolPermit, PoolTimedOut> {
        tokio::time::timeout(patience, self.acquire()).await.map_err(|_| {
            self.meters.timed_out.fetch_add(1, Ordering::Relaxed);
            PoolTimedOut
        })
    }

    /// A permit, if one is free now and nobody is in line for it.
    #[must_use]
    pub fn try_acquire(&self) -> Option<PoolPermit> {
        match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => Some(self.hand_out(permit, Duration::ZERO)),
            Err(_) => {
                self.meters.exhausted.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
    }

    /// The counts as they are now.
    #[must_use]
    pub fn snapshot(&self) -> PoolSnapshot {
        let meters = &self.meters;
        let wait = meters.wait.read();
        PoolSnapshot {
            max: self.max,
            in_use: meters.in_use.load(Ordering::Relaxed),
            waiting: meters.waiting.load(Ordering::Relaxed),
            peak_in_use: meters.peak_in_use.load(Ordering::Relaxed),
            acquired: wait.count(),
            waited: meters.waited.load(Ordering::Relaxed),
            exhausted: meters.exhausted.load(Ordering::Relaxed),
            timed_out: meters.timed_out.load(Ordering::Relaxed),
            errors: meters.errors.load(Ordering::Relaxed),
            wait,
        }
    }

    fn hand_out(&self, permit: OwnedSemaphorePermit, waited: Duration) -> PoolPermit {
        let in_use = self.meters.in_use.fetch_add(1, Ordering::Relaxed) + 1;
        self.meters.peak_in_use.fetch_max(in_use, Ordering::Relaxed);
        self.meters.wait.record(waited);
        PoolPermit { meters: Arc::clone(&self.meters), _permit: permit }
    }
}

impl PoolPermit {
    /// Counts a use that failed.
    pub fn failed(&self) {
        self.meters.errors.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for PoolPermit {
    fn drop(&mut self) {
        // Before the semaphore's own permit, which is a field: so `in_use` never passes the maximum.
        self.meters.in_use.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A place in line, given back also when the waiting caller is cancelled.
struct InLine<'a>(&'a Meters);

impl<'a> InLine<'a> {
    fn join(meters: &'a Meters) -> Self {
        meters.waiting.fetch_add(1, Ordering::Relaxed);
        Self(meters)
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{FutureExt as _, poll};
    use std::pin::pin;

    #[tokio::test(start_paused = true)]
    async fn waits_are_in_order_measured_and_survive_cancelled_neighbours() {
        let pool = Pool::new(1);
        let held = pool.acquire().await;
        let (mut gives_up, mut first, mut second) =
            (Box::pin(pool.acquire()), Box::pin(pool.acquire()), Box::pin(pool.acquire()));
        for waiter in [&mut gives_up, &mut first, &mut second] {
            assert!(poll!(waiter).is_pending());
        }
        assert_eq!((pool.snapshot().waiting, pool.snapshot().exhausted), (3, 3));
        drop(gives_up);
        tokio::time::advance(Duration::from_millis(30)).await;
        drop(held);
        assert!(pool.try_acquire().is_none(), "a newcomer does not pass the line");
        assert!(poll!(&mut second).is_pending());
        let permit = first.now_or_never().unwrap();
        permit.failed();
        drop(permit);
        drop(second.await);
        let read = pool.snapshot();
        assert_eq!((read.in_use, read.waiting, read.peak_in_use), (0, 0, 1));
        assert_eq!((read.acquired, read.waited, read.exhausted, read.errors), (3, 2, 4, 1));
        assert!((read.wait.sum_seconds - 0.06).abs() < 0.005, "{read:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn patience_ends_and_the_permit_stays_whole() {
        let pool = Pool::new(2);
        let both = (pool.acquire().await, pool.acquire().await);
        assert_eq!(pool.acquire_within(Duration::from_secs(1)).await.unwrap_err(), PoolTimedOut);
        {
            // Assigned a permit but dropped before it could take it.
            let mut cancelled = pin!(pool.acquire());
            assert!(poll!(&mut cancelled).is_pending());
            drop(both);
        }
        let _again = (pool.try_acquire().unwrap(), pool.try_acquire().unwrap());
        let read = pool.snapshot();
        assert_eq!((read.timed_out, read.in_use, read.peak_in_use, read.waiting), (1, 2, 2, 0));
    }
}
