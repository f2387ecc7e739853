//! Redis breaks while the role runs: what needs it is refused with the reason, nothing is done from memory, and when it
//! is back everything goes on by itself.

use std::time::Duration;

use resync_api::cache::model::{
    Claim, InvalidationScope, LeaseAnswer, Lookup, Miss, QuotaRequest, WatchEvent,
};
use resync_fault::{ErrorKind, FaultBody};
use resync_testkit::{RedisServer, eventually};

use crate::support::{BOUND, MINUTE, Role, claim, entry, next, redis, response};

fn quota() -> QuotaRequest {
    let (name, key) = ("api".to_owned(), "ana".to_owned());
    QuotaRequest { name, key, limit: 100, window: MINUTE, cost: 1 }
}

fn refused(error: FaultBody, reason: &str) {
    assert_eq!((error.kind, error.reason.as_str()), (ErrorKind::Unavailable, reason), "{error}");
    assert!(error.retryable && error.retry_after_ms.is_some() && error.hint.is_some(), "{error:?}");
    assert!(error.metadata.contains_key("cause"), "{error:?}");
}

/// Nothing that must be true once for all is answered from memory.
async fn protects_nothing(role: &Role) {
    refused(role.client.claim(claim("during", "h", "a")).await.expect_err("out"), "IDEMPOTENCY_UNAVAILABLE");
    refused(role.client.take_quota(quota()).await.expect_err("out"), "QUOTA_UNAVAILABLE");
    let lease = role.client.acquire_lease("poller", "two", MINUTE).await;
    refused(lease.expect_err("out"), "LEASE_UNAVAILABLE");
    let scope = InvalidationScope::key("logs/1");
    refused(role.client.invalidate(scope).await.expect_err("out"), "CACHE_STORE_UNAVAILABLE");
}

/// Everything works, and what was protected before still is.
async fn protects_all(role: &Role) {
    role.becomes(true).await;
    let before = role.client.claim(claim("before", "h", "b")).await.expect("answered");
    assert!(matches!(before, Claim::InProgress { .. }), "{before:?}");
    eventually("the first claim since", BOUND, || async {
        role.client.claim(claim("during", "h", "a")).await.ok()
    })
    .await
    .expect("granted");
    assert!(role.client.take_quota(quota()).await.expect("answered").allowed);
    eventually("entries to be stored again", BOUND, || async {
        match role.client.get("fresh/1").await.expect("reads do not fail") {
            Lookup::Hit(_) => Some(true),
            Lookup::Miss(Miss { stamp, .. }) => {
                role.client.set(entry("fresh/1", &[], "1", stamp?)).await.ok()
            }
        }
    })
    .await
    .expect("stored");
    assert!(role.value("fresh/1").await.is_some());
}

async fn prepared(server: &RedisServer) -> Role {
    let role = Role::over(redis(&server.url())).await.expect("opens");
    let granted = role.client.claim(claim("before", "h", "a")).await.expect("answered");
    assert!(matches!(granted, Claim::Granted { .. }));
    let lease = role.client.acquire_lease("poller", "one", MINUTE).await.expect("answered");
    assert!(matches!(lease, LeaseAnswer::Granted(_)));
    role.load("logs/1", &[], "1").await;
    role
}

async fn persistent() -> RedisServer {
    RedisServer::start(&["--appendonly", "yes", "--appendfsync", "always"]).await.expect("Redis runs")
}

#[tokio::test]
async fn an_outage_refuses_what_needs_the_store_and_a_restart_heals() {
    let mut server = persistent().await;
    let role = prepared(&server).await;
    let mut serving = role.cache.serving();
    let mut events = role.client.watch(None).await.expect("watches");
    assert!(matches!(next(&mut events).await, Ok(WatchEvent::Started { .. })));

    server.kill().await.expect("it ran");
    protects_nothing(&role).await;
    role.becomes(false).await;
    serving.wait_for(|serving| !serving).await.expect("whoever watches is told");
    let health = role.client.health().await.expect("told");
    assert_eq!(health.reason, "STORE_REFUSED", "{health:?}");
    assert!(!health.idempotency_safe && !health.hint.is_empty());
    protects_nothing(&role).await;
    assert!(role.value("logs/1").await.is_some(), "memory serves on");
    let miss = role.client.get("logs/2").await.expect("reads do not fail");
    assert_eq!(miss, Lookup::Miss(Miss { stamp: None, store_unavailable: true }));
    let many = role.client.get_many(vec!["logs/1".to_owned(), "logs/2".to_owned()]).await.expect("answered");
    assert_eq!((many.entries.len(), many.miss.store_unavailable), (1, true));

    server.restart().await.expect("it starts");
    protects_all(&role).await;
    serving.wait_for(|serving| *serving).await.expect("whoever watches is told");
    let position = role.client.invalidate(InvalidationScope::key("logs/1")).await.expect("invalidated");
    match next(&mut events).await.expect("an event") {
        WatchEvent::Invalidated(event) => assert_eq!((event.position, event.scope.all), (position, false)),
        other => panic!("{other:?}"),
    }
    role.stop().await;
}

#[tokio::test]
async fn a_redis_that_stands_still_times_out_once_and_is_then_out() {
    let server = persistent().await;
    let role = prepared(&server).await;
    server.pause().await.expect("it runs");
    refused(role.client.claim(claim("during", "h", "a")).await.expect_err("out"), "IDEMPOTENCY_UNAVAILABLE");
    role.becomes(false).await;
    assert_eq!(role.client.health().await.expect("told").reason, "STORE_TIMED_OUT");
    protects_nothing(&role).await;
    server.unpause().await.expect("it runs");
    protects_all(&role).await;
    role.stop().await;
}

#[tokio::test]
async fn a_slow_redis_refuses_what_it_cannot_answer_in_time() {
    let server = persistent().await;
    let role = prepared(&server).await;
    server.command(&["CLIENT", "PAUSE", "4000", "ALL"]).await.expect("paused");
    let error = role.client.claim(claim("during", "h", "a")).await.expect_err("too slow");
    assert_eq!(error.metadata.get("cause").map(String::as_str), Some("STORE_TIMED_OUT"));
    refused(error, "IDEMPOTENCY_UNAVAILABLE");
    role.becomes(false).await;
    protects_all(&role).await;
    role.stop().await;
}

#[tokio::test]
async fn a_full_redis_says_so_still_reads_and_heals_when_there_is_room() {
    let server = persistent().await;
    let role = prepared(&server).await;
    let token = match role.client.claim(claim("open", "h", "a")).await.expect("answered") {
        Claim::Granted { token, .. } => token,
        other => panic!("{other:?}"),
    };
    server.set("maxmemory", "1").await.expect("set");
    let error = role.client.claim(claim("during", "h", "a")).await.expect_err("full");
    assert_eq!(error.metadata.get("cause").map(String::as_str), Some("STORE_FULL"), "{error}");
    assert!(error.hint.as_deref().is_some_and(|hint| hint.contains("maxmemory")));
    refused(error, "IDEMPOTENCY_UNAVAILABLE");
    let error = role.client.complete(&token, response("{}"), MINUTE).await.expect_err("full");
    refused(error, "IDEMPOTENCY_UNAVAILABLE");
    role.becomes(false).await;
    let health = role.client.health().await.expect("told");
    assert_eq!((health.reason.as_str(), health.idempotency_safe), ("STORE_FULL", false));
    let miss = role.client.get("logs/2").await.expect("reads do not fail");
    assert!(matches!(miss, Lookup::Miss(Miss { store_unavailable: false, .. })), "it can still be read");

    server.set("maxmemory", "0").await.expect("set");
    protects_all(&role).await;
    role.client.complete(&token, response("{}"), MINUTE).await.expect("the response is stored in the end");
    role.stop().await;
}

#[tokio::test]
async fn credentials_and_permissions_that_change_are_noticed_and_heal() {
    let mut server = persistent().await;
    server.command(&["ACL", "SETUSER", "cache", "on", ">one", "allkeys", "allcommands"]).await.expect("set");
    let mut config = redis(&server.url());
    config.username = Some("cache".to_owned());
    config.password = Some("one".into());
    let role = Role::over(config).await.expect("opens");
    server.speak_as(&[]);
    let granted = role.client.claim(claim("before", "h", "a")).await.expect("answered");
    assert!(matches!(granted, Claim::Granted { .. }));

    server.command(&["ACL", "SETUSER", "cache", "-evalsha"]).await.expect("set");
    let error = role.client.claim(claim("during", "h", "a")).await.expect_err("not allowed");
    assert_eq!(error.metadata.get("cause").map(String::as_str), Some("STORE_PERMISSION"), "{error}");
    refused(error, "IDEMPOTENCY_UNAVAILABLE");
    server.command(&["ACL", "SETUSER", "cache", "+evalsha"]).await.expect("set");
    protects_all(&role).await;

    server.command(&["ACL", "SETUSER", "cache", "resetpass", ">two"]).await.expect("set");
    server.command(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]).await.expect("killed");
    role.becomes(false).await;
    assert_eq!(role.client.health().await.expect("told").reason, "STORE_AUTHENTICATION");
    let error = role.client.claim(claim("other", "h", "a")).await.expect_err("not let in");
    refused(error, "IDEMPOTENCY_UNAVAILABLE");
    server.command(&["ACL", "SETUSER", "cache", "resetpass", ">one"]).await.expect("set");
    protects_all(&role).await;
    role.stop().await;
}

#[tokio::test]
async fn an_exhausted_pool_is_measured_and_refuses_in_time() {
    let server = persistent().await;
    let mut config = redis(&server.url());
    config.pool.max_size = 1;
    config.command_timeout = Duration::from_millis(500);
    let role = Role::over(config).await.expect("opens");
    let vitals = resync_service_kit::vitals::Vitals::new();
    let held = role.cache.report_to(&vitals);
    let claims = (0..40).map(|attempt| {
        let client = role.client.clone();
        async move { client.claim(claim("k", "h", &format!("a{attempt}"))).await }
    });
    let claims = futures::future::join_all(claims).await;
    assert!(claims.iter().all(Result::is_ok), "one connection serves them in turn");
    let pool = vitals.snapshot().pools.remove(0);
    assert_eq!((pool.name.as_ref(), pool.max, pool.peak_in_use, pool.in_use), ("redis", 1, 1, 0));
    assert!(pool.exhausted > 0 && pool.waited > 0 && pool.opened >= Some(1), "{pool:?}");
    assert!(pool.acquired >= 40 && pool.wait.count() == pool.acquired);
    let cache = vitals.snapshot().caches.remove(0);
    assert_eq!(cache.name.as_ref(), "shared");
    drop(held);
    role.stop().await;
}
