//! Alerts: which conditions hold, for how long, who was told, and who asked not to be.
//!
//! A condition begins *pending*; when it held for its rule's time the alert is *firing*; when it is gone for a while the
//! alert is *resolved*, listed for an hour more, and then inactive. One subject has one alert a rule, whichever replica is
//! worst and however often it is checked: somebody is told once when it fires, once more if it gets worse, and once when
//! it resolves. An alert that fired three times within half an hour is *flapping*: it stays firing until its condition
//! stays away for ten minutes.
//!
//! What can no longer be checked, because its process is missing or its traffic too young, stays as it is for five
//! minutes and then resolves.

mod observation;
mod entry;
mod book;
mod silence;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use resync_api::perf::model::{Alert, Severity};

use crate::check::Rule;

pub(crate) use book::Book;
pub(crate) use observation::observe;
pub(crate) use silence::Silences;
pub use silence::{MAX_SILENCES, SilenceError};

/// How alerts behave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How long a condition must hold before its alert fires; a rule that is not named has its own default.
    pub holds: BTreeMap<Rule, Duration>,
    /// Rules that make no alerts. Health and recommendations still know them.
    pub disabled: BTreeSet<Rule>,
    /// How long a condition must be gone before its alert is resolved.
    pub resolve_after: Duration,
    /// How long an alert stays as it is when nothing is known of its subject.
    pub unknown_for: Duration,
    /// An alert that fires this often within `flapping_within` is flapping.
    pub flapping_times: usize,
    /// See `flapping_times`.
    pub flapping_within: Duration,
    /// How long the condition of a flapping alert must be gone before it is resolved.
    pub flapping_hold: Duration,
    /// How long a resolved alert is listed.
    pub keep_resolved: Duration,
}

impl Default for Config {
    fn default() -> Self {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        Self {
            holds: BTreeMap::new(),
            disabled: BTreeSet::new(),
            resolve_after: Duration::from_secs(30),
            unknown_for: minutes(5),
            flapping_times: 3,
            flapping_within: minutes(30),
            flapping_hold: minutes(10),
            keep_resolved: minutes(60),
        }
    }
}

impl Config {
    fn hold(&self, rule: Rule) -> Duration {
        self.holds.get(&rule).copied().unwrap_or_else(|| rule.default_hold())
    }
}

/// What somebody should hear of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum News {
    Firing,
    Escalated,
    Resolved,
}

/// An alert and what is new about it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Notice {
    pub(crate) news: News,
    /// The worst that was told of it, which may be worse than what it is now.
    pub(crate) told: Severity,
    #[serde(flatten)]
    pub(crate) alert: Alert,
}

#[cfg(test)]
mod tests;
