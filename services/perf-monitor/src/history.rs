//! What a process's counters did over the last minute, quarter of an hour and day.
//!
//! Counters arrive as totals since the process started. Each series keeps a few of them, at three resolutions in bounded
//! rings; a window is the difference between the newest and the oldest one inside it. So a window never holds what
//! happened before it began, and lacks at most one step of its resolution:
//!
//! | window | step | kept |
//! |---|---|---|
//! | 1 minute | 4 s, or each report when they come more slowly | 16 |
//! | 15 minutes | 55 s | 18 |
//! | 24 hours | 1,790 s | 50 |
//!
//! A counter that falls was set back: what it shows now is what it counted since. Of the first report nothing is known
//! but where the counters stood, so it adds nothing to any window. What happened in a gap longer than the window is in
//! no window, because nobody knows when it happened.

mod rows;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use resync_api::perf::model::{ProcessReport, Window};

pub(crate) use rows::{CacheCounts, MethodCounts, PoolCounts};

/// Step and number of samples for each of [`Window::ALL`]; `(number - 1) * step` spans the window.
const LEVELS: [(Duration, usize); 3] =
    [(Duration::from_secs(4), 16), (Duration::from_secs(55), 18), (Duration::from_secs(1790), 50)];

/// Totals at one moment.
#[derive(Clone, Debug)]
struct Sample {
    at: Duration,
    totals: Box<[u64]>,
    /// Sum of the gauge over all reports so far, and their number.
    gauge_sum: u64,
    reports: u64,
    /// Highest gauge since the sample before.
    high: u64,
}

/// What happened in a window.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    /// How much of the window there is data for.
    pub(crate) covered: Duration,
    /// By how much each counter rose.
    pub(crate) counts: Vec<u64>,
    /// Mean of the gauge over the reports.
    pub(crate) gauge_mean: f64,
    /// The highest of them.
    pub(crate) gauge_high: u64,
}

#[derive(Clone, Debug, Default)]
struct Level {
    samples: VecDeque<Sample>,
    high: u64,
}

/// The counters of one cache, pool or method, and one gauge.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    raw: Box<[u64]>,
    latest: Sample,
    levels: [Level; 3],
}

impl Series {
    pub(crate) fn begin(at: Duration, raw: &[u64], gauge: u64) -> Self {
        let totals = vec![0; raw.len()].into_boxed_slice();
        let mut series = Self {
            raw: raw.into(),
            latest: Sample { at, totals, gauge_sum: gauge, reports: 1, high: gauge },
            levels: Default::default(),
        };
        series.keep();
        series
    }

    /// Takes in the next report. Another number of counters is another series.
    pub(crate) fn observe(&mut self, at: Duration, raw: &[u64], gauge: u64) {
        if raw.len() != self.raw.len() {
            *self = Self::begin(at, raw, gauge);
            return;
        }
        let totals = self.latest.totals.iter_mut();
        for ((total, before), now) in totals.zip(self.raw.iter_mut()).zip(raw) {
            // A counter that fell was set back, and has counted up to here since.
            *total = total.saturating_add(now.checked_sub(*before).unwrap_or(*now));
            *before = *now;
        }
        self.latest.at = at;
        self.latest.gauge_sum = self.latest.gauge_sum.saturating_add(gauge);
        self.latest.reports += 1;
        self.latest.high = gauge;
        self.keep();
    }

    fn keep(&mut self) {
        for (level, (step, kept)) in self.levels.iter_mut().zip(LEVELS) {
            level.high = level.high.max(self.latest.high);
            let due = level.samples.back().is_none_or(|last| self.latest.at >= last.at + step);
            if due {
                let high = std::mem::take(&mut level.high);
                level.samples.push_back(Sample { high, ..self.latest.clone() });
            }
            if level.samples.len() > kept {
                level.samples.pop_front();
            }
        }
    }

    /// The difference over a window that ends now; unset: fewer than two reports in it.
    pub(crate) fn over(&self, window: Window, now: Duration) -> Option<Difference> {
        let level = &self.levels[window as usize];
        let inside = level.samples.partition_point(|sample| sample.at + window.length() < now);
        let base = level.samples.get(inside)?;
        let covered = self.latest.at.checked_sub(base.at).filter(|covered| !covered.is_zero())?;
        let counts = self.latest.totals.iter().zip(&base.totals).map(|(now, then)| now - then).collect();
        let later = level.samples.iter().skip(inside + 1).map(|sample| sample.high);
        let reports = (self.latest.reports - base.reports).max(1);
        Some(Difference {
            covered,
            counts,
            gauge_mean: (self.latest.gauge_sum - base.gauge_sum) as f64 / reports as f64,
            gauge_high: later.max().unwrap_or(0).max(level.high),
        })
    }
}

/// All series of one process.
#[derive(Debug, Default)]
pub(crate) struct History {
    caches: BTreeMap<String, Series>,
    pools: BTreeMap<String, Series>,
    methods: BTreeMap<String, Series>,
}

impl History {
    /// Takes in a report; series that it no longer names are forgotten.
    pub(crate) fn observe(&mut self, at: Duration, report: &ProcessReport) {
        let caches = report.caches.iter().map(|cache| (cache.name.as_str(), rows::of_cache(cache), 0));
        record(&mut self.caches, at, caches);
        let pools = report.pools.iter().map(|pool| (pool.name.as_str(), rows::of_pool(pool), pool.in_use));
        record(&mut self.pools, at, pools);
        let methods = report.rpcs.iter().map(|rpc| (rpc.method.as_str(), rows::of_method(rpc), 0));
        record(&mut self.methods, at, methods);
    }

    pub(crate) fn cache(&self, name: &str, window: Window, now: Duration) -> Option<CacheCounts> {
        self.caches.get(name)?.over(window, now).map(CacheCounts::from)
    }

    pub(crate) fn pool(&self, name: &str, window: Window, now: Duration) -> Option<PoolCounts> {
        self.pools.get(name)?.over(window, now).map(PoolCounts::from)
    }

    pub(crate) fn method(&self, name: &str, window: Window, now: Duration) -> Option<MethodCounts> {
        self.methods.get(name)?.over(window, now).map(MethodCounts::from)
    }
}

fn record<'r>(
    series: &mut BTreeMap<String, Series>,
    at: Duration,
    rows: impl Iterator<Item = (&'r str, Vec<u64>, u64)>,
) {
    let mut named = BTreeSet::new();
    for (name, raw, gauge) in rows {
        named.insert(name);
        match series.get_mut(name) {
            Some(known) => known.observe(at, &raw, gauge),
            None => {
                series.insert(name.to_owned(), Series::begin(at, &raw, gauge));
            }
        }
    }
    series.retain(|name, _| named.contains(name.as_str()));
}

#[cfg(test)]
mod tests;
