//! Entries: they live as long as they may, and not longer than an invalidation allows.

use std::time::Duration;

use resync_api::cache::model::{ClearScope, InvalidationScope, Lookup, NewEntry, limits};
use resync_testkit::eventually;

use crate::support::{BOUND, Place, entry, in_both_stores};

in_both_stores!(
    an_entry_tells_its_age_and_reads_do_not_prolong_its_life,
    what_is_named_is_dead_and_the_rest_lives,
    a_slow_loader_never_writes_back_what_was_invalidated,
    many_are_read_at_once_in_order,
    the_largest_entry_passes_and_a_larger_one_is_refused_by_its_field,
    entries_and_invalidations_outlive_the_process,
    uses_are_counted_by_cache,
);

async fn an_entry_tells_its_age_and_reads_do_not_prolong_its_life(place: Place) {
    let role = place.open().await;
    let stamp = role.stamp("logs/1").await;
    let new = NewEntry {
        ttl: Duration::from_millis(700),
        age: Duration::from_secs(9),
        ..entry("logs/1", &["engine:default"], "text", stamp)
    };
    assert!(role.client.set(new).await.expect("stored"));
    let read = role.read("logs/1").await.expect("it is there");
    assert_eq!(
        (&read.value[..], read.tags, read.stamp),
        (&b"text"[..], vec!["engine:default".to_owned()], stamp)
    );
    assert!(read.age >= Duration::from_secs(9) && read.ttl <= Duration::from_millis(700));
    // Reading all the while.
    let gone = || async { role.read("logs/1").await.is_none().then_some(()) };
    eventually("its end", BOUND, gone).await.expect("it ends");
    role.stop().await;
}

async fn what_is_named_is_dead_and_the_rest_lives(place: Place) {
    let role = place.open().await;
    let fill = || async {
        role.load("logs/1", &["job:a"], "a").await;
        role.load("logs/10", &["job:b"], "b").await;
        role.load("model/1", &["job:a", "model"], "c").await;
    };
    let named = |keys: &'static [&'static str]| InvalidationScope {
        keys: keys.iter().map(|&key| key.to_owned()).collect(),
        ..InvalidationScope::default()
    };
    for (scope, left) in [
        (named(&["logs/1"]), vec!["logs/10", "model/1"]),
        (InvalidationScope::tag("job:a"), vec!["logs/10"]),
        (InvalidationScope::prefix("logs/1"), vec!["model/1"]),
        (InvalidationScope::everything(), vec![]),
        (ClearScope::Cache("logs".to_owned()).into(), vec!["model/1"]),
    ] {
        fill().await;
        let before = role.stamp("none/0").await;
        let position = role.client.invalidate(scope.clone()).await.expect("invalidated");
        assert!(position > before);
        let mut alive = Vec::new();
        for key in ["logs/1", "logs/10", "model/1"] {
            if role.value(key).await.is_some() {
                alive.push(key);
            }
        }
        assert_eq!(alive, left, "{scope:?}");
    }
    fill().await;
    role.client.clear(ClearScope::Tag("model".to_owned())).await.expect("cleared");
    assert_eq!((role.value("model/1").await, role.value("logs/1").await.is_some()), (None, true));
    role.client.clear(ClearScope::All).await.expect("cleared");
    assert_eq!(role.value("logs/1").await, None);
    role.stop().await;
}

async fn a_slow_loader_never_writes_back_what_was_invalidated(place: Place) {
    let role = place.open().await;
    let begun = role.stamp("logs/1").await;
    role.client.invalidate(InvalidationScope::tag("job:a")).await.expect("invalidated");
    let old = entry("logs/1", &["job:a"], "old", begun);
    assert!(!role.client.set(old).await.expect("answered"), "it was loaded before the invalidation");
    assert_eq!(role.value("logs/1").await, None);
    let unaffected = entry("logs/2", &["job:b"], "other", begun);
    assert!(role.client.set(unaffected).await.expect("answered"));
    // Its next try begins after the invalidation.
    role.load("logs/1", &["job:a"], "new").await;
    assert_eq!(role.value("logs/1").await.as_deref(), Some(&b"new"[..]));
    role.stop().await;
}

async fn many_are_read_at_once_in_order(place: Place) {
    let role = place.open().await;
    for number in [3, 1, 2] {
        role.load(&format!("m/{number}"), &[], &number.to_string()).await;
    }
    role.stop().await;
    // Half from memory, half from the store.
    let role = place.open().await;
    assert!(role.read("m/2").await.is_some());
    let keys = ["m/1", "m/0", "m/2", "m/3"].map(str::to_owned).to_vec();
    let found = role.client.get_many(keys).await.expect("answered");
    let read: Vec<_> = found.entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(read, ["m/1", "m/2", "m/3"]);
    assert!(found.miss.stamp.is_some() && !found.miss.store_unavailable);
    let refused = role.client.get_many(vec!["k".to_owned(); limits::LOOKUP_KEYS + 1]).await;
    assert_eq!(refused.expect_err("too many").violations[0].field, "keys");
    role.stop().await;
}

async fn the_largest_entry_passes_and_a_larger_one_is_refused_by_its_field(place: Place) {
    let role = place.open().await;
    let stamp = role.stamp("big/1").await;
    let largest = "x".repeat(limits::VALUE_BYTES);
    assert!(role.client.set(entry("big/1", &[], &largest, stamp)).await.expect("stored"));
    assert_eq!(role.value("big/1").await.map(|value| value.len()), Some(limits::VALUE_BYTES));
    let larger = "x".repeat(limits::VALUE_BYTES + 1);
    let refused = role.client.set(entry("big/1", &[], &larger, stamp)).await.expect_err("too large");
    assert_eq!((refused.reason.as_str(), refused.violations[0].field.as_str()), ("FIELD_INVALID", "value"));
    let refused = role.client.get("").await.expect_err("no key");
    assert_eq!(refused.violations[0].field, "key");
    role.stop().await;
}

async fn entries_and_invalidations_outlive_the_process(place: Place) {
    let role = place.open().await;
    role.load("logs/1", &["job:a"], "a").await;
    role.load("logs/2", &["job:b"], "b").await;
    let position = role.client.invalidate(InvalidationScope::tag("job:a")).await.expect("invalidated");
    role.stop().await;
    let role = place.open().await;
    assert_eq!((role.value("logs/1").await, role.value("logs/2").await.is_some()), (None, true));
    let next = role.client.invalidate(InvalidationScope::key("x/1")).await.expect("invalidated");
    assert!(next > position, "the history goes on");
    role.stop().await;
}

async fn uses_are_counted_by_cache(place: Place) {
    let role = place.open().await;
    role.load("logs/1", &[], "a").await;
    assert!(matches!(role.client.get("logs/1").await, Ok(Lookup::Hit(_))));
    assert!(role.read("logs/2").await.is_none());
    assert!(role.read("model/1").await.is_none());
    let stats = role.client.stats().await.expect("told");
    let of = |name: &str| stats.caches.iter().find(|read| read.cache == name).expect("counted").clone();
    assert_eq!((of("logs").memory_hits, of("logs").misses, of("logs").sets), (1, 2, 1));
    assert_eq!(of("model").misses, 1);
    role.stop().await;
    let role = place.open().await;
    assert!(role.read("logs/1").await.is_some());
    let stats = role.client.stats().await.expect("told");
    assert_eq!(stats.caches[0].store_hits, 1);
    assert!(stats.position > 0);
    role.stop().await;
}
