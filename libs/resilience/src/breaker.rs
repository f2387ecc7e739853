//! Stops calling a peer that keeps failing, and asks it again with one call at a time.
//!
//! Closed until `failures` calls in a row failed; then open for a growing, jittered time; then half-open: one probe is let
//! through, whose outcome closes the breaker or opens it for longer. What counts as a failure is the caller's business; a
//! permit dropped without a verdict (a cancelled call) counts as nothing.

use crate::Backoff;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// When to open and for how long.
#[derive(Debug, Clone, Copy)]
pub struct BreakerConfig {
    /// Failures in a row that open it.
    pub failures: u32,
    /// Time it stays open: grows with each failed probe.
    pub open_for: Backoff,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self { failures: 5, open_for: Backoff::doubling(Duration::from_millis(500), Duration::from_secs(30)) }
    }
}

/// What the outside may see of a breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls pass.
    Closed,
    /// Calls are refused.
    Open,
    /// One probe is under way or due.
    HalfOpen,
}

/// The breaker is open: the call was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("calls are suspended after repeated failures; next attempt in {} ms", retry_after.as_millis())]
pub struct Open {
    /// When the next probe is due.
    pub retry_after: Duration,
}

#[derive(Debug)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, times: u32 },
    HalfOpen { times: u32, probing: bool },
}

/// Shared by all calls to one peer; clones are the same breaker.
#[derive(Debug, Clone)]
pub struct Breaker {
    config: BreakerConfig,
    state: Arc<Mutex<State>>,
}

impl Breaker {
    /// A closed breaker.
    #[must_use]
    pub fn new(config: BreakerConfig) -> Self {
        Self { config, state: Arc::new(Mutex::new(State::Closed { failures: 0 })) }
    }

    /// What it is doing now.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        match *self.lock() {
            State::Closed { .. } => BreakerState::Closed,
            State::Open { until, .. } if Instant::now() < until => BreakerState::Open,
            State::Open { .. } | State::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    /// Asks to make a call.
    ///
    /// # Errors
    /// [`Open`] when the peer must not be called now.
    pub fn admit(&self) -> Result<Permit, Open> {
        let mut state = self.lock();
        match &mut *state {
            State::Closed { .. } => Ok(self.permit(false)),
            State::Open { until, times } => {
                let retry_after = until.saturating_duration_since(Instant::now());
                if !retry_after.is_zero() {
                    return Err(Open { retry_after });
                }
                *state = State::HalfOpen { times: *times, probing: true };
                Ok(self.permit(true))
            }
            State::HalfOpen { probing, .. } if !*probing => {
                *probing = true;
                Ok(self.permit(true))
            }
            State::HalfOpen { .. } => Err(Open { retry_after: self.config.open_for.initial }),
        }
    }

    fn permit(&self, probe: bool) -> Permit {
        Permit { breaker: self.clone(), probe, settled: false }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code below panics while holding the lock; a poisoned state is still a valid state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, probe: bool, success: bool) {
        let mut state = self.lock();
        let next = match (&*state, success) {
            (State::Closed { .. }, true) => State::Closed { failures: 0 },
            (State::Closed { failures }, false) if failures + 1 < self.config.failures => {
                State::Closed { failures: failures + 1 }
            }
            (State::Closed { .. }, false) => self.opened(1),
            (State::HalfOpen { .. }, true) if probe => State::Closed { failures: 0 },
            (State::HalfOpen { times, .. }, false) if probe => self.opened(times + 1),
            // A call admitted before the breaker opened has nothing new to say.
            _ => return,
        };
        *state = next;
    }

    fn opened(&self, times: u32) -> State {
        State::Open { until: Instant::now() + self.config.open_for.delay(times), times }
    }
}

/// Leave to make one call. Say how it went; dropping it says nothing.
#[derive(Debug)]
#[must_use = "tell the breaker how the call went"]
pub struct Permit {
    breaker: Breaker,
    probe: bool,
    settled: bool,
}

impl Permit {
    /// The peer answered.
    pub fn success(mut self) {
        self.settled = true;
        self.breaker.settle(self.probe, true);
    }

    /// The peer could not be reached or did not answer in time.
    pub fn failure(mut self) {
        self.settled = true;
        self.breaker.settle(self.probe, false);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.settled || !self.probe {
            return;
        }
        // The probe was cancelled: let the next caller probe.
        if let State::HalfOpen { probing, .. } = &mut *self.breaker.lock() {
            *probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker() -> Breaker {
        Breaker::new(BreakerConfig {
            failures: 3,
            open_for: Backoff::doubling(Duration::from_secs(1), Duration::from_secs(8)),
        })
    }

    fn fail(breaker: &Breaker, times: u32) {
        for _ in 0..times {
            breaker.admit().unwrap().failure();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_failures_in_a_row_open_it() {
        let breaker = breaker();
        fail(&breaker, 2);
        breaker.admit().unwrap().success();
        fail(&breaker, 2);
        assert_eq!(breaker.state(), BreakerState::Closed);
        fail(&breaker, 1);
        assert_eq!(breaker.state(), BreakerState::Open);
        let refused = breaker.admit().unwrap_err();
        assert!(
            refused.retry_after >= Duration::from_millis(799)
                && refused.retry_after <= Duration::from_millis(1201)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn one_probe_at_a_time_and_its_success_closes() {
        let breaker = breaker();
        fail(&breaker, 3);
        tokio::time::advance(Duration::from_secs(2)).await;
        let probe = breaker.admit().unwrap();
        assert!(breaker.admit().is_err(), "a second call waits for the probe's outcome");
        probe.success();
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_probe_opens_it_for_longer() {
        let breaker = breaker();
        fail(&breaker, 3);
        tokio::time::advance(Duration::from_secs(2)).await;
        breaker.admit().unwrap().failure();
        assert!(breaker.admit().unwrap_err().retry_after > Duration::from_millis(1500));
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_probe_lets_the_next_caller_probe() {
        let breaker = breaker();
        fail(&breaker, 3);
        tokio::time::advance(Duration::from_secs(2)).await;
        drop(breaker.admit().unwrap());
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        breaker.admit().unwrap().success();
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_verdict_from_before_the_opening_changes_nothing() {
        let breaker = breaker();
        let early = breaker.admit().unwrap();
        fail(&breaker, 3);
        early.success();
        assert_eq!(breaker.state(), BreakerState::Open);
    }
}
