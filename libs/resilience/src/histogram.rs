//! Counts of durations by upper bound, cheap enough to keep beside every call.
//!
//! Counts only grow: whoever wants a window takes two readings and subtracts.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A reading: how many durations fell below each bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Upper bounds, inclusive, rising.
    pub bounds_seconds: &'static [f64],
    /// One count for each bound, and a last one for everything above.
    pub counts: Vec<u64>,
    /// Sum of all durations.
    pub sum_seconds: f64,
}

impl Histogram {
    /// No durations yet.
    #[must_use]
    pub fn empty(bounds_seconds: &'static [f64]) -> Self {
        Self { bounds_seconds, counts: vec![0; bounds_seconds.len() + 1], sum_seconds: 0.0 }
    }

    /// Durations counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// What readings are taken from. Shared behind an `Arc`; recording takes no lock.
pub struct HistogramMeter {
    bounds_seconds: &'static [f64],
    counts: Vec<AtomicU64>,
    sum_nanos: AtomicU64,
}

impl HistogramMeter {
    /// `bounds_seconds` must rise.
    #[must_use]
    pub fn new(bounds_seconds: &'static [f64]) -> Self {
        let counts = std::iter::repeat_with(AtomicU64::default).take(bounds_seconds.len() + 1).collect();
        Self { bounds_seconds, counts, sum_nanos: AtomicU64::new(0) }
    }

    /// Counts one duration.
    pub fn record(&self, duration: Duration) {
        let seconds = duration.as_secs_f64();
        let place = self.bounds_seconds.iter().position(|bound| seconds <= *bound);
        self.counts[place.unwrap_or(self.bounds_seconds.len())].fetch_add(1, Ordering::Relaxed);
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.sum_nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    /// The counts as they are now.
    #[must_use]
    pub fn read(&self) -> Histogram {
        Histogram {
            bounds_seconds: self.bounds_seconds,
            counts: self.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect(),
            sum_seconds: Duration::from_nanos(self.sum_nanos.load(Ordering::Relaxed)).as_secs_f64(),
        }
    }
}

impl fmt::Debug for HistogramMeter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_counts_under_the_first_bound_that_holds_it() {
        let meter = HistogramMeter::new(&[0.001, 0.1]);
        for micros in [0, 1_000, 1_001, 100_000, 100_001] {
            meter.record(Duration::from_micros(micros));
        }
        let read = meter.read();
        assert_eq!(read.counts, [2, 2, 1]);
        assert_eq!(read.count(), 5);
        assert!((read.sum_seconds - 0.202_002).abs() < 1e-9);
    }
}
