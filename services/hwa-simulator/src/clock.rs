//! The engine's clock: wall time times a rate, or moved by hand.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::plan::Seconds;

#[derive(Debug)]
pub(crate) struct Clock {
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    /// Engine time, in milliseconds, at `since`.
    base: i64,
    since: Instant,
    rate: f64,
}

impl State {
    fn now(&self) -> i64 {
        let passed = self.since.elapsed().as_secs_f64() * self.rate * 1_000.0;
        self.base.saturating_add(passed as i64)
    }
}

impl Clock {
    /// A clock that showed `at` at `since`.
    pub(crate) fn new(at: Seconds, since: Instant, rate: f64) -> Self {
        Self { state: Mutex::new(State { base: at.saturating_mul(1_000), since, rate }) }
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn now(&self) -> Seconds {
        self.with(|state| state.now().div_euclid(1_000))
    }

    pub(crate) fn rate(&self) -> f64 {
        self.with(|state| state.rate)
    }

    /// Engine seconds per wall second from now on; 0 stands still.
    pub(crate) fn set_rate(&self, rate: f64) {
        self.with(|state| *state = State { base: state.now(), since: Instant::now(), rate });
    }

    pub(crate) fn step(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.with(|state| state.base = state.base.saturating_add(by));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_still_clock_moves_by_steps_only() {
        let clock = Clock::new(1_000, Instant::now(), 0.0);
        assert_eq!(clock.now(), 1_000);
        clock.step(Duration::from_secs(90));
        assert_eq!(clock.now(), 1_090);
        clock.set_rate(0.0);
        assert_eq!(clock.now(), 1_090);
    }
}
