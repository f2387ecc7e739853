//! The engine's clock, estimated from the `Date` headers of its answers.
//!
//! One header pins the offset to about a second. Bounds of later headers are intersected with what is known, which
//! narrows it to some tens of milliseconds; old bounds widen with time, since clocks drift, and are dropped when a new
//! header contradicts them, since clocks get set.

use chrono::{DateTime, TimeDelta, Utc};
use resync_hwa::ClockSample;

/// Drift allowed between two clocks: a millisecond a second is far more than any machine has.
const DRIFT_DIVISOR: i32 = 1_000;

/// How far the engine's clock is ahead of ours.
#[derive(Debug, Clone, Copy, Default)]
pub struct EngineClock {
    known: Option<Known>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    least: TimeDelta,
    greatest: TimeDelta,
    seen: DateTime<Utc>,
}

impl EngineClock {
    /// Takes one header into account.
    pub fn observe(&mut self, sample: ClockSample) {
        let (least, greatest) = sample.offset_bounds();
        let fresh = Known { least, greatest, seen: sample.received };
        self.known = Some(match self.known {
            None => fresh,
            Some(old) => {
                let slack = ((sample.received - old.seen) / DRIFT_DIVISOR).max(TimeDelta::zero());
                let least = fresh.least.max(old.least - slack);
                let greatest = fresh.greatest.min(old.greatest + slack);
                if least <= greatest { Known { least, greatest, seen: sample.received } } else { fresh }
            }
        });
    }

    /// Engine clock minus ours; zero before the first answer.
    #[must_use]
    pub fn skew(&self) -> TimeDelta {
        self.known.map_or_else(TimeDelta::zero, |known| known.least + (known.greatest - known.least) / 2)
    }

    /// The engine's time when ours is `now`.
    #[must_use]
    pub fn engine_time(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + self.skew()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample(sent: DateTime<Utc>, trip_ms: i64, offset_ms: i64) -> ClockSample {
        let written = sent + TimeDelta::milliseconds(trip_ms / 2 + offset_ms);
        let engine = DateTime::from_timestamp(written.timestamp(), 0).unwrap();
        ClockSample { engine, sent, received: sent + TimeDelta::milliseconds(trip_ms) }
    }

    proptest! {
        #[test]
        fn many_headers_pin_the_offset(offset_ms in -7_200_000i64..7_200_000, start in 1_700_000_000_000i64..1_800_000_000_000) {
            let mut clock = EngineClock::default();
            let start = DateTime::from_timestamp_millis(start).unwrap();
            for round in 0..40 {
                clock.observe(sample(start + TimeDelta::milliseconds(round * 2_137), 20, offset_ms));
            }
            let error = (clock.skew() - TimeDelta::milliseconds(offset_ms)).abs();
            prop_assert!(error < TimeDelta::milliseconds(150), "{error}");
        }
    }

    #[test]
    fn a_clock_that_is_set_is_followed_at_once() {
        let mut clock = EngineClock::default();
        let start = Utc::now();
        for round in 0..10 {
            clock.observe(sample(start + TimeDelta::seconds(round), 4, 0));
        }
        clock.observe(sample(start + TimeDelta::seconds(11), 4, 3_600_000));
        assert!((clock.skew() - TimeDelta::hours(1)).abs() <= TimeDelta::seconds(1));
    }
}
