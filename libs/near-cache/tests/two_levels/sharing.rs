//! What one process loads the others find, and what one invalidates dies in all.

use crate::mesh::{BOUND, Process, Role, Wire};
use resync_api::cache::model::InvalidationScope;
use resync_fault::FaultBody;
use resync_near_cache::{Life, Loaded, NearCache, Source};
use resync_testkit::eventually;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::oneshot;

#[tokio::test]
async fn a_value_is_loaded_by_one_process_and_found_by_the_others_with_its_age() {
    let folder = tempfile::tempdir().unwrap();
    let (role, wire) = (Role::open(folder.path()).await, Wire::default());
    wire.plug(&role);
    let [one, two] = [Process::start(&wire), Process::start(&wire)];

    let loaded = one
        .numbers
        .read("old", || async { Ok(Loaded::found(1).aged(Duration::from_secs(100))) })
        .await
        .unwrap();
    assert_eq!(loaded.source, Source::Origin);
    let found = two.read("old", 2).await;
    assert_eq!((found.value.as_deref(), found.source), (Some(&1), Source::SecondLevel));
    assert!(found.age >= Duration::from_secs(100), "{:?}", found.age);
    assert_eq!(two.read("old", 2).await.source, Source::FirstLevel);

    one.read("none", None).await;
    let found = two.read("none", 3).await;
    assert_eq!((found.value, found.source), (None, Source::SecondLevel), "absence is shared, too");
    assert_eq!(two.loads.load(Ordering::Relaxed), 0);

    let younger = two
        .numbers
        .read_younger(Duration::from_secs(50), "old", || async { Ok(Loaded::found(9)) })
        .await
        .unwrap();
    assert_eq!((younger.value.as_deref(), younger.source), (Some(&9), Source::Origin));

    let only_here: NearCache<u32> = one.caches.local("local");
    only_here.read("a", || async { Ok(Loaded::found(1)) }).await.unwrap();
    let there: NearCache<u32> = two.caches.local("local");
    let read = there.read("a", || async { Ok(Loaded::found(2)) }).await.unwrap();
    assert_eq!(read.source, Source::Origin);

    let only_shared: NearCache<u32> = one.caches.shared_only("shared");
    only_shared.read("a", || async { Ok(Loaded::found(1)) }).await.unwrap();
    for _ in 0..2 {
        let read = only_shared.read("a", || async { Ok(Loaded::found(2)) }).await.unwrap();
        assert_eq!((read.value.as_deref(), read.source), (Some(&1), Source::SecondLevel));
    }
    for process in [one, two] {
        process.stop().await;
    }
    role.stop().await;
}

#[tokio::test]
async fn a_value_that_reads_as_another_type_is_loaded_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (role, wire) = (Role::open(folder.path()).await, Wire::default());
    wire.plug(&role);
    let [old, new] = [Process::start(&wire), Process::start(&wire)];
    old.read("a", 1).await;
    let texts: NearCache<String, FaultBody> = new.caches.cache("numbers");
    let read = texts.read("a", || async { Ok(Loaded::found("one".to_owned())) }).await.unwrap();
    assert_eq!((read.value.as_deref().map(String::as_str), read.source), (Some("one"), Source::Origin));
    for process in [old, new] {
        process.stop().await;
    }
    role.stop().await;
}

#[tokio::test]
async fn an_invalidation_anywhere_reaches_every_first_level() {
    let folder = tempfile::tempdir().unwrap();
    let (role, wire) = (Role::open(folder.path()).await, Wire::default());
    wire.plug(&role);
    let processes = [Process::start(&wire), Process::start(&wire), Process::start(&wire)];
    for process in &processes[1..] {
        process.hears(&processes[0]).await;
    }
    processes[0].hears(&processes[1]).await;
    for (n, scope) in [
        InvalidationScope::key("numbers/a"),
        InvalidationScope::tag("origin"),
        InvalidationScope::prefix("numbers/"),
        InvalidationScope::everything(),
    ]
    .into_iter()
    .enumerate()
    {
        let n = u32::try_from(n).unwrap();
        for process in &processes {
            process.read("a", n).await;
            assert_eq!(process.read("a", 99).await.source, Source::FirstLevel);
        }
        processes[0].caches.invalidate(scope.clone()).await.unwrap();
        assert_ne!(
            processes[0].read("a", n + 1).await.value.as_deref(),
            Some(&n),
            "at once where it was asked for"
        );
        for process in &processes {
            eventually("the new value", BOUND, || async {
                (process.read("a", n + 1).await.value.as_deref() == Some(&(n + 1))).then_some(())
            })
            .await
            .unwrap();
        }
        processes[0].caches.invalidate(InvalidationScope::everything()).await.unwrap();
        for process in &processes {
            eventually("nothing of it", BOUND, || async {
                let read = process.read("a", n + 2).await;
                (read.value.as_deref() == Some(&(n + 2))).then_some(())
            })
            .await
            .unwrap();
        }
        processes[0].caches.invalidate(InvalidationScope::everything()).await.unwrap();
        for process in &processes {
            eventually("nothing of that", BOUND, || async {
                (process.read("a", 1_000 + n).await.value.as_deref() == Some(&(1_000 + n))).then_some(())
            })
            .await
            .unwrap();
        }
        processes[0].caches.invalidate(InvalidationScope::everything()).await.unwrap();
    }
    for process in processes {
        process.stop().await;
    }
    role.stop().await;
}

#[tokio::test]
async fn a_load_that_an_invalidation_overtook_is_kept_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let (role, wire) = (Role::open(folder.path()).await, Wire::default());
    wire.plug(&role);
    let [slow, other] = [Process::start(&wire), Process::start(&wire)];
    let (answer, late) = oneshot::channel();
    let (begun, has_begun) = oneshot::channel();
    let reading = tokio::spawn({
        let numbers = slow.numbers.clone();
        async move {
            let load = move || async move {
                begun.send(()).unwrap();
                Ok(Loaded::found(late.await.unwrap()).living(Life::new(Duration::from_secs(600))))
            };
            numbers.read("a", load).await.unwrap()
        }
    });
    has_begun.await.unwrap();
    other.caches.invalidate(InvalidationScope::key("numbers/a")).await.unwrap();
    answer.send(1).unwrap();
    assert_eq!(reading.await.unwrap().value.as_deref(), Some(&1));
    let read = other.read("a", 2).await;
    assert_eq!((read.value.as_deref(), read.source), (Some(&2), Source::Origin), "it was not stored");
    eventually("the late value gone where it was loaded", BOUND, || async {
        (slow.read("a", 3).await.value.as_deref() == Some(&2)).then_some(())
    })
    .await
    .unwrap();
    for process in [slow, other] {
        process.stop().await;
    }
    role.stop().await;
}
