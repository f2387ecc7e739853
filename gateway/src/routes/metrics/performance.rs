//! `GET /api/metrics/performance`: the performance report in a dozen figures.

use crate::call::{Call, json};
use crate::error::Error;
use crate::routes::performance::{ask, percent};
use axum::extract::RawQuery;
use axum::response::Response;
use resync_api::perf::model::{MethodReport, PerformanceReport};
use serde_json::{Value, json};

/// Methods that are named.
const SLOWEST: usize = 5;

/// `GET /api/metrics/performance`
pub(crate) async fn performance(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let report = ask(&call, query).await?;
    let (routes, rpcs): (Vec<_>, Vec<_>) =
        report.methods.iter().partition(|method| method.method.contains(' '));
    let hits: u64 = report.caches.iter().map(|cache| cache.hits).sum();
    let misses: u64 = report.caches.iter().map(|cache| cache.misses).sum();
    let utilization = report.pools.iter().filter_map(|pool| pool.utilization).reduce(f64::max);
    json(&json!({
        "timestamp": report.generated_at,
        "window_seconds": report.window.length().as_secs(),
        "overall_health": report.health.overall_health,
        "severity": report.health.severity,
        "requests": traffic(&routes),
        "rpcs": traffic(&rpcs),
        "cache_hit_rate": percent(ratio(hits, hits + misses), 1),
        "caches": report.caches.len(),
        "pool_utilization_max": percent(utilization, 1),
        "pools": report.pools.len(),
        "resources_active": report.resources.active,
        "leaks": report.leaks.leaks.len(),
        "recommendations": report.recommendations.len(),
        "processes": report.processes.len(),
        "memory_bytes": memory(&report),
    }))
}

/// What went through some methods, and the slowest of them; they come slowest first.
fn traffic(methods: &[&MethodReport]) -> Value {
    let calls: u64 = methods.iter().map(|method| method.calls).sum();
    let errors: u64 = methods.iter().map(|method| method.errors).sum();
    let slowest: Vec<_> = methods
        .iter()
        .take(SLOWEST)
        .map(|method| json!({ "method": method.method, "calls": method.calls, "p95_seconds": method.p95_seconds }))
        .collect();
    json!({
        "calls": calls,
        "errors": errors,
        "error_rate": percent(ratio(errors, calls), 2),
        "calls_per_second": methods.iter().map(|method| method.calls_per_second).sum::<f64>(),
        "slowest": slowest,
    })
}

/// Of the processes that know.
fn memory(report: &PerformanceReport) -> u64 {
    report.processes.iter().filter_map(|process| process.resident_bytes).sum()
}

#[expect(clippy::cast_precision_loss, reason = "shown with two decimals")]
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
