//! What the first level costs and what it is good for: a hit beside bare moka and bare quick_cache, one load under 1,000
//! concurrent misses, and the share of hits on a skewed trace beside a plain LRU.
//!
//! Rounds alternate between the sides, so that a noisy neighbour hits all of them.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot run should say so loudly")]

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rand::SeedableRng as _;
use rand::distr::{Distribution as _, Uniform};
use rand::rngs::SmallRng;
use resync_near_cache::{Caches, Eviction, Life, Loaded, NearCache, Settings};
use resync_service_kit::vitals::Vitals;

/// Keys of the hit benchmark; all of them fit.
const KEYS: usize = 10_000;
const ROUNDS: usize = 9;
const READS: usize = 200_000;
const CALLERS: usize = 1_000;
/// The trace: objects, draws, and the bound of each cache.
const OBJECTS: usize = 100_000;
const DRAWS: usize = 1_000_000;
const BOUNDS: [usize; 3] = [1_000, 5_000, 20_000];

type Bench = NearCache<String, Infallible>;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    hits().await;
    one_load().await;
    skewed().await;
}

fn caches(settings: Settings) -> Caches {
    Caches::new(settings, None, &Vitals::new())
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("engines/default/jobs/JOB_{number:06}")).collect()
}

async fn hits() {
    let names = names(KEYS);
    let value = "x".repeat(200);
    let near: Bench = caches(Settings::default()).cache("bench");
    let moka = moka::sync::Cache::<String, Arc<String>>::builder()
        .max_capacity(100_000)
        .time_to_live(Duration::from_secs(3_600))
        .build();
    let quick = quick_cache::sync::Cache::<String, Arc<String>>::new(100_000);
    for name in &names {
        near.read(name, found(&value)).await.unwrap();
        moka.insert(name.clone(), Arc::new(value.clone()));
        quick.insert(name.clone(), Arc::new(value.clone()));
    }
    let mut took = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for number in 0..READS {
            let load = || async { unreachable!("every key is cached") };
            black_box(near.read(&names[stride(number)], load).await.unwrap());
        }
        took[0].push(began.elapsed());
        let began = Instant::now();
        for number in 0..READS {
            black_box(moka.get(&names[stride(number)]).unwrap());
        }
        took[1].push(began.elapsed());
        let began = Instant::now();
        for number in 0..READS {
            black_box(quick.get(&names[stride(number)]).unwrap());
        }
        took[2].push(began.elapsed());
    }
    let [near, moka, quick] = took.map(median);
    println!("a hit of the first level, one caller, {KEYS} keys, median of {ROUNDS} rounds of {READS}");
    println!("  near cache (life, invalidations, statistics)  {near:>7.0} ns   budget 1,000 ns");
    println!(
        "  bare moka                                     {moka:>7.0} ns   near cache {:.2}x of it",
        near / moka
    );
    println!(
        "  bare quick_cache                              {quick:>7.0} ns   near cache {:.2}x of it",
        near / quick
    );
}

/// Neighbouring reads ask for keys far apart, as people do.
fn stride(number: usize) -> usize {
    number.wrapping_mul(7_919) % KEYS
}

/// Nanoseconds of one read.
fn median(mut rounds: Vec<Duration>) -> f64 {
    rounds.sort();
    rounds[rounds.len() / 2].as_secs_f64() * 1e9 / READS as f64
}

fn found(
    value: &str,
) -> impl FnOnce() -> std::future::Ready<Result<Loaded<String>, Infallible>> + Send + 'static {
    let value = value.to_owned();
    move || std::future::ready(Ok(Loaded::found(value).living(Life::new(Duration::from_secs(3_600)))))
}

async fn one_load() {
    let origin = Duration::from_millis(20);
    let near: Bench = caches(Settings::default()).cache("bench");
    let loads = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let callers = (0..CALLERS).map(|_| {
        let (near, loads) = (near.clone(), Arc::clone(&loads));
        tokio::spawn(async move {
            let load = move || async move {
                loads.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(origin).await;
                Ok(Loaded::found("value".to_owned()))
            };
            near.read("the same", load).await.unwrap();
        })
    });
    futures::future::try_join_all(callers).await.unwrap();
    let together = began.elapsed();
    let counted = loads.load(Ordering::Relaxed);
    let began = Instant::now();
    let alone = (0..CALLERS).map(|_| tokio::spawn(tokio::time::sleep(origin)));
    futures::future::try_join_all(alone).await.unwrap();
    println!("{CALLERS} callers miss one key at once; the origin takes {} ms", origin.as_millis());
    println!("  near cache         {:>6.1} ms   {counted} load(s)", together.as_secs_f64() * 1e3);
    println!("  each for itself    {:>6.1} ms   {CALLERS} loads", began.elapsed().as_secs_f64() * 1e3);
}

/// The share of hits when few objects are asked for often and most of them once.
async fn skewed() {
    let trace = zipf(OBJECTS, DRAWS);
    let names = names(OBJECTS);
    println!("share of hits on a Zipf trace (exponent 0.9): {OBJECTS} objects, {DRAWS} reads");
    for bound in BOUNDS {
        let frequent = near_hits(&names, &trace, bound, Eviction::TinyLfu).await;
        let recent = near_hits(&names, &trace, bound, Eviction::Lru).await;
        let plain = plain_lru_hits(&trace, bound);
        println!(
            "  {bound:>6} entries   TinyLFU {:>5.1} %   LRU {:>5.1} %   plain LRU {:>5.1} %   TinyLFU {:.2}x of plain",
            frequent * 100.0,
            recent * 100.0,
            plain * 100.0,
            frequent / plain
        );
    }
}

fn zipf(objects: usize, draws: usize) -> Vec<usize> {
    let mut sum = 0.0;
    let cumulative: Vec<f64> = (1..=objects)
        .map(|rank| {
            sum += 1.0 / (rank as f64).powf(0.9);
            sum
        })
        .collect();
    let mut random = SmallRng::seed_from_u64(20_261_127);
    let uniform = Uniform::new(0.0, sum).unwrap();
    (0..draws)
        .map(|_| {
            let drawn = uniform.sample(&mut random);
            cumulative.partition_point(|below| *below < drawn).min(objects - 1)
        })
        .collect()
}

async fn near_hits(names: &[String], trace: &[usize], bound: usize, eviction: Eviction) -> f64 {
    // Entries weigh at least bytes / items, and these weigh less: so the bound is one of entries.
    let settings = Settings {
        max_items: bound as u64,
        max_bytes: bound as u64 * 1_024,
        eviction,
        ..Settings::default()
    };
    let near: Bench = caches(settings).cache("bench");
    let loads = Arc::new(AtomicU64::new(0));
    for object in trace {
        let loads = Arc::clone(&loads);
        let load = move || {
            loads.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Ok(
                Loaded::found("value".to_owned()).living(Life::new(Duration::from_secs(3_600)))
            ))
        };
        near.read(&names[*object], load).await.unwrap();
    }
    1.0 - loads.load(Ordering::Relaxed) as f64 / trace.len() as f64
}

/// What everybody writes first: the object asked for longest ago gives way.
fn plain_lru_hits(trace: &[usize], bound: usize) -> f64 {
    let (mut when, mut order) = (HashMap::new(), BTreeMap::new());
    let mut hits = 0_u64;
    for (now, object) in trace.iter().enumerate() {
        match when.insert(*object, now) {
            Some(before) => {
                hits += 1;
                order.remove(&before);
            }
            None if order.len() >= bound => {
                let (_, oldest) = order.pop_first().unwrap();
                when.remove(&oldest);
            }
            None => {}
        }
        order.insert(now, *object);
    }
    hits as f64 / trace.len() as f64
}
