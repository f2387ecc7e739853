//! Entries and bytes are bounded at once, under either policy.

use crate::{secs, vitals_of, with};
use proptest::prelude::*;
use resync_fault::FaultBody;
use resync_near_cache::{Eviction, Loaded, NearCache, Settings};
use resync_service_kit::shutdown::Shutdown;

async fn fill(settings: Settings, sizes: &[(u8, usize)]) {
    let (max_items, max_bytes) = (settings.max_items, settings.max_bytes);
    let (caches, vitals) = with(settings);
    let cache: NearCache<String> = caches.cache("texts");
    for (key, size) in sizes {
        let text = "x".repeat(*size);
        let expected = text.clone();
        let read = cache.read(&format!("{key}/{size}"), move || async move { Ok(Loaded::found(text)) }).await;
        assert_eq!(read.unwrap().value.as_deref(), Some(&expected));
    }
    // One cleanup.
    let shutdown = Shutdown::new();
    let background = tokio::spawn(caches.clone().run(shutdown.drain()));
    tokio::task::yield_now().await;
    shutdown.begin();
    background.await.unwrap();

    let counted = vitals_of(&vitals);
    assert!(counted.items <= max_items, "{counted:?}");
    assert!(counted.bytes <= max_bytes, "{counted:?}");
    assert_eq!(counted.sets - counted.evictions - counted.expirations, counted.items, "{counted:?}");
    assert_eq!(counted.hits + counted.misses, sizes.len() as u64);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn neither_bound_is_passed(
        sizes in proptest::collection::vec((any::<u8>(), 0usize..20_000), 1..400),
        lru in any::<bool>(),
    ) {
        let eviction = if lru { Eviction::Lru } else { Eviction::TinyLfu };
        let settings = Settings { max_items: 40, max_bytes: 200_000, eviction, ttl: secs(600), ..Settings::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(fill(settings, &sizes));
    }
}

#[tokio::test(start_paused = true)]
async fn a_value_larger_than_the_cache_is_served_and_not_kept() {
    let (caches, vitals) = with(Settings { max_items: 10, max_bytes: 10_000, ..Settings::default() });
    let cache: NearCache<String, FaultBody> = caches.cache("texts");
    for _ in 0..2 {
        let read = cache.read("a", || async { Ok(Loaded::found("x".repeat(20_000))) }).await.unwrap();
        assert_eq!(read.value.unwrap().len(), 20_000);
    }
    assert_eq!(vitals_of(&vitals).loads, 2);
}
