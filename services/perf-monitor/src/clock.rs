//! Two times that must not be mixed up: one that never jumps, for windows, holds and silence between reports; and the
//! wall clock, for what people read and for what outlives the process.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// One moment in both times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Since the clock was made.
    pub at: Duration,
    /// By the calendar.
    pub wall: DateTime<Utc>,
}

/// Where moments come from.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    origin: Instant,
    stepped_from: Option<DateTime<Utc>>,
}

impl Clock {
    /// The machine's clocks.
    #[must_use]
    pub fn system() -> Self {
        Self { origin: Instant::now(), stepped_from: None }
    }

    /// Starts at `wall` and follows the runtime's time, which a test can pause and advance.
    #[must_use]
    pub fn stepped(wall: DateTime<Utc>) -> Self {
        Self { origin: Instant::now(), stepped_from: Some(wall) }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Moment {
        let at = self.origin.elapsed();
        Moment { at, wall: self.stepped_from.map_or_else(Utc::now, |wall| wall + at) }
    }
}
