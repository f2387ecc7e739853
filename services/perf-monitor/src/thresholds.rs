//! From where on something is not well, and how much must have happened before anything is said at all.

use std::time::Duration;

use resync_api::perf::model::Severity;

const SLOW_BY_NATURE: [&str; 9] = [
    "POST /token",
    "POST /api/chat",
    "GET /api/engines/{engine}/jobs/{job}",
    "GET /api/engines/{engine}/jobs/{job}/log",
    "/resync.agent.v1.AgentService/Ask",
    "/resync.agent.v1.AgentService/StreamAsk",
    "/resync.tws.v1.TwsService/GetJob",
    "/resync.tws.v1.TwsService/GetJobLog",
    "/resync.perf.v1.PerfService/SendTestNotification",
];

/// Two steps of one measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Past this it is a warning.
    pub warning: f64,
    /// Past this it is critical. Unset: it never is.
    pub critical: Option<f64>,
}

impl Limit {
    /// Both steps.
    #[must_use]
    pub const fn new(warning: f64, critical: f64) -> Self {
        Self { warning, critical: Some(critical) }
    }

    /// How grave a value above the limit is, and the step it is past.
    pub(crate) fn above(&self, value: f64) -> (Severity, f64) {
        match self.critical {
            Some(critical) if value > critical => (Severity::Critical, critical),
            _ if value > self.warning => (Severity::Warning, self.warning),
            _ => (Severity::Ok, self.warning),
        }
    }

    /// How grave a value below the limit is, and the step it is past.
    pub(crate) fn below(&self, value: f64) -> (Severity, f64) {
        match self.critical {
            Some(critical) if value < critical => (Severity::Critical, critical),
            _ if value < self.warning => (Severity::Warning, self.warning),
            _ => (Severity::Ok, self.warning),
        }
    }
}

/// All thresholds. Shares are from 0 to 1, times in seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds {
    /// Hits per lookup, below.
    pub cache_hit_rate: Limit,
    /// Evictions per set above which a lack of hits is blamed on the cache's bounds. No alert of its own: a full cache
    /// that serves well evicts one entry for each it takes.
    pub cache_eviction_rate: f64,
    /// Mean time of an access, above.
    pub cache_access: Limit,
    /// Mean share of the maximum in use, above.
    pub pool_utilization: Limit,
    /// A pool that keeps a minimum open and uses less than this share of its maximum is too large.
    pub pool_utilization_low: f64,
    /// Mean wait for a connection, above.
    pub pool_wait: Limit,
    /// Failed and timed out, per attempt, above.
    pub pool_error_rate: Limit,
    /// Share of a resource's limit in use, above.
    pub resource_utilization: Limit,
    /// Share of a queue's capacity in use, above.
    pub queue_fill: Limit,
    /// Time within which 95 of 100 answers begin, above.
    pub api_p95: Limit,
    /// Failed by the server's fault, per call, above.
    pub api_error_rate: Limit,
    /// Methods that are measured and not judged by their latency, because they take long by nature: hashing a password,
    /// thinking, reading from the engine. One that ends in `*` names all that begin so.
    pub api_slow_by_nature: Vec<String>,
    /// Fewest lookups, and sets, in a window to judge a cache.
    pub min_lookups: u64,
    /// Fewest attempts to acquire in a window to judge a pool.
    pub min_acquisitions: u64,
    /// Fewest calls in a window to judge a method.
    pub min_calls: u64,
    /// Shortest part of a window there must be data for.
    pub min_covered: Duration,
}

impl Thresholds {
    /// The method takes long by nature.
    pub(crate) fn is_slow_by_nature(&self, method: &str) -> bool {
        self.api_slow_by_nature.iter().any(|named| match named.strip_suffix('*') {
            Some(beginning) => method.starts_with(beginning),
            None => method == named,
        })
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            cache_hit_rate: Limit::new(0.70, 0.50),
            cache_eviction_rate: 0.30,
            cache_access: Limit { warning: 0.010, critical: None },
            pool_utilization: Limit::new(0.80, 0.90),
            pool_utilization_low: 0.20,
            pool_wait: Limit::new(0.100, 0.200),
            pool_error_rate: Limit::new(0.05, 0.25),
            resource_utilization: Limit { warning: 0.90, critical: None },
            queue_fill: Limit::new(0.80, 0.95),
            api_p95: Limit::new(0.050, 0.200),
            api_error_rate: Limit::new(0.01, 0.05),
            api_slow_by_nature: SLOW_BY_NATURE.map(str::to_owned).into(),
            min_lookups: 100,
            min_acquisitions: 20,
            min_calls: 20,
            min_covered: Duration::from_secs(15),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_passed_only_beyond_it_and_says_which_step() {
        let limit = Limit::new(0.8, 0.9);
        assert_eq!(limit.above(0.8), (Severity::Ok, 0.8));
        assert_eq!(limit.above(0.9), (Severity::Warning, 0.8));
        assert_eq!(limit.above(0.91), (Severity::Critical, 0.9));
        let floor = Limit::new(0.7, 0.5);
        assert_eq!(floor.below(0.7), (Severity::Ok, 0.7));
        assert_eq!(floor.below(0.5), (Severity::Warning, 0.7));
        assert_eq!(floor.below(0.49), (Severity::Critical, 0.5));
        assert_eq!(Limit { warning: 0.3, critical: None }.above(1e9).0, Severity::Warning);
    }
}
