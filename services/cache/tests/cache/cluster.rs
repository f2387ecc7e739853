//! A Redis Cluster of six servers: everything works in it, also while a slot moves under the keys in use.

use resync_api::cache::model::{Claim, InvalidationScope, StoreKind, WatchEvent};
use resync_cache::{Cause, RedisConfig};
use resync_testkit::{RedisCluster, RedisServer, eventually};

use crate::support::{BOUND, MINUTE, Role, claim, next, redis, response};

fn config(cluster: &RedisCluster) -> RedisConfig {
    RedisConfig {
        urls: cluster.urls().into_iter().map(Into::into).collect(),
        cluster: true,
        start_attempts: 3,
        ..redis("redis://unused")
    }
}

#[tokio::test]
async fn a_cluster_serves_all_while_a_slot_moves_and_heals_after_a_primary_is_lost() {
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
async fn the_wrong_kind_of_server_is_told_at_start() {
    let single = RedisServer::start(&[]).await.expect("Redis runs");
    let as_cluster = RedisConfig { cluster: true, start_attempts: 3, ..redis(&single.url()) };
    let Err(error) = Role::over(as_cluster).await else { panic!("it started") };
    assert_eq!(error.cause, Cause::ClusterMismatch, "{error}");

    let node = RedisServer::start(&["--cluster-enabled", "yes", "--cluster-port", "0"]).await;
    let node = match node {
        Ok(node) => node,
        Err(error) => panic!("{error:#}"),
    };
    let Err(error) = Role::over(redis(&node.url())).await else { panic!("it started") };
    assert_eq!(error.cause, Cause::ClusterMismatch, "{error}");
    let as_cluster = RedisConfig { cluster: true, ..redis(&node.url()) };
    let Err(error) = Role::over(as_cluster).await else { panic!("it started") };
    assert_eq!(error.cause, Cause::ClusterDown, "nobody serves its slots: {error}");
    eventually("it to be still there", BOUND, || async { node.command(&["PING"]).await.ok() })
        .await
        .expect("it runs");
}
