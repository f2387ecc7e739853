//! The monitoring scripts that people already have, retyped: a dashboard that polls, a check of thresholds, and a bridge
//! to Prometheus. They read the JSON as those do, by name and as text, against the real monitor.

use crate::mesh::Mesh;
use crate::watched::{Process, Watched, cache, quiet};
use chrono::Utc;
use resync_api::perf::model::{KindVitals, ProcessReport, ResourceVitals, TrackedResource};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

const HIT_RATE_MIN: f64 = 0.5;
const LEAKS_MAX: usize = 0;

async fn read(mesh: &Mesh, path: &str) -> Value {
    let response = mesh.get_anonymously(path).await;
    assert_eq!(response.status(), 200, "{path}");
    response.json().await.unwrap()
}

/// `float(text.rstrip('%')) / 100`
fn rate(text: &Value) -> f64 {
    text.as_str().unwrap().trim_end_matches('%').parse::<f64>().unwrap() / 100.0
}

/// One round of the dashboard: what it prints.
async fn dashboard(mesh: &Mesh) -> Vec<String> {
    let health = read(mesh, "/api/performance/health").await;
    let mut printed = vec![format!("Health: {}", health["overall_health"].as_str().unwrap())];
    if health["overall_health"] == "degraded" {
        printed.push("WARNING: Performance degraded!".to_owned());
        printed.push(format!("Cache issues: {}", health["cache_issues"]));
        printed.push(format!("Pool issues: {}", health["pool_issues"]));
    }
    printed
}

/// The check of thresholds: the alerts it would send.
async fn check_alerts(mesh: &Mesh) -> Vec<String> {
    let report = read(mesh, "/api/performance/report").await;
    let mut alerts = Vec::new();
    for (name, cache) in report["caches"].as_object().unwrap() {
        let rate = rate(&cache["metrics"]["hit_rate"]);
        if rate < HIT_RATE_MIN {
            alerts.push(format!("Low cache hit rate: {name} = {:.1}%", rate * 100.0));
        }
    }
    let leaks = report["resources"]["potential_leaks"].as_array().unwrap().len();
    if leaks > LEAKS_MAX {
        alerts.push(format!("Resource leaks detected: {leaks}"));
    }
    alerts
}

/// The bridge: the gauges it sets.
async fn bridge(mesh: &Mesh) -> BTreeMap<String, f64> {
    let report = read(mesh, "/api/performance/report").await;
    let mut gauges = BTreeMap::new();
    for (name, cache) in report["caches"].as_object().unwrap() {
        gauges.insert(format!("cache_hit_rate {name}"), rate(&cache["metrics"]["hit_rate"]));
    }
    gauges.insert("resource_count".to_owned(), report["resources"]["active_count"].as_f64().unwrap());
    gauges
}

/// A process whose cache was used so often, and which holds a conversation for so long; not at all when unset.
async fn tells(process: &mut Process, hits: u64, misses: u64, held: Option<Duration>) {
    let kind = KindVitals {
        kind: "conversation".to_owned(),
        active: u64::from(held.is_some()),
        acquired: 1,
        released: u64::from(held.is_none()),
        limit: Some(100),
        leak_after: Some(Duration::from_secs(3_600)),
        oldest_age: held,
        leaked: u64::from(held.is_some_and(|age| age > Duration::from_secs(3_600))),
        untracked: 0,
    };
    let oldest = held.map(|age| TrackedResource {
        id: "7".to_owned(),
        kind: "conversation".to_owned(),
        owner: "maria".to_owned(),
        age,
        acquired_at: Utc::now() - age,
    });
    let resources = ResourceVitals { kinds: vec![kind], oldest: oldest.into_iter().collect() };
    let report = ProcessReport { caches: vec![cache(hits, misses)], resources, ..quiet("p-1", "agent") };
    process.report(report).await;
}

#[tokio::test]
async fn the_scripts_see_health_trouble_and_recovery() {
    let watched = Watched::start().await;
    let mesh = &watched.mesh;
    let mut process = watched.process().await;
    assert_eq!(dashboard(mesh).await, ["Health: healthy"], "nobody reports yet");
    assert_eq!(check_alerts(mesh).await, [""; 0]);

    // Never used: neither well nor sick.
    tells(&mut process, 0, 0, None).await;
    tells(&mut process, 0, 0, None).await;
    assert_eq!(dashboard(mesh).await, ["Health: healthy"]);
    assert_eq!(check_alerts(mesh).await, [""; 0]);
    assert!(bridge(mesh).await["cache_hit_rate jobs"].is_nan());

    tells(&mut process, 850, 150, Some(Duration::from_secs(10))).await;
    assert_eq!(dashboard(mesh).await, ["Health: healthy"]);
    assert_eq!(check_alerts(mesh).await, [""; 0]);
    let gauges = bridge(mesh).await;
    assert!((gauges["cache_hit_rate jobs"] - 0.85).abs() < 1e-9, "{gauges:?}");
    assert!(gauges["resource_count"] >= 1.0, "{gauges:?}");

    tells(&mut process, 850, 2_650, Some(Duration::from_secs(4_000))).await;
    let printed = dashboard(mesh).await;
    assert_eq!(printed[0], "Health: degraded");
    assert!(printed[2].contains("jobs"), "{printed:?}");
    assert_eq!(printed[3], "Pool issues: []");
    assert_eq!(check_alerts(mesh).await, ["Low cache hit rate: jobs = 24.3%", "Resource leaks detected: 1"]);
    let leaks = read(mesh, "/api/performance/resources/leaks?max_lifetime_seconds=3600").await;
    assert_eq!((&leaks["leak_count"], &leaks["leaks"][0]["metadata"]["owner"]), (&1.into(), &"maria".into()));
    let longer = read(mesh, "/api/performance/resources/leaks?max_lifetime_seconds=5000").await;
    assert_eq!((&longer["leak_count"], &longer["max_lifetime_seconds"]), (&0.into(), &5_000.into()));
    let advice = read(mesh, "/api/performance/recommendations?area=cache").await;
    let first = &advice["recommendations"][0];
    assert_eq!((&first["subject"], &first["severity"]), (&"jobs".into(), &"critical".into()), "{advice}");
    assert!(first["setting"].as_str().unwrap().starts_with("cache.jobs."), "{advice}");

    // More hits than before, and the conversation is over.
    tells(&mut process, 20_000, 2_650, None).await;
    assert_eq!(dashboard(mesh).await, ["Health: healthy"]);
    assert_eq!(check_alerts(mesh).await, [""; 0]);
}

#[tokio::test]
async fn every_route_of_the_scripts_answers_and_checks_its_parameters() {
    let watched = Watched::start().await;
    let mut process = watched.process().await;
    tells(&mut process, 0, 0, None).await;
    tells(&mut process, 90, 10, None).await;
    for (path, member) in [
        ("health?window=1m", "/overall_health"),
        ("report?window=24h", "/caches/jobs/metrics/efficiency_score"),
        ("cache/metrics", "/caches/jobs/hit_rate"),
        ("cache/recommendations", "/recommendations/jobs/0"),
        ("pools/metrics", "/pools"),
        ("pools/recommendations", "/recommendations"),
        ("resources/stats", "/resource_stats/active_resources"),
        ("resources/leaks", "/leaks"),
        ("recommendations", "/recommendations"),
    ] {
        let body = read(&watched.mesh, &format!("/api/performance/{path}")).await;
        assert!(body.pointer(member).is_some_and(|found| !found.is_null()), "{member} of {path}: {body}");
    }
    let figures = read(&watched.mesh, "/api/metrics/performance").await;
    assert_eq!(
        (&figures["cache_hit_rate"], &figures["processes"]),
        (&"90.0%".into(), &1.into()),
        "{figures}"
    );
    for wrong in [
        "health?window=2h",
        "report?from=1",
        "recommendations?area=kitchen",
        "resources/leaks?max_lifetime_seconds=0",
        "resources/leaks?max_lifetime_seconds=soon",
    ] {
        let response = watched.mesh.get_anonymously(&format!("/api/performance/{wrong}")).await;
        assert_eq!(response.status(), 400, "{wrong}");
    }
}

#[tokio::test]
async fn without_the_monitor_the_scripts_are_told_so_and_the_rest_goes_on() {
    let watched = Watched::start().await;
    let mesh = &watched.mesh;
    watched.wire.cut();
    for path in ["/api/performance/health", "/api/performance/report", "/api/metrics/performance"] {
        let response = mesh.get_anonymously(path).await;
        let status = response.status();
        let problem: Value = response.json().await.unwrap();
        assert_eq!(status, 503, "{path}: {problem}");
        assert!(problem["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{problem}");
    }
    let health = read(mesh, "/api/health/full").await;
    assert_eq!((&health["status"], &health["perf_monitor"]["status"]), (&"degraded".into(), &"down".into()));
    let text = mesh.get_anonymously("/api/metrics").await.text().await.unwrap();
    assert!(text.contains("\nresync_gateway_mesh_metrics_complete 0\n"), "{text}");

    watched.wire.restore();
    let again = async {
        while mesh.get_anonymously("/api/performance/health").await.status() != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(crate::mesh::PATIENCE, again).await.expect("it is back in time");
}
