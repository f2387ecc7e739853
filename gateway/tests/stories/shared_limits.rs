//! Rate limits that all gateways count together, and what becomes of them without the cache.

use crate::mesh::{Mesh, PATIENCE, dial, root_key};
use crate::store::Store;
use resync_gateway::CACHE_SERVICE;
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::Tasks;
use resync_testkit::ChaosProxy;
use serde_json::Value;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

/// A minute. Slow enough that not much is earned back while the story runs.
const QUOTA: u32 = 12;

#[tokio::test]
async fn two_gateways_count_as_one_and_each_for_itself_while_the_cache_is_away() {
    let (root, behind) = (root_key(), Shutdown::new());
    let tasks = Tasks::new(behind.clone());
    let store = Store::start(&root, &tasks).await;
    let wire = ChaosProxy::start(store.address).await.unwrap();
    let gateway = async || {
        let cache = dial(&root, &tasks, wire.address());
        Mesh::over(BTreeMap::from([(CACHE_SERVICE.to_owned(), cache)]), |config| {
            config.shared_limits = true;
            config.quotas.principal = NonZeroU32::new(QUOTA).unwrap();
            config.quotas.login = NonZeroU32::new(3).unwrap();
        })
        .await
    };
    let (one, other) = (gateway().await, gateway().await);
    let token = one.token("admin").await;
    let limits = async |mesh: &Mesh| {
        let health: Value = mesh.get_anonymously("/api/health/full").await.json().await.unwrap();
        (health["status"].clone(), health["rate_limits"]["counted"].clone())
    };

    let mut accepted = 0;
    let mut gateways = [&one, &other].into_iter().cycle();
    let refused = loop {
        let response = gateways.next().unwrap().get("/api/engines", &token).await;
        if response.status() == 429 {
            break response;
        }
        assert_eq!(response.status(), 200);
        accepted += 1;
    };
    assert!((QUOTA..=QUOTA + 1).contains(&accepted), "{accepted} together, one of them earned meanwhile");
    assert!(refused.headers().contains_key("retry-after"));
    assert!(refused.headers()["ratelimit"].to_str().unwrap().starts_with("\"principal\";r=0;"));
    let guess = [("grant_type", "refresh_token"), ("refresh_token", "guess")];
    assert_eq!(one.post_token(&guess).await.status(), 400, "the second attempt after the login");
    assert_eq!(other.post_token(&guess).await.status(), 400);
    assert_eq!(one.post_token(&guess).await.status(), 429);
    assert_eq!(limits(&one).await.1, "together");

    wire.cut();
    for mesh in [&one, &other] {
        assert_eq!(mesh.get("/api/engines", &token).await.status(), 200, "each has some left by itself");
        let mut wait = 0;
        while mesh.get("/api/engines", &token).await.status() == 200 {
            wait += 1;
        }
        assert!(wait < QUOTA, "and not more than it had");
    }
    let (health, counted) = limits(&other).await;
    assert_eq!((health, counted), ("degraded".into(), "by_each_gateway_until_the_cache_is_back".into()));

    wire.restore();
    let again = async {
        while limits(&one).await.1 != "together" {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    };
    tokio::time::timeout(PATIENCE, again).await.expect("limits are shared again");
    behind.begin();
}
