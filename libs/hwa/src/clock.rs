//! What an answer's `Date` header tells about the engine's clock.

use chrono::{DateTime, TimeDelta, Utc};

/// One look at the engine's clock: the `Date` of an answer, and our own time before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSample {
    /// The engine's time, cut to the second.
    pub engine: DateTime<Utc>,
    /// Our time when the request left.
    pub sent: DateTime<Utc>,
    /// Our time when the answer's head arrived.
    pub received: DateTime<Utc>,
}

impl ClockSample {
    /// Least and greatest amount by which the engine's clock can be ahead of ours (negative: behind).
    ///
    /// The header is cut to the second and the answer was written at some moment between `sent` and `received`, so
    /// one sample narrows the offset to about a second; the bounds of several samples can be intersected.
    #[must_use]
    pub fn offset_bounds(&self) -> (TimeDelta, TimeDelta) {
        (self.engine - self.received, self.engine + TimeDelta::seconds(1) - self.sent)
    }

    /// The middle of the bounds.
    #[must_use]
    pub fn offset(&self) -> TimeDelta {
        let (least, greatest) = self.offset_bounds();
        least + (greatest - least) / 2
    }

    pub(crate) fn read(
        headers: &http::HeaderMap,
        sent: DateTime<Utc>,
        received: DateTime<Utc>,
    ) -> Option<Self> {
        let date = headers.get(http::header::DATE)?.to_str().ok()?;
        let engine = DateTime::parse_from_rfc2822(date).ok()?.to_utc();
        Some(Self { engine, sent, received })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_true_offset_lies_within_the_bounds() {
        let now = Utc::now();
        for (ahead_ms, trip_ms) in [(0, 3), (90_500, 40), (-3_600_000, 1_200)] {
            let written = now + TimeDelta::milliseconds(ahead_ms + trip_ms / 2);
            let date = written.to_rfc2822().replace("+0000", "GMT");
            let mut headers = http::HeaderMap::new();
            headers.insert("date", date.parse().unwrap());
            let sample = ClockSample::read(&headers, now, now + TimeDelta::milliseconds(trip_ms)).unwrap();
            let (least, greatest) = sample.offset_bounds();
            let truth = TimeDelta::milliseconds(ahead_ms);
            assert!(least <= truth && truth <= greatest, "{least} {truth} {greatest}");
            assert!((sample.offset() - truth).abs() <= TimeDelta::milliseconds(1_000 + trip_ms));
        }
    }
}
