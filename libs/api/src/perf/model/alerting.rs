//! Alerts, silences, and what became of a message.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Area, Severity};
use crate::json::seconds;

/// Where an alert stands; one that is not listed is inactive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// The condition holds, not yet for long enough.
    Pending,
    /// It held for long enough.
    Firing,
    /// It fired and the condition is gone; kept for a while.
    Resolved,
}

/// One rule's word on one subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Of rule and subject: the same trouble keeps it, over restarts too.
    pub fingerprint: String,
    /// Such as `cache_hit_rate_low`.
    pub rule: String,
    /// How grave.
    pub severity: Severity,
    /// What kind of thing it is about.
    pub area: Area,
    /// Which one, such as `tws.jobs@tws-bridge`.
    pub subject: String,
    /// Where it stands.
    pub state: AlertState,
    /// The trouble in words.
    pub text: String,
    /// The measured value.
    pub value: f64,
    /// What it is held against.
    pub threshold: f64,
    /// ratio, seconds, bytes, count, score
    pub unit: String,
    /// When the condition began to hold.
    pub pending_since: DateTime<Utc>,
    /// Unset: it never fired.
    pub firing_since: Option<DateTime<Utc>>,
    /// Unset: not resolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// It came and went often; it is held firing until it stays away.
    pub flapping: bool,
    /// Id of a silence that matches now; empty: none.
    pub silence: String,
    /// Processes concerned.
    pub instances: u32,
}

/// Which alerts a silence is for: all that is set must match, and something is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SilenceMatcher {
    /// Name of the rule; empty: any.
    pub rule: String,
    /// `*` stands for any characters; empty: any.
    pub subject: String,
    /// Unset: any.
    pub severity: Option<Severity>,
}

/// Keeps matching alerts from being sent; they stay listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// A UUID.
    pub id: String,
    /// Which alerts.
    pub matcher: SilenceMatcher,
    /// Why.
    pub comment: String,
    /// Who asked for it.
    pub author: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// A silence somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSilence {
    /// Which alerts.
    pub matcher: SilenceMatcher,
    /// Why; required.
    pub comment: String,
    /// How long, at most 30 days.
    #[serde(rename = "duration_seconds", with = "seconds")]
    pub duration: Duration,
}

/// What became of a message to one destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryOutcome {
    /// Name of the destination in the settings.
    pub destination: String,
    /// It was taken.
    pub delivered: bool,
    /// Tries it took.
    pub attempts: u32,
    /// What the other side said, without secrets.
    pub detail: String,
}
