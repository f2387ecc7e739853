//! The shared cache as seen from outside: its figures, its health, and clearing it.

use crate::mesh::{dial, root_key};
use crate::once::{Once, code, told};
use reqwest::Method;
use resync_api::cache::client::CacheClient;
use resync_api::cache::model::{Lookup, NewEntry};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::Tasks;
use serde_json::{Value, json};
use std::time::Duration;

const CLEAR: &str = "/api/cache/clear";

async fn put(cache: &CacheClient, key: &str) {
    let Lookup::Miss(miss) = cache.get(key).await.unwrap() else { panic!("{key} is there") };
    let entry = NewEntry {
        key: key.to_owned(),
        value: "value".into(),
        ttl: Duration::from_secs(60),
        tags: vec!["plan".to_owned()],
        stamp: miss.stamp.unwrap(),
        age: Duration::ZERO,
    };
    assert!(cache.set(entry).await.unwrap());
}

async fn holds(cache: &CacheClient, key: &str) -> bool {
    matches!(cache.get(key).await.unwrap(), Lookup::Hit(_))
}

#[tokio::test]
async fn figures_are_for_operators_and_clearing_for_administrators() {
    let once = Once::start().await;
    let behind = Shutdown::new();
    let cache = CacheClient::new(dial(&root_key(), &Tasks::new(behind.clone()), once.wire.address()));
    for key in ["logs/1", "logs/2", "models/1"] {
        put(&cache, key).await;
        assert!(holds(&cache, key).await);
    }

    let (admin, night) = (once.mesh.token("admin").await, once.mesh.token("night").await);
    let viewer = once.mesh.token("viewer").await;
    assert_eq!(once.mesh.get("/api/cache/stats", &viewer).await.status(), 403);
    let stats: Value = once.mesh.get("/api/cache/stats", &night).await.json().await.unwrap();
    for (name, value) in [("hits", json!(3)), ("misses", json!(3)), ("hit_rate", json!("50.00%"))] {
        assert_eq!(stats[name], value, "{name} in {stats}");
    }
    assert_eq!(stats["stats"]["caches"].as_array().unwrap().len(), 2, "{stats}");
    let health: Value = once.mesh.get("/api/cache/health", &viewer).await.json().await.unwrap();
    assert_eq!((&health["status"], &health["health"]["store"]), (&json!("healthy"), &json!("sqlite")));

    let clear = async |token: &str, key: Option<&str>, body: &Value| {
        once.send(Method::POST, CLEAR, token, key, body).await
    };
    let logs = json!({ "scope": "cache", "value": "logs" });
    assert_eq!(code(clear(&night, None, &logs).await).await, told(403, "PERMISSION_DENIED"));
    for wrong in [
        json!({}),
        json!({ "scope": "some" }),
        json!({ "scope": "tag" }),
        json!({ "scope": "all", "value": "logs" }),
        json!({ "scope": "all", "valeu": "logs" }),
    ] {
        assert_eq!(clear(&admin, None, &wrong).await.status(), 400, "{wrong}");
    }
    assert!(holds(&cache, "logs/1").await);

    let cleared = clear(&admin, Some("k"), &logs).await;
    assert_eq!(cleared.status(), 200);
    let cleared: Value = cleared.json().await.unwrap();
    assert_eq!((&cleared["status"], &cleared["value"]), (&json!("success"), &json!("logs")));
    assert!(!holds(&cache, "logs/1").await && !holds(&cache, "logs/2").await);
    assert!(holds(&cache, "models/1").await, "another cache keeps its entries");

    put(&cache, "logs/1").await;
    let again = clear(&admin, Some("k"), &logs).await;
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert!(holds(&cache, "logs/1").await, "a repeated request clears nothing new");
    for (body, key) in [
        (json!({ "scope": "prefix", "value": "logs/" }), "logs/1"),
        (json!({ "scope": "tag", "value": "plan" }), "models/1"),
    ] {
        assert_eq!(clear(&admin, None, &body).await.status(), 200);
        assert!(!holds(&cache, key).await, "{body}");
    }
    put(&cache, "logs/1").await;
    assert_eq!(clear(&admin, None, &json!({ "scope": "all" })).await.status(), 200);
    assert!(!holds(&cache, "logs/1").await);
    behind.begin();
}
