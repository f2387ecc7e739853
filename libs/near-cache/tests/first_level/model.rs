//! Any sequence of reads, waits and invalidations, against a model of a few lines.

use crate::exact;
use proptest::prelude::*;
use resync_api::cache::model::InvalidationScope;
use resync_near_cache::{Life, Loaded, NearCache, Source};
use std::collections::HashMap;
use std::time::Duration;

#[derive(Debug, Clone)]
enum Step {
    /// Key, life in milliseconds, tag.
    Read(u8, u64, u8),
    /// Key, age that is too old.
    ReadYounger(u8, u64),
    Wait(u64),
    InvalidateKey(u8),
    InvalidateTag(u8),
    InvalidatePrefix(u8),
    InvalidateAll,
}

/// Keys `0/0` to `2/3`.
fn name(key: u8) -> String {
    format!("{}/{}", key % 3, key % 4)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0u8..12, 0u64..500, 0u8..3).prop_map(|(key, life, tag)| Step::Read(key, life, tag)),
        2 => (0u8..12, 0u64..500).prop_map(|(key, age)| Step::ReadYounger(key, age)),
        4 => (0u64..200).prop_map(Step::Wait),
        1 => (0u8..12).prop_map(Step::InvalidateKey),
        1 => (0u8..3).prop_map(Step::InvalidateTag),
        1 => (0u8..3).prop_map(Step::InvalidatePrefix),
        1 => Just(Step::InvalidateAll),
    ]
}

struct Held {
    version: u32,
    loaded: u64,
    ends: u64,
    tag: u8,
}

async fn run(steps: Vec<Step>) {
    let (caches, _) = exact();
    let cache: NearCache<u32> = caches.cache("numbers");
    let (mut model, mut now, mut version) = (HashMap::<String, Held>::new(), 0u64, 0u32);
    for step in steps {
        match step {
            Step::Read(key, life, tag) => {
                let key = name(key);
                read(&cache, &mut model, &mut version, now, &key, (None, life, tag)).await;
            }
            Step::ReadYounger(key, age) => {
                let key = name(key);
                read(&cache, &mut model, &mut version, now, &key, (Some(age), 300, 0)).await;
            }
            Step::Wait(ms) => {
                now += ms;
                tokio::time::advance(Duration::from_millis(ms)).await;
            }
            Step::InvalidateKey(key) => {
                model.remove(&name(key));
                caches.invalidate(InvalidationScope::key(format!("numbers/{}", name(key)))).await.unwrap();
            }
            Step::InvalidateTag(tag) => {
                model.retain(|_, held| held.tag != tag);
                caches.invalidate(InvalidationScope::tag(tag.to_string())).await.unwrap();
            }
            Step::InvalidatePrefix(prefix) => {
                model.retain(|key, _| !key.starts_with(&format!("{prefix}/")));
                caches.invalidate(InvalidationScope::prefix(format!("numbers/{prefix}/"))).await.unwrap();
            }
            Step::InvalidateAll => {
                model.clear();
                caches.invalidate(InvalidationScope::everything()).await.unwrap();
            }
        }
    }
}

async fn read(
    cache: &NearCache<u32>,
    model: &mut HashMap<String, Held>,
    version: &mut u32,
    now: u64,
    key: &str,
    (most_age, life, tag): (Option<u64>, u64, u8),
) {
    let usable = |held: &&Held| now < held.ends && most_age.is_none_or(|most| now - held.loaded < most);
    let expected = model.get(key).filter(usable).map(|held| (held.version, now - held.loaded));
    let fresh = *version + 1;
    let load = move || async move {
        Ok(Loaded::found(fresh).living(Life::new(Duration::from_millis(life))).tagged(tag.to_string()))
    };
    let got = match most_age {
        None => cache.read(key, load).await.unwrap(),
        Some(most) => cache.read_younger(Duration::from_millis(most), key, load).await.unwrap(),
    };
    let (value, age) = (*got.value.unwrap(), u64::try_from(got.age.as_millis()).unwrap());
    match expected {
        Some(expected) => assert_eq!(((value, age), got.source), (expected, Source::FirstLevel)),
        None => {
            assert_eq!(((value, age), got.source), ((fresh, 0), Source::Origin));
            *version = fresh;
            // A value without life replaces nothing; the old one was over or too old for this reader.
            if life > 0 {
                model.insert(key.to_owned(), Held { version: fresh, loaded: now, ends: now + life, tag });
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn reads_agree_with_the_model(steps in proptest::collection::vec(step(), 1..120)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(run(steps));
    }
}
