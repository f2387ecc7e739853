//! A bound on how much runs at once, and on how much may wait for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// At most `running` holders and `waiting` callers in line; everybody else is refused at once.
#[derive(Debug, Clone)]
pub struct Bulkhead {
    running: Arc<Semaphore>,
    line: Arc<AtomicUsize>,
    max_waiting: usize,
}

/// Both the places and the line are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many calls at once")]
pub struct Full;

/// A held place; dropping it frees the place.
#[derive(Debug)]
pub struct Slot {
    _permit: OwnedSemaphorePermit,
}

impl Bulkhead {
    /// `running` places (at least one), `waiting` callers in line.
    #[must_use]
    pub fn new(running: usize, waiting: usize) -> Self {
        let running = running.clamp(1, Semaphore::MAX_PERMITS);
        Self { running: Arc::new(Semaphore::new(running)), line: Arc::default(), max_waiting: waiting }
    }

    /// Places free now.
    #[must_use]
    pub fn available(&self) -> usize {
        self.running.available_permits()
    }

    /// Takes a place now, without waiting.
    ///
    /// # Errors
    /// [`Full`] when none is free.
    pub fn try_enter(&self) -> Result<Slot, Full> {
        Arc::clone(&self.running).try_acquire_owned().map(|permit| Slot { _permit: permit }).map_err(|_| Full)
    }

    /// Takes a place, in line if need be.
    ///
    /// # Errors
    /// [`Full`] when the line is full as well.
    pub async fn enter(&self) -> Result<Slot, Full> {
        if let Ok(slot) = self.try_enter() {
            return Ok(slot);
        }
        let _place = InLine::join(&self.line, self.max_waiting)?;
        // The semaphore is never closed.
        let permit = Arc::clone(&self.running).acquire_owned().await.map_err(|_| Full)?;
        Ok(Slot { _permit: permit })
    }
}

/// A place in line, given back also when the waiting caller is cancelled.
struct InLine<'a>(&'a AtomicUsize);

impl<'a> InLine<'a> {
    fn join(line: &'a AtomicUsize, max: usize) -> Result<Self, Full> {
        line.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| (n < max).then_some(n + 1))
            .map(|_| Self(line))
            .map_err(|_| Full)
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::poll;
    use std::pin::pin;

    #[tokio::test]
    async fn the_line_is_bounded_and_a_cancelled_waiter_leaves_it() {
        let bulkhead = Bulkhead::new(1, 1);
        let held = bulkhead.enter().await.unwrap();
        {
            let mut waiter = pin!(bulkhead.enter());
            assert!(poll!(&mut waiter).is_pending());
            assert_eq!(bulkhead.enter().await.unwrap_err(), Full);
        }
        let mut next = pin!(bulkhead.enter());
        assert!(poll!(&mut next).is_pending(), "the cancelled waiter's place in line is free again");
        drop(held);
        assert!(next.await.is_ok());
    }

    #[tokio::test]
    async fn without_a_line_the_excess_is_refused_at_once() {
        let bulkhead = Bulkhead::new(2, 0);
        let _two = (bulkhead.try_enter().unwrap(), bulkhead.try_enter().unwrap());
        assert_eq!(bulkhead.enter().await.unwrap_err(), Full);
        assert_eq!(bulkhead.available(), 0);
    }
}
