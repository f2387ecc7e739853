//! The shapes, as scripts in any language read them. The report is written in the JSON of its own types.

use super::*;
use serde_json::{Value, json};

fn cache(label: &str, changes: &Value) -> Value {
    let mut cache = json!({
        "label": label, "name": "jobs", "instance": "p-1", "roles": ["tws-bridge"], "standing": "ok",
        "covered_seconds": 900.0,
        "hits": 85, "misses": 15, "sets": 20, "evictions": 5, "expirations": 0, "invalidations": 0, "loads": 15,
        "load_failures": 0, "coalesced": 0, "stale_served": 0, "negative_hits": 0,
        "hit_rate": 0.85, "miss_rate": 0.15, "eviction_rate": 0.25, "average_access_seconds": 0.000_004_2,
        "average_load_seconds": 0.012, "efficiency_score": 86.04,
        "items": 120, "bytes": 2_621_440, "max_items": 1000, "max_bytes": 10_000_000, "default_ttl_seconds": 30.0,
        "total_hits": 850, "total_misses": 150, "total_sets": 200, "total_evictions": 50,
        "settings": { "ttl": "cache.ttl", "max_items": "cache.max_items", "max_bytes": "cache.max_bytes" },
    });
    for (name, value) in changes.as_object().unwrap() {
        cache[name] = value.clone();
    }
    cache
}

fn idle() -> Value {
    cache(
        "idle",
        &json!({
            "standing": "idle", "hit_rate": null, "miss_rate": null, "eviction_rate": null,
            "average_access_seconds": null, "average_load_seconds": null, "efficiency_score": null,
        }),
    )
}

fn report() -> PerformanceReport {
    let finding = json!({
        "area": "cache", "subject": "low", "severity": "critical", "text": "low: hit rate 20.0%",
        "evidence": [{ "name": "hit_rate", "value": 0.2, "unit": "ratio" }],
    });
    let area = |name: &str, severity: &str, findings: Value| json!({ "area": name, "severity": severity, "findings": findings });
    let health = json!({
        "overall_health": "degraded", "severity": "critical", "resource_utilization": 0.123,
        "generated_at": "2026-01-01T00:10:00Z", "window": "fifteen_minutes", "processes": 1,
        "areas": [
            area("cache", "critical", json!([finding])), area("pool", "ok", json!([])),
            area("resource", "ok", json!([])), area("api", "ok", json!([])), area("process", "ok", json!([])),
        ],
    });
    let pool = json!({
        "label": "redis", "name": "redis", "kind": "redis", "instance": "p-1", "roles": ["cache"],
        "standing": "ok", "covered_seconds": 900.0, "acquired": 100, "waited": 10, "exhausted": 1,
        "timed_out": 0, "errors": 2, "opened": 5, "closed": 1, "error_rate": 0.02,
        "average_wait_seconds": 0.0015, "p95_wait_seconds": 0.09, "utilization": 0.655,
        "peak_utilization": 0.9, "efficiency_score": 80.0, "min": 5, "max": 20, "active": 13, "idle": 2,
        "open": 15, "waiting": 0, "peak_active": 18, "total_acquired": 1000, "total_hits": 900,
        "total_misses": 100, "total_exhausted": 1, "total_errors": 2, "total_opened": 15, "total_closed": 3,
        "settings": { "min": "a", "max": "b", "connect_timeout": "c" },
    });
    let process = json!({
        "instance": "p-1", "roles": ["tws-bridge"], "version": "1", "started_at": "2026-01-01T00:00:00Z",
        "age_seconds": 10.0, "missing": false, "resident_bytes": 1, "queues": [], "tasks": [],
    });
    let leak = json!({
        "id": "41", "kind": "conversation", "owner": "maria", "age_seconds": 4000.0,
        "acquired_at": "2026-01-01T00:00:00Z", "instance": "p-1", "roles": ["agent"],
    });
    let recommendation = json!({
        "area": "cache", "subject": "low", "severity": "critical", "setting": "cache.ttl", "present": "30s",
        "text": "Low hit rate (20.0%). Consider increasing TTL or cache size.", "suggested": "60s",
        "effect": "more hits", "evidence": [], "window": "fifteen_minutes", "covered_seconds": 900.0,
    });
    let report = json!({
        "generated_at": "2026-01-01T00:10:00Z",
        "window": "fifteen_minutes",
        "health": health,
        "processes": [process],
        "caches": [
            cache("jobs", &json!({})),
            idle(),
            cache("low", &json!({ "standing": "critical", "hit_rate": 0.2 })),
        ],
        "pools": [pool],
        "methods": [],
        "resources": {
            "active": 7, "limit": 0, "utilization": 0.0, "kinds": [], "generated_at": "2026-01-01T00:10:00Z",
        },
        "leaks": { "leaks": [leak], "truncated": false },
        "recommendations": [recommendation],
    });
    serde_json::from_value(report).unwrap()
}

fn shown<T: Serialize>(body: &T) -> Value {
    serde_json::to_value(body).unwrap()
}

#[test]
fn the_report_has_what_alert_checks_and_bridges_read() {
    let source = report();
    let report = shown(&Report::from(&source));
    assert_eq!((&report["overall_health"], &report["severity"]), (&json!("degraded"), &json!("critical")));
    assert_eq!(report["timestamp"], "2026-01-01T00:10:00Z");
    let jobs = &report["caches"]["jobs"];
    for (name, value) in [
        ("hit_rate", json!("85.0%")),
        ("miss_rate", json!("15.0%")),
        ("efficiency_score", json!("86.0/100")),
        ("current_size", json!(120)),
        ("memory_usage_mb", json!("2.50")),
        ("average_access_time_ms", json!(0.004)),
    ] {
        assert_eq!(jobs["metrics"][name], value, "{name}");
    }
    assert_eq!(jobs["recommendations"], json!(["Cache performance is optimal."]));
    let idle = &report["caches"]["idle"];
    assert_eq!(
        (&idle["metrics"]["hit_rate"], &idle["metrics"]["standing"]),
        (&json!("NaN%"), &json!("idle"))
    );
    assert_eq!(idle["recommendations"], json!(["Too little traffic in this window to judge."]));
    let low = report["caches"]["low"]["recommendations"][0].as_str().unwrap();
    assert!(low.starts_with("Low hit rate (20.0%)"), "{low}");
    let leak = &report["resources"]["potential_leaks"][0];
    assert_eq!(report["resources"]["active_count"], 7);
    assert_eq!(
        (&leak["resource_type"], &leak["metadata"]["owner"]),
        (&json!("conversation"), &json!("maria"))
    );
    assert_eq!(leak["lifetime_seconds"], 4000.0);
    assert_eq!(report["recommendations"][0]["setting"], "cache.ttl");

    let redis = &report["connection_pools"]["redis"];
    for (name, value) in [
        ("pool_name", json!("redis")),
        ("active_connections", json!(13)),
        ("total_connections", json!(15)),
        ("utilization", json!("65.5%")),
        ("error_rate", json!("2.00%")),
        ("average_wait_time", json!(0.0015)),
        ("average_wait_time_ms", json!(1.5)),
        ("last_health_check", json!("2026-01-01T00:09:50Z")),
    ] {
        assert_eq!(redis["metrics"][name], value, "{name}");
    }
}

#[test]
fn health_is_a_word_for_each_area_and_the_reasons() {
    let report = report();
    let health = shown(&health::Health::from(&report.health));
    for (name, value) in [
        ("overall_health", json!("degraded")),
        ("severity", json!("critical")),
        ("window", json!("15m")),
        ("cache_health", json!("degraded")),
        ("cache_issues", json!(["low: hit rate 20.0%"])),
        ("pool_health", json!("healthy")),
        ("pool_issues", json!([])),
        ("resource_health", json!("healthy")),
        ("resource_utilization", json!("12.3%")),
    ] {
        assert_eq!(health[name], value, "{name}");
    }
    assert_eq!(health["reasons"][0]["evidence"][0]["value"], 0.2);
}

#[test]
fn recommendations_come_for_each_subject_and_with_their_evidence() {
    let report = report();
    let subjects = report.caches.iter().map(|cache| (cache.label.as_str(), cache.standing));
    let told = shown(&recommendations::verdicts(&report, resync_api::perf::model::Area::Cache, subjects));
    assert_eq!(told["recommendations"].as_object().unwrap().len(), 3);
    assert_eq!(told["details"][0]["suggested"], "60s");
}
