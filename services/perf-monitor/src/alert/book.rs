//! All alerts. At most [`MAX_ALERTS`]; beyond that the longest resolved one goes, and without a resolved one a new
//! condition is not taken up until there is room, which is counted.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use resync_api::perf::model::{Alert, AlertState, Severity};
use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::observation::Observation;
use super::silence::Silences;
use super::{Config, Notice};
use crate::check::{Rule, Subject};
use crate::clock::Moment;
use crate::telemetry;

/// Most alerts at a time.
const MAX_ALERTS: usize = 1000;

type Key = (Rule, Subject);

/// All alerts.
#[derive(Debug)]
pub(crate) struct Book {
    config: Config,
    entries: BTreeMap<Key, Entry>,
    /// When each fired lately.
    fired: BTreeMap<Key, VecDeque<Duration>>,
}

/// An announced alert, to be kept over a restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Remembered {
    name: String,
    roles: Vec<String>,
    announced: Severity,
    alert: Alert,
}

impl Book {
    pub(crate) fn new(config: Config) -> Self {
        Self { config, entries: BTreeMap::new(), fired: BTreeMap::new() }
    }

    /// Takes in what is observed now and gives what is to be told of it.
    pub(crate) fn step(
        &mut self,
        observed: &BTreeMap<Key, Observation>,
        silences: &Silences,
        now: Moment,
    ) -> Vec<Notice> {
        for (key, observation) in observed {
            if observation.worst.severity > Severity::Ok && !self.config.disabled.contains(&key.0) {
                self.holds(key, observation, now);
            }
        }
        let config = &self.config;
        self.entries.retain(|key, entry| match observed.get(key) {
            Some(observation) if observation.worst.severity > Severity::Ok => true,
            other => entry.clears(other.is_some(), config, now),
        });
        self.fired.retain(|_, times| {
            times.retain(|time| now.at - *time < config.flapping_within);
            !times.is_empty()
        });
        let mut notices = Vec::new();
        for entry in self.entries.values_mut() {
            entry.alert.silence = silences.matching(&entry.alert).map_or_else(String::new, |s| s.id.clone());
            notices.extend(entry.notice());
        }
        notices
    }

    fn holds(&mut self, key: &Key, observation: &Observation, now: Moment) {
        let resolved = |entry: &Entry| entry.alert.state == AlertState::Resolved;
        if self.entries.get(key).is_none_or(resolved) {
            if !self.entries.contains_key(key) && !self.make_room() {
                telemetry::alert_not_taken_up();
                return;
            }
            self.entries.insert(key.clone(), Entry::begin(key.0, &key.1, observation, now));
        }
        let hold = self.config.hold(key.0);
        if let Some(entry) = self.entries.get_mut(key)
            && entry.holds(observation, hold, now)
        {
            let times = self.fired.entry(key.clone()).or_default();
            times.push_back(now.at);
            entry.alert.flapping = times.len() >= self.config.flapping_times;
        }
    }

    fn make_room(&mut self) -> bool {
        if self.entries.len() < MAX_ALERTS {
            return true;
        }
        let resolved = self.entries.iter().filter(|(_, entry)| entry.alert.state == AlertState::Resolved);
        let oldest = resolved.min_by_key(|(_, entry)| entry.alert.resolved_at).map(|(key, _)| key.clone());
        oldest.is_some_and(|key| self.entries.remove(&key).is_some())
    }

    /// Gravest first, firing before pending before resolved.
    pub(crate) fn alerts(&self, silences: &Silences) -> Vec<Alert> {
        let of = |entry: &Entry| Alert {
            silence: silences.matching(&entry.alert).map_or_else(String::new, |silence| silence.id.clone()),
            ..entry.alert.clone()
        };
        let mut alerts: Vec<Alert> = self.entries.values().map(of).collect();
        let place = |state| match state {
            AlertState::Firing => 0,
            AlertState::Pending => 1,
            AlertState::Resolved => 2,
        };
        alerts.sort_by_key(|alert| (place(alert.state), std::cmp::Reverse(alert.severity)));
        alerts
    }

    /// What was announced and is not over.
    pub(crate) fn remember(&self) -> Vec<Remembered> {
        let announced = self.entries.iter().filter_map(|((_, subject), entry)| {
            Some(Remembered {
                name: subject.name.clone(),
                roles: subject.roles.clone(),
                announced: entry.announced?,
                alert: entry.alert.clone(),
            })
        });
        announced.collect()
    }

    /// Goes on where an earlier run of the monitor ended: what was announced is not announced again.
    pub(crate) fn restore(&mut self, remembered: Vec<Remembered>, now: Moment) {
        for Remembered { name, roles, announced, alert } in remembered.into_iter().take(MAX_ALERTS) {
            // A rule that this version no longer has makes no alerts.
            let Some(rule) = Rule::from_name(&alert.rule) else { continue };
            let subject = Subject { area: alert.area, name, roles };
            match self.entries.get_mut(&(rule, subject.clone())) {
                Some(known) => known.announced = known.announced.max(Some(announced)),
                None => {
                    let alert = Alert { state: AlertState::Firing, ..alert };
                    self.entries.insert((rule, subject), Entry::restored(alert, announced, now));
                }
            }
        }
    }
}
