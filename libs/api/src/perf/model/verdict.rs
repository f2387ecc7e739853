//! What the monitor thinks: health with reasons, recommendations with evidence.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::json::seconds;

/// How far back a figure looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// One minute.
    OneMinute,
    /// Fifteen minutes.
    #[default]
    FifteenMinutes,
    /// Twenty-four hours.
    OneDay,
}

impl Window {
    /// Every window, shortest first.
    pub const ALL: [Self; 3] = [Self::OneMinute, Self::FifteenMinutes, Self::OneDay];

    /// Its length.
    #[must_use]
    pub fn length(self) -> Duration {
        Duration::from_secs(match self {
            Self::OneMinute => 60,
            Self::FifteenMinutes => 15 * 60,
            Self::OneDay => 24 * 60 * 60,
        })
    }
}

/// How grave something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Within its targets, or too little traffic to judge.
    Ok,
    /// Past a target.
    Warning,
    /// Past a critical threshold.
    Critical,
}

impl Severity {
    /// As it is written in JSON, settings and filters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// The one word that monitoring scripts ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverallHealth {
    /// Every area is ok.
    Healthy,
    /// One is not.
    Degraded,
}

/// What a judgement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// Caches.
    Cache,
    /// Connection pools.
    Pool,
    /// Tracked resources.
    Resource,
    /// RPCs and routes.
    Api,
    /// Processes of the mesh.
    Process,
}

impl Area {
    /// Every area, in the order of reports.
    pub const ALL: [Self; 5] = [Self::Cache, Self::Pool, Self::Resource, Self::Api, Self::Process];

    /// As it is written in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cache => "cache",
            Self::Pool => "pool",
            Self::Resource => "resource",
            Self::Api => "api",
            Self::Process => "process",
        }
    }
}

/// What is known of one cache, pool or method over a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Too little traffic in the window to judge: neither well nor sick.
    Idle,
    /// Within its targets.
    Ok,
    /// Past a target.
    Warning,
    /// Past a critical threshold.
    Critical,
}

impl Standing {
    /// How grave it is; idle is ok.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::Idle | Self::Ok => Severity::Ok,
            Self::Warning => Severity::Warning,
            Self::Critical => Severity::Critical,
        }
    }
}

/// A number that a judgement rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Such as `hit_rate`.
    pub name: String,
    /// The number.
    pub value: f64,
    /// ratio, seconds, bytes, count, score
    pub unit: String,
}

/// One reason why something is not well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of thing it is about.
    pub area: Area,
    /// Which one: a label of the report, a kind of resource, a method, an instance.
    pub subject: String,
    /// How grave.
    pub severity: Severity,
    /// The reason in words.
    pub text: String,
    /// The reason in numbers.
    pub evidence: Vec<Evidence>,
}

/// Health of one area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AreaHealth {
    /// Which.
    pub area: Area,
    /// The worst of its findings.
    pub severity: Severity,
    /// Why; empty when it is ok.
    pub findings: Vec<Finding>,
}

/// Health of the mesh.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PerformanceHealth {
    /// Degraded as soon as one area is not ok.
    pub overall_health: OverallHealth,
    /// The worst of the areas.
    pub severity: Severity,
    /// One for each of [`Area::ALL`].
    pub areas: Vec<AreaHealth>,
    /// Highest share of a limited kind of resources in use; 0 when no kind has a limit.
    pub resource_utilization: f64,
    /// When it was computed.
    pub generated_at: DateTime<Utc>,
    /// What it looks at.
    pub window: Window,
    /// Processes that report now.
    pub processes: u32,
}

impl PerformanceHealth {
    /// Health of one area; unset only if another version of the monitor does not know it.
    #[must_use]
    pub fn area(&self, area: Area) -> Option<&AreaHealth> {
        self.areas.iter().find(|health| health.area == area)
    }
}

/// A setting to change, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// What kind of thing it is about.
    pub area: Area,
    /// Which one; see [`Finding::subject`].
    pub subject: String,
    /// How grave the reason is.
    pub severity: Severity,
    /// The whole recommendation in words.
    pub text: String,
    /// Path of the setting to change; empty when it is no setting.
    pub setting: String,
    /// Its value now.
    pub present: String,
    /// The value to try.
    pub suggested: String,
    /// What the change should bring.
    pub effect: String,
    /// The reason in numbers.
    pub evidence: Vec<Evidence>,
    /// What those look at.
    pub window: Window,
    /// How much of the window there is data for.
    #[serde(rename = "covered_seconds", with = "seconds")]
    pub covered: Duration,
}

/// Which recommendations to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecommendationQuery {
    /// What they look at.
    pub window: Window,
    /// Unset: every area.
    pub area: Option<Area>,
}
