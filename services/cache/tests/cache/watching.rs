//! Watchers of invalidations: they are told all, in order, and know when they are not.

use futures::StreamExt as _;
use resync_api::cache::model::{InvalidationScope, Position, WatchEvent};
use resync_testkit::eventually;

use crate::support::{BOUND, Place, in_both_stores, next};

in_both_stores!(
    a_watcher_sees_every_invalidation_and_goes_on_where_it_was,
    a_watcher_that_nobody_reads_is_dropped_and_a_stopping_role_says_so,
);

async fn a_watcher_sees_every_invalidation_and_goes_on_where_it_was(place: Place) {
    let role = place.open().await;
    let mut events = role.client.watch(None).await.expect("watches");
    let WatchEvent::Started { position, continuous } = next(&mut events).await.expect("an event") else {
        panic!("started is first")
    };
    assert!(!continuous, "nothing was known before");
    let mut last = position;
    for number in 0..5 {
        let scope = InvalidationScope::key(format!("logs/{number}"));
        let position = role.client.invalidate(scope.clone()).await.expect("invalidated");
        match next(&mut events).await.expect("an event") {
            WatchEvent::Invalidated(event) => assert_eq!((event.position, event.scope), (position, scope)),
            other => panic!("{other:?}"),
        }
        last = position;
    }
    // A heartbeat names the last event that was sent.
    let heartbeat = events.next().await.expect("goes on").expect("an event");
    assert_eq!(heartbeat, WatchEvent::Heartbeat { position: last, live: true });
    drop(events);
    eventually("the watcher to be gone", BOUND, || async {
        (role.cache.stats().watchers == 0).then_some(())
    })
    .await
    .expect("it goes");

    let missed = role.client.invalidate(InvalidationScope::tag("model")).await.expect("invalidated");
    eventually("its turn", BOUND, || async { (role.cache.stats().position >= missed.get()).then_some(()) })
        .await
        .expect("its turn comes");
    let mut again = role.client.watch(Some(last)).await.expect("watches");
    assert_eq!(
        next(&mut again).await.expect("an event"),
        WatchEvent::Started { position: missed, continuous: true }
    );
    let WatchEvent::Invalidated(event) = next(&mut again).await.expect("an event") else {
        panic!("what was missed follows")
    };
    assert_eq!((event.position, event.scope), (missed, InvalidationScope::tag("model")));

    let foreign = Position::new(missed.get() + 1);
    let mut lost = role.client.watch(foreign).await.expect("watches");
    let started = next(&mut lost).await.expect("an event");
    assert_eq!(started, WatchEvent::Started { position: missed, continuous: false });
    role.stop().await;
}

async fn a_watcher_that_nobody_reads_is_dropped_and_a_stopping_role_says_so(place: Place) {
    let role = place.open().await;
    let mut idle = role.cache.watch(None);
    let mut quick = role.client.watch(None).await.expect("watches");
    assert!(matches!(next(&mut quick).await, Ok(WatchEvent::Started { .. })));
    assert!(matches!(idle.next().await, Some(Ok(WatchEvent::Started { .. }))));
    let flood = 4_200;
    let writes = async {
        let mut last = None;
        for number in 0..flood {
            let scope = InvalidationScope::key(format!("k/{number}"));
            last = Some(role.cache.invalidate(scope).await.expect("invalidated"));
        }
        last
    };
    let reads = async {
        let mut seen = 0;
        while seen < flood {
            assert!(matches!(next(&mut quick).await, Ok(WatchEvent::Invalidated(_))));
            seen += 1;
        }
    };
    let (last, ()) = futures::join!(writes, reads);
    let refused = loop {
        match idle.next().await.expect("goes on") {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert!(refused.to_string().contains("slowly"), "{refused}");
    assert!(idle.next().await.is_none());
    let mut resumed = role.client.watch(last).await.expect("watches");
    assert!(matches!(next(&mut resumed).await, Ok(WatchEvent::Started { continuous: true, .. })));
    role.stop().await;
    assert_eq!(next(&mut resumed).await.expect_err("it stops").reason, "STOPPING");
}
