//! An injected leak, a slow pool and a low hit rate each give the right score, alert and recommendation, and clear when
//! they are mended.

use std::time::Duration;

use resync_api::perf::model::{
    Area, OverallHealth, PerformanceReport, ProcessReport, RecommendationQuery, Severity, Standing, Window,
};

use crate::mesh::Mesh;
use crate::shapes::{acquire, cache, leases, look_up, pool, report};

const MINUTE: u64 = 12;

async fn healthy(mesh: &Mesh, window: Window) {
    let health = mesh.client().health(window).await.expect("allowed");
    assert_eq!(
        (health.overall_health, health.severity),
        (OverallHealth::Healthy, Severity::Ok),
        "{health:?}"
    );
    let query = RecommendationQuery { window, area: None };
    assert_eq!(mesh.client().recommendations(query).await.expect("allowed"), []);
}

async fn sick(mesh: &Mesh, area: Area, window: Window) -> PerformanceReport {
    let report = mesh.client().report(window).await.expect("allowed");
    assert_eq!(report.health.overall_health, OverallHealth::Degraded);
    assert_eq!(report.health.severity, Severity::Critical);
    for other in Area::ALL {
        let expected = if other == area { Severity::Critical } else { Severity::Ok };
        assert_eq!(report.health.area(other).expect("every area").severity, expected, "{other:?}");
    }
    report
}

#[tokio::test(start_paused = true)]
async fn a_low_hit_rate_is_scored_alerted_and_advised_on_until_it_is_mended() {
    let mesh = Mesh::stepped().await;
    let mut process = mesh.process().await;
    let mut vitals = cache();
    let mut ticks = async |ticks, hits| {
        let shape = || {
            look_up(&mut vitals, hits);
            ProcessReport { caches: vec![vitals.clone()], ..report("a", &["tws-bridge"]) }
        };
        process.ticks(ticks, shape).await;
    };
    ticks(20 * MINUTE, 95).await;
    healthy(&mesh, Window::FifteenMinutes).await;
    let before = mesh.client().report(Window::FifteenMinutes).await.expect("allowed").caches.remove(0);
    assert_eq!(before.efficiency_score.map(f64::round), Some(57.0 + 0.0 + 10.0), "its bound is reached");

    ticks(30 * MINUTE, 30).await;
    assert_eq!(mesh.firing().await, [("cache_hit_rate_low".into(), "jobs".into())]);
    let sick = sick(&mesh, Area::Cache, Window::FifteenMinutes).await;
    let low = &sick.caches[0];
    assert_eq!((low.standing, low.hit_rate), (Standing::Critical, Some(0.3)));
    assert_eq!(low.efficiency_score.map(f64::round), Some(18.0 + 0.0 + 10.0));
    let advice = &sick.recommendations[0];
    assert_eq!(
        (advice.setting.as_str(), advice.present.as_str(), advice.suggested.as_str(), advice.severity),
        ("cache.jobs.max_items", "1000", "2000", Severity::Critical)
    );
    assert!(advice.evidence.iter().any(|number| number.name == "hit_rate" && number.value == 0.3));
    assert!(advice.covered > Duration::from_secs(800), "{:?}", advice.covered);

    // Mended: the bound was raised, and nothing is evicted any more.
    let mut mended = vitals.clone();
    mended.max_items = 2000;
    let shape = || {
        mended.hits += 90;
        mended.misses += 10;
        mended.sets += 10;
        ProcessReport { caches: vec![mended.clone()], ..report("a", &["tws-bridge"]) }
    };
    process.ticks(20 * MINUTE, shape).await;
    assert!(mesh.firing().await.is_empty());
    healthy(&mesh, Window::FifteenMinutes).await;
    mesh.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_pool_is_scored_alerted_and_advised_on_until_it_is_mended() {
    let mesh = Mesh::stepped().await;
    let mut process = mesh.process().await;
    let mut vitals = pool();
    let mut ticks = async |ticks, wait_ms, in_use| {
        let shape = || {
            acquire(&mut vitals, wait_ms, in_use);
            ProcessReport { pools: vec![vitals.clone()], ..report("a", &["cache"]) }
        };
        process.ticks(ticks, shape).await;
    };
    ticks(2 * MINUTE, 0, 14).await;
    healthy(&mesh, Window::OneMinute).await;
    let before = mesh.client().report(Window::OneMinute).await.expect("allowed").pools.remove(0);
    assert_eq!(before.efficiency_score, Some(100.0), "70 % in use, nobody waits");

    ticks(3 * MINUTE, 250, 20).await;
    let firing = mesh.firing().await;
    assert!(firing.contains(&("pool_wait_high".into(), "redis".into())), "{firing:?}");
    assert!(firing.contains(&("pool_utilization_high".into(), "redis".into())), "{firing:?}");
    let sick = sick(&mesh, Area::Pool, Window::OneMinute).await;
    let slow = &sick.pools[0];
    assert_eq!((slow.standing, slow.utilization), (Standing::Critical, Some(1.0)));
    assert_eq!(slow.average_wait_seconds, Some(0.25));
    assert_eq!(slow.efficiency_score.map(f64::round), Some(0.0 + 5.0 + 30.0));
    let advice = &sick.recommendations[0];
    assert_eq!((advice.setting.as_str(), advice.present.as_str()), ("redis.pool_max", "20"));
    assert_eq!(advice.suggested, "30", "one and a half times as many");

    ticks(3 * MINUTE, 0, 14).await;
    assert!(mesh.firing().await.is_empty());
    healthy(&mesh, Window::OneMinute).await;
    mesh.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_leak_is_listed_alerted_and_advised_on_until_it_is_released() {
    let mesh = Mesh::stepped().await;
    let mut process = mesh.process().await;
    let mut ticks = async |ticks, leaked| {
        let shape = || ProcessReport { resources: leases(leaked), ..report("a", &["tws-bridge"]) };
        process.ticks(ticks, shape).await;
    };
    ticks(MINUTE, 0).await;
    healthy(&mesh, Window::OneMinute).await;

    ticks(3, 3).await;
    assert_eq!(mesh.firing().await, [("resource_leak".into(), "lease".into())], "age is proof enough");
    let sick = sick(&mesh, Area::Resource, Window::OneMinute).await;
    assert_eq!(sick.leaks.leaks.len(), 3);
    assert_eq!(sick.leaks.leaks[0].owner, "poller");
    let advice = &sick.recommendations[0];
    assert!(advice.text.starts_with("poller holds 3 of kind lease"), "{}", advice.text);
    let client = mesh.client();
    let listed =
        async |seconds| client.leaks(Some(Duration::from_secs(seconds))).await.expect("allowed").leaks.len();
    assert_eq!((listed(300).await, listed(3600).await), (3, 0), "the caller's own lifetime");
    let stats = client.resource_stats().await.expect("allowed");
    assert_eq!((stats.active, stats.limit, stats.utilization), (3, 100, 0.03));

    ticks(MINUTE, 0).await;
    assert!(mesh.firing().await.is_empty());
    healthy(&mesh, Window::OneMinute).await;
    mesh.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_mesh_that_does_nothing_is_healthy() {
    let mesh = Mesh::stepped().await;
    let mut process = mesh.process().await;
    let shape =
        || ProcessReport { caches: vec![cache()], pools: vec![pool()], ..report("a", &["tws-bridge"]) };
    process.ticks(6 * MINUTE, shape).await;
    healthy(&mesh, Window::FifteenMinutes).await;
    let report = mesh.client().report(Window::FifteenMinutes).await.expect("allowed");
    assert_eq!((report.caches[0].standing, report.pools[0].standing), (Standing::Idle, Standing::Idle));
    assert_eq!((report.caches[0].efficiency_score, report.pools[0].efficiency_score), (None, None));
    assert!(mesh.client().alerts().await.expect("allowed").is_empty());
    mesh.stop().await;
}
