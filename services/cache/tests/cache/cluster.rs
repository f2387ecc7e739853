//! A Redis Cluster of six servers: everything works in it, also while a slot moves under the keys in use.

use resync_api::cache::model::{Claim, InvalidationScope, StoreKind, WatchEvent};
use resync_cache::{Cause, RedisConfig};
use resync_testkit::{RedisCluster, RedisServer, eventually};

use crate::support::{BOUND, MINUTE, NEEDED, Role, claim, next, redis, response};

fn config(cluster: &RedisCluster) -> RedisConfig {
    RedisConfig {
        urls: cluster.urls().into_iter().map(Into::into).collect(),
        cluster: true,
        start_attempts: 3,
        ..redis("redis://unused")
    }
}

#[tokio::test]
async fn a_cluster_serves_all_while_slots_move_under_the_keys_in_use() {
    let cluster = RedisCluster::start().await.expect("a cluster forms");
    let (one, two) = (
        Role::over(config(&cluster)).await.expect("opens"),
        Role::over(config(&cluster)).await.expect("opens"),
    );
    let health = one.client.health().await.expect("told");
    assert_eq!((health.store, health.serving), (StoreKind::RedisCluster, true));
    let mut events = two.client.watch(None).await.expect("watches");
    assert!(matches!(next(&mut events).await, Ok(WatchEvent::Started { .. })));

    let keys: Vec<_> = (0..60).map(|number| format!("logs/{number}")).collect();
    for key in &keys {
        one.load(key, &[], key).await;
    }
    let found = two.client.get_many(keys.clone()).await.expect("answered");
    assert_eq!(found.entries.len(), keys.len(), "one lookup over all nodes");

    // Slots move under an entry, under the history itself and under a claim, while all are in use.
    let working = async {
        for round in 0..200 {
            let name = format!("moving-{round}");
            let token = match one.client.claim(claim(&name, "h", "a")).await.expect("a move is no outage") {
                Claim::Granted { token, .. } => token,
                other => panic!("{other:?}"),
            };
            let other = two.client.claim(claim(&name, "h", "b")).await.expect("answered");
            assert!(matches!(other, Claim::InProgress { .. }));
            one.client.complete(token, response("{}"), MINUTE).await.expect("completed");
            let scope = InvalidationScope::key("logs/0");
            let position = one.client.invalidate(scope).await.expect("invalidated");
            match next(&mut events).await.expect("an event") {
                WatchEvent::Invalidated(event) => assert_eq!(event.position, position),
                other => panic!("{other:?}"),
            }
            assert_eq!(two.value("logs/0").await, None);
            assert!(two.read(&keys[1 + round % 50]).await.is_some());
        }
    };
    let moving = async {
        for key in ["resync:e:logs/1", "resync:invalidations", "resync:e:logs/2"] {
            cluster.move_slot_of(key).await.expect("the slot moves");
        }
    };
    futures::join!(working, moving);
    assert_eq!(two.cache.stats().history_losses, 0);
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn a_lost_primary_is_an_outage_until_its_replica_takes_over() {
    let mut cluster = RedisCluster::start().await.expect("a cluster forms");
    let role = Role::over(config(&cluster)).await.expect("opens");
    role.load("logs/1", &[], "1").await;
    cluster.kill_primary_of("resync:invalidations").await.expect("it ran");
    role.becomes(false).await;
    let refused = role.client.invalidate(InvalidationScope::key("logs/1")).await.expect_err("out");
    assert_eq!(refused.reason, "CACHE_STORE_UNAVAILABLE");
    let refused = role.client.claim(claim("during", "h", "a")).await.expect_err("out");
    assert_eq!(refused.reason, "IDEMPOTENCY_UNAVAILABLE");
    role.becomes(true).await;
    eventually("an invalidation", BOUND, || async {
        role.client.invalidate(InvalidationScope::key("logs/1")).await.ok()
    })
    .await
    .expect("the replica has taken over");
    assert_eq!(role.value("logs/1").await, None);
    let granted = role.client.claim(claim("after", "h", "a")).await.expect("answered");
    assert!(matches!(granted, Claim::Granted { .. }));
    role.stop().await;
}

#[tokio::test]
async fn the_wrong_kind_of_server_is_told_at_start() {
    let single = RedisServer::start(&[]).await.expect("Redis runs");
    let as_cluster = RedisConfig { cluster: true, start_attempts: 3, ..redis(&single.url()) };
    let Err(error) = Role::over(as_cluster).await else { panic!("it started") };
    assert_eq!(error.cause, Cause::ClusterMismatch, "{error}");

    let node = RedisServer::start(&["--cluster-enabled", "yes"]).await.expect("Redis runs");
    let Err(error) = Role::over(redis(&node.url())).await else { panic!("it started") };
    assert_eq!(error.cause, Cause::ClusterMismatch, "{error}");
    let as_cluster = RedisConfig { cluster: true, ..redis(&node.url()) };
    let Err(error) = Role::over(as_cluster).await else { panic!("it started") };
    assert_eq!(error.cause, Cause::ClusterDown, "nobody serves its slots: {error}");
    // With its slots served it is one; its user needs one more command than elsewhere.
    node.command(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]).await.expect("added");
    eventually("its slots to be served", BOUND, || async {
        node.command(&["CLUSTER", "INFO"]).await.ok()?.contains("cluster_state:ok").then_some(())
    })
    .await
    .expect("served");
    let rules = format!("~resync:* {NEEDED} +cluster|slots");
    let mut words = vec!["ACL", "SETUSER", "cache", "on", ">secret"];
    words.extend(rules.split_whitespace());
    node.command(&words).await.expect("set");
    let config = RedisConfig {
        cluster: true,
        username: Some("cache".to_owned()),
        password: Some("secret".into()),
        ..redis(&node.url())
    };
    let role = Role::over(config).await.expect("this is all it needs");
    role.load("logs/1", &[], "1").await;
    assert!(role.client.health().await.expect("told").serving);
    role.stop().await;
}
