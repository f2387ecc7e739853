//! Several roles over one Redis: what one invalidates is dead in all, and a role that may have missed something drops all.

use std::net::SocketAddr;

use resync_api::cache::model::{Claim, InvalidationScope, WatchEvent};
use resync_testkit::{ChaosProxy, RedisServer, eventually};

use crate::support::{BOUND, Role, claim, next, redis};

async fn server() -> RedisServer {
    RedisServer::start(&["--appendonly", "yes"]).await.expect("Redis runs")
}

async fn gone(role: &Role, key: &str) {
    let look = || async { role.value(key).await.is_none().then_some(()) };
    eventually("the entry to be dead", BOUND, look).await.expect("it dies");
}

#[tokio::test]
async fn what_one_role_invalidates_is_dead_in_the_memory_of_all() {
    let server = server().await;
    let (one, two) = (
        Role::over(redis(&server.url())).await.expect("opens"),
        Role::over(redis(&server.url())).await.expect("opens"),
    );
    let mut events = two.client.watch(None).await.expect("watches");
    assert!(matches!(next(&mut events).await, Ok(WatchEvent::Started { .. })));
    for (round, scope) in [
        InvalidationScope::key("logs/1"),
        InvalidationScope::tag("job:a"),
        InvalidationScope::prefix("lo"),
        InvalidationScope::everything(),
    ]
    .into_iter()
    .enumerate()
    {
        one.load("logs/1", &["job:a"], &round.to_string()).await;
        eventually("the entry to be shared", BOUND, || async { two.value("logs/1").await })
            .await
            .expect("shared");
        let position = one.client.invalidate(scope).await.expect("invalidated");
        match next(&mut events).await.expect("an event") {
            WatchEvent::Invalidated(event) => assert_eq!(event.position, position),
            other => panic!("{other:?}"),
        }
        assert_eq!(two.value("logs/1").await, None, "whoever was told is not served it");
        gone(&one, "logs/1").await;
    }
    let first = one.client.claim(claim("k", "h", "a")).await.expect("answered");
    let second = two.client.claim(claim("k", "h", "b")).await.expect("answered");
    assert!(matches!((first, second), (Claim::Granted { .. }, Claim::InProgress { .. })));
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn a_role_that_was_away_catches_up_and_loses_nothing() {
    let server = server().await;
    let proxy = ChaosProxy::start(SocketAddr::from(([127, 0, 0, 1], server.port()))).await.expect("a proxy");
    let away = Role::over(redis(&format!("redis://{}", proxy.address()))).await.expect("opens");
    let there = Role::over(redis(&server.url())).await.expect("opens");
    there.load("logs/1", &[], "1").await;
    there.load("logs/2", &[], "2").await;
    assert!(away.value("logs/1").await.is_some() && away.value("logs/2").await.is_some());
    let mut events = away.client.watch(None).await.expect("watches");
    assert!(matches!(next(&mut events).await, Ok(WatchEvent::Started { .. })));

    proxy.cut();
    away.becomes(false).await;
    assert!(away.value("logs/1").await.is_some(), "memory serves on within its time to live");
    let scope = InvalidationScope::key("logs/1");
    let position = there.client.invalidate(scope).await.expect("invalidated");
    proxy.restore();
    away.becomes(true).await;
    match next(&mut events).await.expect("an event") {
        WatchEvent::Invalidated(event) => assert_eq!(event.position, position),
        other => panic!("{other:?}"),
    }
    assert_eq!(away.value("logs/1").await, None);
    assert!(away.value("logs/2").await.is_some(), "nothing else was dropped");
    assert_eq!(away.cache.stats().history_losses, 0);
    away.stop().await;
    there.stop().await;
}

#[tokio::test]
async fn a_role_that_may_have_missed_something_drops_everything_and_tells_its_watchers() {
    let server = server().await;
    let proxy = ChaosProxy::start(SocketAddr::from(([127, 0, 0, 1], server.port()))).await.expect("a proxy");
    let away = Role::over(redis(&format!("redis://{}", proxy.address()))).await.expect("opens");
    let there = Role::over(redis(&server.url())).await.expect("opens");
    there.load("logs/1", &[], "1").await;
    there.load("logs/2", &[], "2").await;
    assert!(away.value("logs/2").await.is_some());
    let mut events = away.client.watch(None).await.expect("watches");
    let Ok(WatchEvent::Started { position: known, .. }) = next(&mut events).await else { panic!("started") };

    proxy.cut();
    away.becomes(false).await;
    for number in 0..5 {
        let scope = InvalidationScope::key(format!("logs/{number}"));
        there.client.invalidate(scope).await.expect("invalidated");
    }
    server.command(&["XTRIM", "resync:invalidations", "MAXLEN", "=", "2"]).await.expect("trimmed");
    proxy.restore();
    match next(&mut events).await.expect("an event") {
        WatchEvent::Invalidated(event) => assert!(event.scope.all),
        other => panic!("{other:?}"),
    }
    assert_eq!(away.value("logs/2").await, None, "what may be dead is not served");
    assert_eq!(away.cache.stats().history_losses, 1);
    let mut again = away.client.watch(Some(known)).await.expect("watches");
    assert!(matches!(next(&mut again).await, Ok(WatchEvent::Started { continuous: false, .. })));
    gone(&there, "logs/2").await;
    // And then all is well again.
    away.becomes(true).await;
    eventually("entries to be stored again", BOUND, || async {
        away.load("logs/2", &[], "new").await;
        away.value("logs/2").await
    })
    .await
    .expect("stored");
    away.stop().await;
    there.stop().await;
}

#[tokio::test]
async fn a_store_that_lost_its_history_makes_every_older_entry_dead() {
    let server = server().await;
    let role = Role::over(redis(&server.url())).await.expect("opens");
    role.load("logs/1", &[], "1").await;
    let mut events = role.client.watch(None).await.expect("watches");
    assert!(matches!(next(&mut events).await, Ok(WatchEvent::Started { .. })));
    server.command(&["FLUSHALL"]).await.expect("flushed");
    match next(&mut events).await.expect("an event") {
        WatchEvent::Invalidated(event) => assert!(event.scope.all),
        other => panic!("{other:?}"),
    }
    assert_eq!(role.value("logs/1").await, None);
    role.stop().await;
}
