//! `/api/performance/pools/…`: every connection pool of every process, by its label.

use super::figures::{milliseconds, name_of, percent, score};
use super::recommendations::{texts, verdicts};
use crate::call::{Call, json};
use crate::error::Error;
use axum::extract::RawQuery;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use resync_api::perf::model::{Area, PerformanceReport, PoolKind, PoolReport, Standing};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// One pool in the report.
#[derive(Debug, Serialize)]
pub(super) struct PoolEntry<'a> {
    metrics: Metrics<'a>,
    recommendations: Vec<&'a str>,
}

impl<'a> PoolEntry<'a> {
    pub(super) fn new(pool: &'a PoolReport, report: &'a PerformanceReport) -> Self {
        Self {
            metrics: Metrics::new(pool, report),
            recommendations: texts(report, Area::Pool, &pool.label, pool.standing),
        }
    }
}

/// Its figures: rates and times over the window, counts since its process started, connections now.
#[derive(Debug, Serialize)]
struct Metrics<'a> {
    pool_name: &'a str,
    kind: PoolKind,
    active_connections: u64,
    idle_connections: Option<u64>,
    total_connections: Option<u64>,
    min_connections: u64,
    max_connections: u64,
    waiting_connections: u64,
    peak_connections: u64,
    connection_errors: u64,
    connection_creations: Option<u64>,
    connection_closures: Option<u64>,
    pool_hits: u64,
    pool_misses: u64,
    pool_exhaustions: u64,
    utilization: String,
    peak_utilization: String,
    error_rate: String,
    efficiency_score: String,
    /// In seconds.
    average_wait_time: Option<f64>,
    average_wait_time_ms: Option<f64>,
    p95_wait_time_ms: Option<f64>,
    /// When its process last reported.
    last_health_check: Option<DateTime<Utc>>,
    standing: Standing,
    instance: &'a str,
    roles: &'a [String],
    covered_seconds: f64,
}

impl<'a> Metrics<'a> {
    fn new(pool: &'a PoolReport, report: &PerformanceReport) -> Self {
        let process = report.processes.iter().find(|process| process.instance == pool.instance);
        let age = process.and_then(|process| TimeDelta::from_std(process.age).ok());
        Self {
            pool_name: &pool.name,
            kind: pool.kind,
            active_connections: pool.active,
            idle_connections: pool.idle,
            total_connections: pool.open,
            min_connections: pool.min,
            max_connections: pool.max,
            waiting_connections: pool.waiting,
            peak_connections: pool.peak_active,
            connection_errors: pool.total_errors,
            connection_creations: pool.total_opened,
            connection_closures: pool.total_closed,
            pool_hits: pool.total_hits,
            pool_misses: pool.total_misses,
            pool_exhaustions: pool.total_exhausted,
            utilization: percent(pool.utilization, 1),
            peak_utilization: percent(pool.peak_utilization, 1),
            error_rate: percent(pool.error_rate, 2),
            efficiency_score: score(pool.efficiency_score),
            average_wait_time: pool.average_wait_seconds,
            average_wait_time_ms: pool.average_wait_seconds.map(milliseconds),
            p95_wait_time_ms: pool.p95_wait_seconds.map(milliseconds),
            last_health_check: age.map(|age| report.generated_at - age),
            standing: pool.standing,
            instance: &pool.instance,
            roles: &pool.roles,
            covered_seconds: pool.covered.as_secs_f64(),
        }
    }
}

/// `GET /api/performance/pools/metrics`
pub(crate) async fn pool_metrics(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let report = super::ask(&call, query).await?;
    let pools: BTreeMap<_, _> =
        report.pools.iter().map(|pool| (pool.label.as_str(), Metrics::new(pool, &report))).collect();
    json(&json!({ "timestamp": report.generated_at, "window": name_of(report.window), "pools": pools }))
}

/// `GET /api/performance/pools/recommendations`
pub(crate) async fn pool_recommendations(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let report = super::ask(&call, query).await?;
    let subjects = report.pools.iter().map(|pool| (pool.label.as_str(), pool.standing));
    json(&verdicts(&report, Area::Pool, subjects))
}
