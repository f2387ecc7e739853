//! `/api/performance/cache/…`: every cache of every process, by its label.

use super::figures::{megabytes, milliseconds, name_of, percent, score};
use super::recommendations::{texts, verdicts};
use crate::call::{Call, json};
use crate::error::Error;
use axum::extract::RawQuery;
use axum::response::Response;
use resync_api::perf::model::{Area, CacheReport, PerformanceReport, Standing};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// One cache in the report.
#[derive(Debug, Serialize)]
pub(super) struct CacheEntry<'a> {
    metrics: Metrics<'a>,
    recommendations: Vec<&'a str>,
}

impl<'a> CacheEntry<'a> {
    pub(super) fn new(cache: &'a CacheReport, report: &'a PerformanceReport) -> Self {
        Self {
            metrics: Metrics::new(cache, 1),
            recommendations: texts(report, Area::Cache, &cache.label, cache.standing),
        }
    }
}

/// Its figures over the window; totals are since its process started.
#[derive(Debug, Serialize)]
struct Metrics<'a> {
    hit_rate: String,
    miss_rate: String,
    eviction_rate: String,
    efficiency_score: String,
    total_hits: u64,
    total_misses: u64,
    total_sets: u64,
    total_evictions: u64,
    current_size: u64,
    max_size: u64,
    memory_usage_mb: String,
    average_access_time_ms: Option<f64>,
    average_load_time_ms: Option<f64>,
    standing: Standing,
    instance: &'a str,
    roles: &'a [String],
    covered_seconds: f64,
}

impl<'a> Metrics<'a> {
    fn new(cache: &'a CacheReport, decimals: usize) -> Self {
        Self {
            hit_rate: percent(cache.hit_rate, decimals),
            miss_rate: percent(cache.miss_rate, decimals),
            eviction_rate: percent(cache.eviction_rate, decimals),
            efficiency_score: score(cache.efficiency_score),
            total_hits: cache.total_hits,
            total_misses: cache.total_misses,
            total_sets: cache.total_sets,
            total_evictions: cache.total_evictions,
            current_size: cache.items,
            max_size: cache.max_items,
            memory_usage_mb: megabytes(cache.bytes),
            average_access_time_ms: cache.average_access_seconds.map(milliseconds),
            average_load_time_ms: cache.average_load_seconds.map(milliseconds),
            standing: cache.standing,
            instance: &cache.instance,
            roles: &cache.roles,
            covered_seconds: cache.covered.as_secs_f64(),
        }
    }
}

/// `GET /api/performance/cache/metrics`
pub(crate) async fn cache_metrics(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let report = super::ask(&call, query).await?;
    let caches: BTreeMap<_, _> =
        report.caches.iter().map(|cache| (cache.label.as_str(), Metrics::new(cache, 2))).collect();
    json(&json!({ "timestamp": report.generated_at, "window": name_of(report.window), "caches": caches }))
}

/// `GET /api/performance/cache/recommendations`
pub(crate) async fn cache_recommendations(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let report = super::ask(&call, query).await?;
    let subjects = report.caches.iter().map(|cache| (cache.label.as_str(), cache.standing));
    json(&verdicts(&report, Area::Cache, subjects))
}
