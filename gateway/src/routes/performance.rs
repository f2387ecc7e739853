//! `/api/performance/…`: how well the mesh runs, in the shapes that monitoring scripts have long relied on.
//!
//! Shares are strings such as `"85.0%"`, as those scripts expect; a share of nothing is `"NaN%"`, which compares with no
//! threshold. Everything is the performance monitor's word; here it only gets its form.

mod figures;
mod health;
mod caches;
mod pools;
mod resources;
mod recommendations;

pub(crate) use caches::{cache_metrics, cache_recommendations};
pub(crate) use health::health;
pub(crate) use pools::{pool_metrics, pool_recommendations};
pub(crate) use recommendations::recommendations;
pub(crate) use resources::{leaks, stats};

use crate::call::{Call, json};
use crate::error::Error;
use crate::params::Params;
use axum::extract::RawQuery;
use axum::response::Response;
use caches::CacheEntry;
use chrono::{DateTime, Utc};
use pools::PoolEntry;
use resync_api::perf::model::{
    Finding, MethodReport, OverallHealth, PerformanceReport, ProcessSummary, Recommendation, Severity,
};
use serde::Serialize;
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

pub(super) use figures::percent;
use figures::window;

/// The body of `GET /api/performance/report`.
#[derive(Debug, Serialize)]
struct Report<'a> {
    timestamp: DateTime<Utc>,
    window: &'static str,
    overall_health: OverallHealth,
    severity: Severity,
    reasons: Vec<&'a Finding>,
    caches: BTreeMap<&'a str, CacheEntry<'a>>,
    connection_pools: BTreeMap<&'a str, PoolEntry<'a>>,
    resources: resources::Held<'a>,
    methods: &'a [MethodReport],
    processes: &'a [ProcessSummary],
    recommendations: &'a [Recommendation],
}

impl<'a> From<&'a PerformanceReport> for Report<'a> {
    fn from(report: &'a PerformanceReport) -> Self {
        let caches = report.caches.iter().map(|cache| (cache.label.as_str(), CacheEntry::new(cache, report)));
        let pools = report.pools.iter().map(|pool| (pool.label.as_str(), PoolEntry::new(pool, report)));
        Self {
            timestamp: report.generated_at,
            window: figures::name_of(report.window),
            overall_health: report.health.overall_health,
            severity: report.health.severity,
            reasons: report.health.areas.iter().flat_map(|area| &area.findings).collect(),
            caches: caches.collect(),
            connection_pools: pools.collect(),
            resources: resources::Held::from(report),
            methods: &report.methods,
            processes: &report.processes,
            recommendations: &report.recommendations,
        }
    }
}

/// `GET /api/performance/report`
pub(crate) async fn report(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    json(&Report::from(&ask(&call, query).await?))
}

/// The report of the window that `query` names.
pub(super) async fn ask(call: &Call, query: Option<String>) -> Result<PerformanceReport, Error> {
    let client = call.perf("GetPerformanceReport")?;
    let window = window(&mut Params::from_query(query.as_deref(), &["window"])?)?;
    client.report(window).await.map_err(|fault| Error::upstream(&fault))
}
