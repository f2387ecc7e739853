//! Loads: one for all who ask, errors that are not kept, and answers that come too late.

use crate::{exact, vitals_of};
use resync_api::cache::model::InvalidationScope;
use resync_fault::FaultBody;
use resync_near_cache::{Loaded, NearCache, Source};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{Notify, oneshot};

#[tokio::test]
async fn a_thousand_misses_at_once_are_one_load() {
    let (caches, vitals) = exact();
    let cache: NearCache<u32> = caches.cache("numbers");
    let (gate, loads) = (Arc::new(Notify::new()), Arc::new(AtomicU32::new(0)));
    let readers: Vec<_> = (0..1000)
        .map(|_| {
            let (cache, gate, loads) = (cache.clone(), Arc::clone(&gate), Arc::clone(&loads));
            tokio::spawn(async move {
                let load = move || async move {
                    loads.fetch_add(1, Ordering::Relaxed);
                    gate.notified().await;
                    Ok(Loaded::found(42))
                };
                cache.read("a", load).await.unwrap()
            })
        })
        .collect();
    while vitals_of(&vitals).misses < 1000 {
        tokio::task::yield_now().await;
    }
    gate.notify_one();
    for reader in readers {
        assert_eq!(reader.await.unwrap().value.as_deref(), Some(&42));
    }
    let counted = vitals_of(&vitals);
    assert_eq!((loads.load(Ordering::Relaxed), counted.loads, counted.coalesced), (1, 1, 999));
}

#[tokio::test]
async fn an_error_reaches_all_who_waited_and_is_not_kept() {
    let (caches, vitals) = exact();
    let cache: NearCache<u32, &'static str> = caches.cache("numbers");
    let load = || async {
        tokio::task::yield_now().await;
        Err("out of order")
    };
    let (one, two) = tokio::join!(cache.read("a", load), cache.read("a", load));
    assert_eq!((one.unwrap_err(), two.unwrap_err()), ("out of order", "out of order"));
    let read = cache.read("a", || async { Ok(Loaded::found(1)) }).await.unwrap();
    assert_eq!(read.source, Source::Origin);
    assert_eq!((vitals_of(&vitals).loads, vitals_of(&vitals).load_failures), (2, 1));
}

#[tokio::test]
async fn a_load_that_began_before_an_invalidation_serves_nobody_who_asks_after_it() {
    for scope in [
        InvalidationScope::key("numbers/a"),
        InvalidationScope::prefix("numbers/"),
        InvalidationScope::tag("engine"),
        InvalidationScope::everything(),
    ] {
        let (caches, _) = exact();
        let cache: NearCache<u32> = caches.cache("numbers");
        let (answer, late) = oneshot::channel::<u32>();
        let (begun, has_begun) = oneshot::channel();
        let slow = tokio::spawn({
            let cache = cache.clone();
            async move {
                let load = move || async move {
                    begun.send(()).unwrap();
                    Ok(Loaded::found(late.await.unwrap()).tagged("engine"))
                };
                cache.read("a", load).await.unwrap()
            }
        });
        has_begun.await.unwrap();
        caches.invalidate(scope.clone()).await.unwrap();

        // Asks while the old load is under way: it must not join it.
        let during = cache.read("a", || async { Ok(Loaded::found(2).tagged("engine")) }).await.unwrap();
        assert_eq!(during.value.as_deref(), Some(&2), "{scope:?}");

        answer.send(1).unwrap();
        assert_eq!(slow.await.unwrap().value.as_deref(), Some(&1), "who asked before may have the old value");
        let after = cache.read("a", || async { Ok(Loaded::found(3).tagged("engine")) }).await.unwrap();
        assert_ne!(after.value.as_deref(), Some(&1), "{scope:?}: the late answer must not come back");
    }
}

#[tokio::test]
async fn a_reader_that_goes_away_leaves_the_load_to_the_others() {
    let (caches, _) = exact();
    let cache: NearCache<u32> = caches.cache("numbers");
    let gate = Arc::new(Notify::new());
    let read = |n: u32| {
        let (cache, gate) = (cache.clone(), Arc::clone(&gate));
        async move {
            let load = move || async move {
                gate.notified().await;
                Ok(Loaded::found(n))
            };
            cache.read("a", load).await.unwrap()
        }
    };
    let mut first = Box::pin(read(1));
    assert!(futures::poll!(&mut first).is_pending());
    let mut second = Box::pin(read(2));
    assert!(futures::poll!(&mut second).is_pending());
    drop(first);
    gate.notify_one();
    assert_eq!(second.await.value.as_deref(), Some(&1));

    let panics: NearCache<u32, FaultBody> = caches.cache("panics");
    let reader = tokio::spawn({
        let panics = panics.clone();
        async move { panics.read("a", || async { panic!("a defect") }).await.map(|_| ()) }
    });
    assert!(reader.await.is_err());
    let read = panics.read("a", || async { Ok(Loaded::found(1)) }).await.unwrap();
    assert_eq!(read.value.as_deref(), Some(&1), "a loader that panicked leaves no trace");
}
