//! The rules: what is measured of a subject and held against its threshold. Standings, health and alerts are all made
//! of the same checks, so that they cannot disagree.

use std::time::Duration;

use resync_api::perf::model::{Area, Evidence, Finding, Severity, Window};

/// A rule, one for each thing that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Too few lookups find an entry.
    CacheHitRateLow,
    /// An access takes too long.
    CacheAccessSlow,
    /// Too much of a pool is in use.
    PoolUtilizationHigh,
    /// Callers wait too long for a connection.
    PoolWaitHigh,
    /// Too many connections fail.
    PoolErrorRateHigh,
    /// Callers gave up waiting for a connection.
    PoolTimeouts,
    /// Something is held for longer than its kind should be.
    ResourceLeak,
    /// A limited kind of resource is nearly used up.
    ResourceUtilizationHigh,
    /// A queue is nearly full.
    QueueNearlyFull,
    /// Answers begin too late.
    ApiLatencyHigh,
    /// Too many calls fail by the server's fault.
    ApiErrorRateHigh,
    /// A process stopped reporting without a goodbye.
    ProcessMissing,
}

/// What is fixed about a rule: name, area, unit, the window an alert looks at, how long the condition must hold.
struct Terms(&'static str, Area, &'static str, Window, u64);

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 12] = [
        Self::CacheHitRateLow,
        Self::CacheAccessSlow,
        Self::PoolUtilizationHigh,
        Self::PoolWaitHigh,
        Self::PoolErrorRateHigh,
        Self::PoolTimeouts,
        Self::ResourceLeak,
        Self::ResourceUtilizationHigh,
        Self::QueueNearlyFull,
        Self::ApiLatencyHigh,
        Self::ApiErrorRateHigh,
        Self::ProcessMissing,
    ];

    fn terms(self) -> Terms {
        use Area::{Api, Cache, Pool, Process, Resource};
        use Window::{FifteenMinutes, OneMinute};
        match self {
            Self::CacheHitRateLow => Terms("cache_hit_rate_low", Cache, "ratio", FifteenMinutes, 300),
            Self::CacheAccessSlow => Terms("cache_access_slow", Cache, "seconds", FifteenMinutes, 300),
            Self::PoolUtilizationHigh => Terms("pool_utilization_high", Pool, "ratio", OneMinute, 60),
            Self::PoolWaitHigh => Terms("pool_wait_high", Pool, "seconds", OneMinute, 60),
            Self::PoolErrorRateHigh => Terms("pool_error_rate_high", Pool, "ratio", OneMinute, 60),
            Self::PoolTimeouts => Terms("pool_timeouts", Pool, "count", OneMinute, 0),
            Self::ResourceLeak => Terms("resource_leak", Resource, "count", OneMinute, 0),
            Self::ResourceUtilizationHigh => {
                Terms("resource_utilization_high", Resource, "ratio", OneMinute, 60)
            }
            Self::QueueNearlyFull => Terms("queue_nearly_full", Resource, "ratio", OneMinute, 60),
            Self::ApiLatencyHigh => Terms("api_latency_high", Api, "seconds", FifteenMinutes, 60),
            Self::ApiErrorRateHigh => Terms("api_error_rate_high", Api, "ratio", FifteenMinutes, 60),
            Self::ProcessMissing => Terms("process_missing", Process, "seconds", OneMinute, 0),
        }
    }

    /// As it is written in alerts, silences and settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.terms().0
    }

    /// The rule of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// What it is about.
    #[must_use]
    pub fn area(self) -> Area {
        self.terms().1
    }

    pub(crate) fn unit(self) -> &'static str {
        self.terms().2
    }

    /// What its alerts look at.
    #[must_use]
    pub fn window(self) -> Window {
        self.terms().3
    }

    /// How long the condition must hold before its alert fires, unless set otherwise.
    #[must_use]
    pub fn default_hold(self) -> Duration {
        Duration::from_secs(self.terms().4)
    }
}

/// What a check is about: the same over restarts and replicas of a process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Subject {
    pub(crate) area: Area,
    /// Name of the cache, pool, method, kind, queue.
    pub(crate) name: String,
    /// Of the process; none for a method, which is judged over all processes.
    pub(crate) roles: Vec<String>,
}

/// One rule applied to one subject in one process.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Check {
    pub(crate) rule: Rule,
    pub(crate) subject: Subject,
    /// As the report calls it.
    pub(crate) label: String,
    /// As alerts call it: the same for all replicas.
    pub(crate) group: String,
    pub(crate) severity: Severity,
    pub(crate) value: f64,
    /// The step the value is past, or would be next.
    pub(crate) threshold: f64,
    /// Further numbers for whoever looks into it.
    pub(crate) evidence: Vec<Evidence>,
}

pub(crate) fn evidence(name: &str, value: f64, unit: &str) -> Evidence {
    Evidence { name: name.to_owned(), value, unit: unit.to_owned() }
}

/// A number with its unit as people write it.
pub(crate) fn shown(value: f64, unit: &str) -> String {
    match unit {
        "ratio" => format!("{:.1} %", value * 100.0),
        "seconds" if value < 1.0 => format!("{:.1} ms", value * 1000.0),
        "seconds" if value < 120.0 => format!("{value:.1} s"),
        "seconds" => format!("{:.0} min", value / 60.0),
        "bytes" => format!("{:.1} MB", value / 1e6),
        _ => format!("{value:.0}"),
    }
}

impl Check {
    /// The trouble in words; `subject` is whatever the reader knows it by.
    pub(crate) fn text(&self, subject: &str) -> String {
        let unit = self.rule.unit();
        let (value, threshold) = (shown(self.value, unit), shown(self.threshold, unit));
        match self.rule {
            Rule::CacheHitRateLow => format!("hit rate of cache {subject} is {value}, below {threshold}"),
            Rule::CacheAccessSlow => format!("an access to cache {subject} takes {value}, above {threshold}"),
            Rule::PoolUtilizationHigh => format!("{value} of pool {subject} is in use, above {threshold}"),
            Rule::PoolWaitHigh => {
                format!("a connection of pool {subject} is waited for {value}, above {threshold}")
            }
            Rule::PoolErrorRateHigh => {
                format!("{value} of the connections of pool {subject} fail, above {threshold}")
            }
            Rule::PoolTimeouts => format!("{value} callers gave up waiting for pool {subject}"),
            Rule::ResourceLeak => format!("{value} of {subject} held for longer than they should be"),
            Rule::ResourceUtilizationHigh => {
                format!("{value} of the limit of {subject} is held, above {threshold}")
            }
            Rule::QueueNearlyFull => format!("queue {subject} is filled to {value}, above {threshold}"),
            Rule::ApiLatencyHigh => format!("p95 of {subject} is {value}, above {threshold}"),
            Rule::ApiErrorRateHigh => format!("{value} of the calls of {subject} fail, above {threshold}"),
            Rule::ProcessMissing => format!("process {subject} has not reported for {value}"),
        }
    }

    pub(crate) fn finding(&self) -> Finding {
        let mut numbers = vec![
            evidence("value", self.value, self.rule.unit()),
            evidence("threshold", self.threshold, self.rule.unit()),
        ];
        numbers.extend(self.evidence.iter().cloned());
        Finding {
            area: self.rule.area(),
            subject: self.label.clone(),
            severity: self.severity,
            text: self.text(&self.label),
            evidence: numbers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_name(rule.name()), Some(rule));
        }
        assert_eq!(Rule::from_name("cache"), None);
    }

    #[test]
    fn numbers_are_shown_as_people_write_them() {
        for (value, unit, text) in [
            (0.4267, "ratio", "42.7 %"),
            (0.1534, "seconds", "153.4 ms"),
            (90.0, "seconds", "90.0 s"),
            (7200.0, "seconds", "120 min"),
            (3.0, "count", "3"),
            (1_500_000.0, "bytes", "1.5 MB"),
        ] {
            assert_eq!(shown(value, unit), text);
        }
    }
}
