//! `/api/performance/resources/…`: what the processes hold, and what they hold for too long.

use super::figures::percent;
use crate::call::{Call, json};
use crate::error::Error;
use crate::params::Params;
use axum::extract::RawQuery;
use axum::response::Response;
use chrono::{DateTime, Utc};
use resync_api::perf::model::{Leak, PerformanceReport};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

const DEFAULT_LIFETIME_SECONDS: u32 = 3_600;

/// The part of the report about resources.
#[derive(Debug, Serialize)]
pub(super) struct Held<'a> {
    active_count: u64,
    utilization: String,
    potential_leaks: Vec<LeakEntry<'a>>,
    /// There may be more leaks than are listed.
    truncated: bool,
}

impl<'a> From<&'a PerformanceReport> for Held<'a> {
    fn from(report: &'a PerformanceReport) -> Self {
        Self {
            active_count: report.resources.active,
            utilization: percent(Some(report.resources.utilization), 1),
            potential_leaks: report.leaks.leaks.iter().map(LeakEntry::from).collect(),
            truncated: report.leaks.truncated,
        }
    }
}

#[derive(Debug, Serialize)]
struct LeakEntry<'a> {
    resource_id: &'a str,
    resource_type: &'a str,
    lifetime_seconds: f64,
    created_at: DateTime<Utc>,
    metadata: Holder<'a>,
}

#[derive(Debug, Serialize)]
struct Holder<'a> {
    owner: &'a str,
    instance: &'a str,
    roles: &'a [String],
}

impl<'a> From<&'a Leak> for LeakEntry<'a> {
    fn from(leak: &'a Leak) -> Self {
        Self {
            resource_id: &leak.id,
            resource_type: &leak.kind,
            lifetime_seconds: leak.age.as_secs_f64(),
            created_at: leak.acquired_at,
            metadata: Holder { owner: &leak.owner, instance: &leak.instance, roles: &leak.roles },
        }
    }
}

/// `GET /api/performance/resources/stats`
pub(crate) async fn stats(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.perf("GetResourceStats")?;
    Params::from_query(query.as_deref(), &[])?;
    let stats = client.resource_stats().await.map_err(|fault| Error::upstream(&fault))?;
    let types: BTreeMap<_, _> = stats.kinds.iter().map(|kind| (kind.kind.as_str(), kind.active)).collect();
    json(&json!({
        "timestamp": stats.generated_at,
        "resource_stats": {
            "active_resources": stats.active,
            // Of the kinds that have a limit; null when none has.
            "max_resources": (stats.limit > 0).then_some(stats.limit),
            "utilization": percent(Some(stats.utilization), 1),
            "resource_types": types,
        },
        "kinds": stats.kinds,
    }))
}

/// `GET /api/performance/resources/leaks`
pub(crate) async fn leaks(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    const LIFETIME: &str = "max_lifetime_seconds";
    let client = call.perf("ListLeaks")?;
    let seconds = match Params::from_query(query.as_deref(), &[LIFETIME])?.take(LIFETIME) {
        None => DEFAULT_LIFETIME_SECONDS,
        Some(text) => text
            .parse()
            .ok()
            .filter(|seconds| *seconds > 0)
            .ok_or_else(|| Error::field(LIFETIME, "a whole number from 1 is needed"))?,
    };
    let lifetime = Duration::from_secs(u64::from(seconds));
    let found = client.leaks(Some(lifetime)).await.map_err(|fault| Error::upstream(&fault))?;
    json(&json!({
        "timestamp": Utc::now(),
        "leak_count": found.leaks.len(),
        "leaks": found.leaks.iter().map(LeakEntry::from).collect::<Vec<_>>(),
        "max_lifetime_seconds": seconds,
        "truncated": found.truncated,
    }))
}
