//! Redis goes away under a running gateway, and comes back.

use crate::mesh::{Mesh, PATIENCE};
use crate::once::{Once, code, poll, told};
use resync_cache::{RedisConfig, StoreConfig};
use resync_testkit::RedisServer;
use serde_json::Value;
use std::time::Duration;

async fn health(mesh: &Mesh, path: &str) -> (u16, Value) {
    let response = mesh.get_anonymously(path).await;
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn until(mesh: &Mesh, wanted: &str) -> Value {
    let looking = async {
        loop {
            let (_, redis) = health(mesh, "/api/health/redis").await;
            if redis["status"] == wanted {
                return redis;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.expect("health tells in time")
}

#[tokio::test]
async fn without_redis_keys_are_refused_and_the_rest_goes_on() {
    let mut redis = RedisServer::start(&["--appendonly", "yes", "--appendfsync", "always"]).await.unwrap();
    let store = RedisConfig { urls: vec![redis.url().into()], ..RedisConfig::default() };
    let once = Once::over(StoreConfig::Redis(Box::new(store))).await;
    let mesh = &once.mesh;
    let admin = mesh.token("admin").await;
    let kept = once.silence(&admin, Some("kept"), "before").await;
    assert_eq!(kept.status(), 201);

    let (status, told_healthy) = health(mesh, "/api/health/redis").await;
    assert_eq!((status, &told_healthy["status"]), (200, &"healthy".into()), "{told_healthy}");
    assert_eq!(told_healthy["idempotency_safe"], true);
    let server = &told_healthy["redis"];
    assert!(server["response_time_ms"].as_f64().unwrap() > 0.0, "{server}");
    assert!(server["details"]["redis_version"].as_str().unwrap().contains('.'), "{server}");
    assert!(server["details"]["connected_clients"].as_u64().unwrap() > 0, "{server}");
    assert!(told_healthy.get("warning").is_none(), "{told_healthy}");

    assert_eq!(health(mesh, "/api/health/full").await.1["status"], "ok");

    redis.kill().await.unwrap();
    let refused = once.silence(&admin, Some("k"), "during").await;
    assert_eq!(code(refused).await, told(503, "IDEMPOTENCY_UNAVAILABLE"));
    assert_eq!(once.work.done(), 1);
    let critical = until(mesh, "critical").await;
    assert_eq!(critical["idempotency_safe"], false);
    assert!(critical["warning"].as_str().is_some_and(|warning| !warning.is_empty()), "{critical}");
    assert!(critical["redis"]["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{critical}");
    for (path, expected) in [("/api/health/redis", 503), ("/api/health/app", 200), ("/api/health/full", 200)]
    {
        assert_eq!(health(mesh, path).await.0, expected, "{path}");
    }
    for path in ["/api/health/app", "/api/health/full"] {
        assert_eq!(health(mesh, path).await.1["status"], "degraded", "{path}");
    }
    assert_eq!(mesh.get("/api/engines/default/jobs", &admin).await.status(), 200, "questions go on");

    redis.restart().await.unwrap();
    until(mesh, "healthy").await;
    let replayed = once.silence(&admin, Some("kept"), "before").await;
    assert_eq!(replayed.headers()["idempotency-replayed"], "true", "what was kept survived");
    let accepted = poll(&once, &admin, "during", |(status, _)| *status != 503).await;
    assert_eq!((accepted.0, once.work.done()), (201, 2));
    assert_eq!(health(mesh, "/api/health/app").await.1["status"], "ok");
}
