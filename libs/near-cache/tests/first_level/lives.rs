//! How long values live, and what ends them early.

use crate::{exact, secs, vitals_of, with};
use resync_api::cache::model::InvalidationScope;
use resync_fault::FaultBody;
use resync_near_cache::{Cached, Caches, Life, Loaded, NearCache, Settings, Source};
use resync_service_kit::shutdown::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::time::advance;

/// Loads numbers that tell how often it loaded.
#[derive(Clone, Default)]
struct Origin(Arc<AtomicU32>);

impl Origin {
    fn next(&self) -> Loaded<u32> {
        Loaded::found(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }

    async fn read(&self, cache: &NearCache<u32>, key: &str, life: Life) -> Cached<u32> {
        let origin = self.clone();
        cache.read(key, move || async move { Ok(origin.next().living(life)) }).await.unwrap()
    }
}

fn value(cached: &Cached<u32>) -> u32 {
    cached.value.as_deref().copied().unwrap()
}

#[tokio::test(start_paused = true)]
async fn reading_never_prolongs_a_life_and_each_answer_tells_its_age() {
    let (caches, _) = exact();
    let (cache, origin) = (caches.cache("numbers"), Origin::default());
    let life = Life::new(secs(60));
    for second in 0..60 {
        let read = origin.read(&cache, "a", life).await;
        assert_eq!((value(&read), read.age), (1, secs(second)), "second {second}");
        advance(secs(1)).await;
    }
    let read = origin.read(&cache, "a", life).await;
    assert_eq!((value(&read), read.age, read.source), (2, secs(0), Source::Origin));
}

#[tokio::test(start_paused = true)]
async fn an_old_answer_of_the_origin_is_as_old_here_and_a_reader_may_want_a_younger_one() {
    let (caches, _) = exact();
    let cache: NearCache<u32> = caches.cache("numbers");
    let read = cache.read("a", || async { Ok(Loaded::found(1).aged(secs(5))) }).await.unwrap();
    assert_eq!(read.age, secs(5));
    advance(secs(10)).await;
    let read = cache.read_younger(secs(16), "a", || async { Ok(Loaded::found(2)) }).await.unwrap();
    assert_eq!((value(&read), read.age), (1, secs(15)));
    let read = cache.read_younger(secs(15), "a", || async { Ok(Loaded::found(3)) }).await.unwrap();
    assert_eq!((value(&read), read.age), (3, secs(0)));
    let read = cache.read("a", || async { Ok(Loaded::found(4)) }).await.unwrap();
    assert_eq!(value(&read), 3, "the younger value replaced the older");
}

#[tokio::test(start_paused = true)]
async fn a_stale_value_is_served_at_once_and_loaded_anew_behind_it() {
    let (caches, vitals) = exact();
    let (cache, origin, shutdown) = (caches.cache("numbers"), Origin::default(), Shutdown::new());
    let background = tokio::spawn(caches.clone().run(shutdown.drain()));
    let life = Life::new(secs(30)).then_stale(secs(60));
    origin.read(&cache, "a", life).await;
    advance(secs(31)).await;
    let read = origin.read(&cache, "a", life).await;
    assert_eq!((value(&read), read.stale, read.age), (1, true, secs(31)));
    while origin.0.load(Ordering::Relaxed) < 2 {
        tokio::task::yield_now().await;
    }
    let read = origin.read(&cache, "a", life).await;
    assert_eq!((value(&read), read.stale), (2, false));
    assert_eq!((vitals_of(&vitals).stale_served, vitals_of(&vitals).loads), (1, 2));

    // Nobody asks while it is stale: then it is over, and the next reader waits for the load.
    advance(secs(91)).await;
    let read = origin.read(&cache, "a", life).await;
    assert_eq!((value(&read), read.source), (3, Source::Origin));
    shutdown.begin();
    background.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stale_value_outlives_an_origin_that_is_down_and_is_renewed_when_it_is_back() {
    let (caches, _) = exact();
    let (cache, shutdown) = (caches.cache("numbers"), Shutdown::new());
    let background = tokio::spawn(caches.clone().run(shutdown.drain()));
    let life = Life::new(secs(30)).then_stale(secs(600));
    let down = Arc::new(AtomicU32::new(0));
    let read = |up: bool, n: u32| {
        let (cache, down): (NearCache<u32, &'static str>, _) = (cache.clone(), Arc::clone(&down));
        async move {
            cache
                .read("a", move || async move {
                    down.fetch_add(u32::from(!up), Ordering::Relaxed);
                    if up { Ok(Loaded::found(n).living(life)) } else { Err("down") }
                })
                .await
                .unwrap()
        }
    };
    read(true, 1).await;
    advance(secs(31)).await;
    for failures in 1..4 {
        assert_eq!(value(&read(false, 0).await), 1);
        while down.load(Ordering::Relaxed) < failures {
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
    }
    loop {
        let answer = read(true, 2).await;
        if value(&answer) == 2 {
            break;
        }
        assert!(answer.stale);
        tokio::task::yield_now().await;
    }
    shutdown.begin();
    background.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn absence_is_remembered_shortly_and_a_value_without_life_not_at_all() {
    let (caches, vitals) = exact();
    let (cache, loads) = (caches.cache::<u32, FaultBody>("numbers"), Arc::new(AtomicU32::new(0)));
    let read = |loaded: Loaded<u32>| {
        let (cache, loads) = (cache.clone(), Arc::clone(&loads));
        async move {
            let load = move || async move {
                loads.fetch_add(1, Ordering::Relaxed);
                Ok(loaded)
            };
            cache.read("a", load).await.unwrap().value
        }
    };
    for _ in 0..3 {
        assert_eq!(read(Loaded::absent()).await, None);
    }
    assert_eq!((loads.load(Ordering::Relaxed), vitals_of(&vitals).negative_hits), (1, 2));
    advance(secs(10)).await;
    for _ in 0..3 {
        assert!(read(Loaded::found(1).living(Life::new(secs(0)))).await.is_some());
    }
    assert_eq!(loads.load(Ordering::Relaxed), 4);
}

#[tokio::test(start_paused = true)]
async fn keys_tags_prefixes_and_all_are_dead_at_once_and_nothing_else_is() {
    let (caches, vitals) = exact();
    let [logs, models] = ["logs", "models"].map(|name| caches.cache::<u32, FaultBody>(name));
    let scope = |f: fn(&mut InvalidationScope)| {
        let mut scope = InvalidationScope::default();
        f(&mut scope);
        scope
    };
    let cases = [
        (scope(|s| s.keys.push("logs/a/1".into())), vec!["logs/a/1"]),
        (scope(|s| s.tags.push("odd".into())), vec!["logs/a/1", "logs/b/1", "models/a/1"]),
        (scope(|s| s.prefixes.push("logs/a".into())), vec!["logs/a/1", "logs/a/2"]),
        (scope(|s| s.prefixes.push("models/".into())), vec!["models/a/1"]),
        (InvalidationScope::everything(), vec!["logs/a/1", "logs/a/2", "logs/b/1", "models/a/1"]),
        (scope(|s| s.keys.push("a/1".into())), vec![]),
    ];
    for (scope, dead) in cases {
        let mut found_dead = Vec::new();
        for round in 0..2 {
            for (cache, name, key) in [
                (&logs, "logs", "a/1"),
                (&logs, "logs", "a/2"),
                (&logs, "logs", "b/1"),
                (&models, "models", "a/1"),
            ] {
                let tag = if key.ends_with('1') { "odd" } else { "even" };
                let load = move || async move { Ok(Loaded::found(1).tagged(tag)) };
                let read = cache.read(key, load).await.unwrap();
                if round == 1 && read.source == Source::Origin {
                    found_dead.push(format!("{name}/{key}"));
                }
            }
            if round == 0 {
                caches.invalidate(scope.clone()).await.unwrap();
            }
        }
        assert_eq!(found_dead, dead, "{scope:?}");
    }
    let counted: u64 = vitals.snapshot().caches.iter().map(|cache| cache.invalidations).sum();
    assert_eq!(counted, 11);
}

#[tokio::test(start_paused = true)]
async fn the_dead_are_swept_out_without_being_read() {
    let (caches, vitals) = exact();
    let (cache, shutdown) = (caches.cache::<u32, FaultBody>("numbers"), Shutdown::new());
    let background = tokio::spawn(caches.clone().run(shutdown.drain()));
    for n in 0..100 {
        cache.read(&n.to_string(), move || async move { Ok(Loaded::found(n)) }).await.unwrap();
    }
    assert_eq!(vitals_of(&vitals).items, 100);
    caches.invalidate(InvalidationScope::prefix("numbers/9")).await.unwrap();
    while vitals_of(&vitals).items > 89 {
        advance(secs(1)).await;
    }
    assert_eq!((vitals_of(&vitals).items, vitals_of(&vitals).invalidations), (89, 11));
    shutdown.begin();
    background.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn lives_are_shortened_at_random_but_never_prolonged() {
    let (caches, _): (Caches, _) = with(Settings { jitter: 0.5, ..Settings::default() });
    let cache = caches.cache::<u32, FaultBody>("numbers");
    let keys: Vec<_> = (0..200).map(|n| n.to_string()).collect();
    let reload = |key: String| {
        let cache = cache.clone();
        async move {
            let load = || async { Ok(Loaded::found(1).living(Life::new(secs(100)))) };
            cache.read(&key, load).await.unwrap().source == Source::Origin
        }
    };
    for key in &keys {
        reload(key.clone()).await;
    }
    advance(secs(75)).await;
    let mut over = 0;
    for key in &keys {
        over += u32::from(reload(key.clone()).await);
    }
    assert!((50..150).contains(&over), "about half of the lives are over: {over}");
    advance(secs(25)).await;
    let still = cache.read("0", || async { Ok(Loaded::found(2)) }).await.unwrap();
    assert!(still.age <= secs(100));
}
