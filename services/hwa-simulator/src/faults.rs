//! Misbehaviour on demand: what networks, proxies and tired servers do to clients.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// All faults in force.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Faults {
    /// Seconds by which the `Date` header is ahead of the engine's clock.
    pub skew_seconds: i64,
    /// Rules; every one that matches a request applies to it.
    pub rules: Vec<FaultRule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Applies to request paths that start so; everything when left out.
    #[serde(default)]
    pub path_prefix: String,
    /// How many requests it applies to; all when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// What happens.
    pub fault: Fault,
}

/// What can happen to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The answer comes so many milliseconds late.
    LatencyMs(u64),
    /// The answer is this HTTP error.
    Status(u16),
    /// The connection is closed without an answer.
    Drop,
    /// The credentials are refused.
    Unauthorized,
    /// The body comes in pieces with so many milliseconds between them.
    SlowBodyMs(u64),
    /// The connection breaks in the middle of the body.
    TruncatedBody,
    /// A proxy's HTML page comes instead of the answer, with status 200.
    HtmlBody,
}

/// The faults in force, counted down as they hit.
#[derive(Debug, Default)]
pub(crate) struct FaultBox {
    rules: Mutex<Vec<FaultRule>>,
    skew: AtomicI64,
}

impl FaultBox {
    pub(crate) fn get(&self) -> Faults {
        let rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Faults { skew_seconds: self.skew_seconds(), rules }
    }

    pub(crate) fn set(&self, faults: Faults) {
        let Faults { skew_seconds, rules } = faults;
        self.skew.store(skew_seconds, Ordering::Relaxed);
        *self.rules.lock().unwrap_or_else(PoisonError::into_inner) = rules;
    }

    pub(crate) fn skew_seconds(&self) -> i64 {
        self.skew.load(Ordering::Relaxed)
    }

    /// The faults that hit a request to `path`; counted rules wear out.
    pub(crate) fn strike(&self, path: &str) -> Vec<Fault> {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let mut hits = Vec::new();
        rules.retain_mut(|rule| {
            if rule.count == Some(0) || !path.starts_with(&rule.path_prefix) {
                return rule.count != Some(0);
            }
            hits.push(rule.fault);
            if let Some(count) = &mut rule.count {
                *count -= 1;
                return *count > 0;
            }
            true
        });
        hits
    }
}
