//! `GET /api/performance/health`: one word for the mesh, one for each area, and why.

use super::figures::{name_of, percent, window};
use crate::call::{Call, json};
use crate::error::Error;
use crate::params::Params;
use axum::extract::RawQuery;
use axum::response::Response;
use chrono::{DateTime, Utc};
use resync_api::perf::model::{Area, Finding, OverallHealth, PerformanceHealth, Severity};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct Health<'a> {
    timestamp: DateTime<Utc>,
    window: &'static str,
    overall_health: OverallHealth,
    severity: Severity,
    cache_health: OverallHealth,
    cache_issues: Vec<&'a str>,
    pool_health: OverallHealth,
    pool_issues: Vec<&'a str>,
    resource_health: OverallHealth,
    resource_issues: Vec<&'a str>,
    resource_utilization: String,
    api_health: OverallHealth,
    api_issues: Vec<&'a str>,
    process_health: OverallHealth,
    process_issues: Vec<&'a str>,
    processes: u32,
    /// The issues again, with their numbers.
    reasons: Vec<&'a Finding>,
}

impl<'a> From<&'a PerformanceHealth> for Health<'a> {
    fn from(health: &'a PerformanceHealth) -> Self {
        let word = |area| match health.area(area).map(|area| area.severity) {
            None | Some(Severity::Ok) => OverallHealth::Healthy,
            Some(Severity::Warning | Severity::Critical) => OverallHealth::Degraded,
        };
        let issues = |area| {
            let findings = health.area(area).into_iter().flat_map(|area| &area.findings);
            findings.map(|finding| finding.text.as_str()).collect()
        };
        Self {
            timestamp: health.generated_at,
            window: name_of(health.window),
            overall_health: health.overall_health,
            severity: health.severity,
            cache_health: word(Area::Cache),
            cache_issues: issues(Area::Cache),
            pool_health: word(Area::Pool),
            pool_issues: issues(Area::Pool),
            resource_health: word(Area::Resource),
            resource_issues: issues(Area::Resource),
            resource_utilization: percent(Some(health.resource_utilization), 1),
            api_health: word(Area::Api),
            api_issues: issues(Area::Api),
            process_health: word(Area::Process),
            process_issues: issues(Area::Process),
            processes: health.processes,
            reasons: health.areas.iter().flat_map(|area| &area.findings).collect(),
        }
    }
}

/// `GET /api/performance/health`
pub(crate) async fn health(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.perf("GetPerformanceHealth")?;
    let window = window(&mut Params::from_query(query.as_deref(), &["window"])?)?;
    let health = client.health(window).await.map_err(|fault| Error::upstream(&fault))?;
    json(&Health::from(&health))
}
