//! One alert over time.

use std::time::Duration;

use resync_api::perf::model::{Alert, AlertState, Severity};
use sha2::{Digest as _, Sha256};

use super::observation::Observation;
use super::{Config, News, Notice};
use crate::check::{Rule, Subject};
use crate::clock::Moment;

/// One alert, and since when what is the case.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) alert: Alert,
    pending_at: Duration,
    clear_since: Option<Duration>,
    last_known: Duration,
    resolved_at: Option<Duration>,
    /// The worst that was told of it; unset: nothing.
    pub(super) announced: Option<Severity>,
}

impl Entry {
    pub(super) fn begin(rule: Rule, subject: &Subject, observed: &Observation, now: Moment) -> Self {
        let mut entry = Self {
            alert: Alert {
                fingerprint: fingerprint(rule, subject),
                rule: rule.name().to_owned(),
                severity: Severity::Warning,
                area: rule.area(),
                subject: String::new(),
                state: AlertState::Pending,
                text: String::new(),
                value: 0.0,
                threshold: 0.0,
                unit: rule.unit().to_owned(),
                pending_since: now.wall,
                firing_since: None,
                resolved_at: None,
                flapping: false,
                silence: String::new(),
                instances: 0,
            },
            pending_at: now.at,
            clear_since: None,
            last_known: now.at,
            resolved_at: None,
            announced: None,
        };
        entry.describe(observed);
        entry
    }

    /// One that was announced before a restart; how its condition is now is not known yet.
    pub(super) fn restored(alert: Alert, announced: Severity, now: Moment) -> Self {
        Self {
            alert,
            pending_at: now.at,
            clear_since: None,
            last_known: now.at,
            resolved_at: None,
            announced: Some(announced),
        }
    }

    fn describe(&mut self, observed: &Observation) {
        let check = &observed.worst;
        self.alert.severity = check.severity;
        self.alert.subject.clone_from(&check.group);
        self.alert.text = check.text(&check.group);
        self.alert.value = check.value;
        self.alert.threshold = check.threshold;
        self.alert.instances = observed.instances;
    }

    /// The condition holds. Says whether it fires from now on.
    pub(super) fn holds(&mut self, observed: &Observation, hold: Duration, now: Moment) -> bool {
        self.describe(observed);
        self.clear_since = None;
        self.last_known = now.at;
        let due = self.alert.state == AlertState::Pending && now.at - self.pending_at >= hold;
        if due {
            self.alert.state = AlertState::Firing;
            self.alert.firing_since = Some(now.wall);
        }
        due
    }

    /// The condition does not hold, or has not been known for too long. Says whether the alert is still of interest.
    pub(super) fn clears(&mut self, known: bool, config: &Config, now: Moment) -> bool {
        if known {
            self.last_known = now.at;
        } else if now.at - self.last_known < config.unknown_for {
            return true;
        }
        match self.alert.state {
            AlertState::Pending => false,
            AlertState::Firing => {
                let since = *self.clear_since.get_or_insert(now.at);
                let needed = if self.alert.flapping { config.flapping_hold } else { config.resolve_after };
                if now.at - since >= needed {
                    self.alert.state = AlertState::Resolved;
                    self.alert.resolved_at = Some(now.wall);
                    self.alert.flapping = false;
                    self.resolved_at = Some(now.at);
                }
                true
            }
            AlertState::Resolved => {
                self.resolved_at.is_some_and(|resolved| now.at - resolved < config.keep_resolved)
            }
        }
    }

    /// What is to be told now, if anything; an alert that is silenced is told of when its silence ends.
    pub(super) fn notice(&mut self) -> Option<Notice> {
        let severity = self.alert.severity;
        let (news, told) = match self.alert.state {
            AlertState::Firing if self.alert.silence.is_empty() && self.announced < Some(severity) => {
                let earlier = self.announced.replace(severity);
                (if earlier.is_none() { News::Firing } else { News::Escalated }, severity)
            }
            // Whoever heard that it began hears that it ended, silence or not.
            AlertState::Resolved => (News::Resolved, self.announced.take()?),
            _ => return None,
        };
        Some(Notice { news, told, alert: self.alert.clone() })
    }
}

/// The same for the same rule and subject, wherever and whenever.
fn fingerprint(rule: Rule, subject: &Subject) -> String {
    let mut digest = Sha256::new();
    for part in [rule.name(), subject.area.as_str(), &subject.name].into_iter() {
        digest.update(part);
        digest.update([0]);
    }
    for role in &subject.roles {
        digest.update(role);
        digest.update([0]);
    }
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
