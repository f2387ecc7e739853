//! From reports to figures, standings, health and recommendations, in one process and in several.

use std::time::Duration;

use resync_api::perf::model::{
    Area, CacheVitals, KindVitals, OverallHealth, PoolVitals, ProcessReport, QueueVitals, ResourceVitals,
    RpcVitals, Severity, Standing, TrackedResource, Window,
};

use super::*;
use crate::fixture::{cache, method, moment, pool, report, wall};
use crate::{health, recommend};

fn intake() -> Intake {
    Intake::new(Duration::from_secs(30), Duration::from_secs(600))
}

/// One process that reports every five seconds for a minute.
fn minute(shape: impl Fn(u64) -> ProcessReport) -> Intake {
    let mut intake = intake();
    for tick in 0..=12 {
        intake.accept(shape(tick), moment(5 * tick)).unwrap();
    }
    intake
}

fn survey(intake: &Intake) -> Survey {
    Survey::take(intake, &Thresholds::default(), Window::OneMinute, moment(60))
}

fn of_cache(shape: impl Fn(u64) -> CacheVitals) -> Survey {
    survey(&minute(|tick| ProcessReport { caches: vec![shape(tick)], ..report("a", &["agent"]) }))
}

fn of_pool(shape: impl Fn(u64) -> PoolVitals) -> Survey {
    survey(&minute(|tick| ProcessReport { pools: vec![shape(tick)], ..report("a", &["agent"]) }))
}

fn of_method(shape: impl Fn(u64) -> RpcVitals) -> Survey {
    survey(&minute(|tick| ProcessReport { rpcs: vec![shape(tick)], ..report("a", &["agent"]) }))
}

fn severity(survey: &Survey, area: Area) -> Severity {
    health::of(survey).area(area).expect("every area is there").severity
}

fn first_recommendation(survey: &Survey) -> resync_api::perf::model::Recommendation {
    recommend::all(survey, &Thresholds::default()).first().cloned().expect("one is made")
}

#[test]
fn an_idle_cache_and_an_idle_pool_are_idle_and_not_sick() {
    let mut intake = intake();
    for tick in 0..=12 {
        let idle = ProcessReport {
            caches: vec![CacheVitals { misses: 5 * tick, ..cache("jobs") }],
            pools: vec![pool("redis")],
            rpcs: vec![method("/x/Y")],
            ..report("a", &["agent"])
        };
        intake.accept(idle, moment(5 * tick)).unwrap();
    }
    let survey = survey(&intake);
    assert_eq!(survey.caches[0].standing, Standing::Idle);
    assert_eq!(survey.caches[0].efficiency_score, None);
    assert_eq!(survey.caches[0].hit_rate, Some(0.0), "it is shown, not judged");
    assert_eq!(survey.pools[0].standing, Standing::Idle);
    assert_eq!(survey.pools[0].efficiency_score, None);
    assert_eq!(survey.methods[0].standing, Standing::Idle);
    let health = health::of(&survey);
    assert_eq!((health.overall_health, health.severity), (OverallHealth::Healthy, Severity::Ok));
    assert!(recommend::all(&survey, &Thresholds::default()).is_empty());
}

#[test]
fn few_hits_are_blamed_on_what_costs_them() {
    let busy = |tick: u64| CacheVitals {
        hits: 40 * tick,
        misses: 60 * tick,
        sets: 60 * tick,
        items: 500,
        bytes: 500_000,
        ..cache("jobs")
    };
    let full = of_cache(|tick| CacheVitals { evictions: 50 * tick, items: 1000, ..busy(tick) });
    assert_eq!(full.caches[0].standing, Standing::Critical);
    let score = full.caches[0].efficiency_score.expect("it is busy");
    assert!((score - (24.0 + 20.0 / 6.0 + 10.0)).abs() < 0.01, "{score}");
    assert_eq!(severity(&full, Area::Cache), Severity::Critical);
    let made = first_recommendation(&full);
    assert_eq!(
        (made.setting.as_str(), made.present.as_str(), made.suggested.as_str()),
        ("cache.max_items", "1000", "2000")
    );
    assert!(
        made.evidence.iter().any(|number| number.name == "hit_rate" && (number.value - 0.4).abs() < 1e-9)
    );
    assert_eq!(made.covered, Duration::from_secs(60));

    let short_lived = of_cache(|tick| CacheVitals { expirations: 55 * tick, ..busy(tick) });
    let made = first_recommendation(&short_lived);
    assert_eq!((made.setting.as_str(), made.suggested.as_str()), ("cache.ttl", "120s"));

    let invalidated = of_cache(|tick| CacheVitals { invalidations: 55 * tick, ..busy(tick) });
    let made = first_recommendation(&invalidated);
    assert!(made.setting.is_empty() && made.text.contains("invalidated"), "{}", made.text);

    let asked_once = first_recommendation(&of_cache(busy));
    assert!(asked_once.text.contains("asked for once"), "{}", asked_once.text);
}

#[test]
fn a_full_cache_that_serves_well_is_well_and_gets_no_advice() {
    let well = of_cache(|tick| CacheVitals {
        hits: 95 * tick,
        misses: 5 * tick,
        sets: 5 * tick,
        evictions: 5 * tick,
        items: 1000,
        ..cache("jobs")
    });
    assert_eq!(well.caches[0].standing, Standing::Ok);
    assert_eq!(well.caches[0].efficiency_score.map(f64::round), Some(57.0 + 0.0 + 10.0));
    assert!(recommend::all(&well, &Thresholds::default()).is_empty());
}

#[test]
fn a_pool_is_too_small_slow_to_open_failing_or_stuck() {
    let small = of_pool(|tick| PoolVitals {
        in_use: 20,
        waiting: 4,
        acquired: 100 * tick,
        waited: 80 * tick,
        exhausted: 80 * tick,
        wait_seconds: 25.0 * tick as f64,
        ..pool("redis")
    });
    assert_eq!(small.pools[0].standing, Standing::Critical);
    assert_eq!(small.pools[0].utilization, Some(1.0));
    assert_eq!(small.pools[0].average_wait_seconds, Some(0.25));
    let score = small.pools[0].efficiency_score.expect("it is busy");
    assert!((score - (0.0 + 5.0 + 30.0)).abs() < 1e-9, "{score}");
    let made = first_recommendation(&small);
    assert_eq!(
        (made.setting.as_str(), made.present.as_str(), made.suggested.as_str()),
        ("redis.pool_max", "20", "35")
    );
    let findings = health::of(&small).area(Area::Pool).expect("there").findings.len();
    assert_eq!(findings, 2, "utilization and wait");

    let slow_to_open = of_pool(|tick| PoolVitals {
        in_use: 2,
        acquired: 100 * tick,
        waited: 100 * tick,
        wait_seconds: 15.0 * tick as f64,
        ..pool("redis")
    });
    assert_eq!(slow_to_open.pools[0].standing, Standing::Warning);
    assert!(first_recommendation(&slow_to_open).setting.is_empty());

    let failing =
        of_pool(|tick| PoolVitals { in_use: 12, acquired: 100 * tick, errors: 30 * tick, ..pool("redis") });
    assert_eq!(failing.pools[0].standing, Standing::Critical);
    assert!(first_recommendation(&failing).text.contains("fail"));

    let stuck = of_pool(|_| PoolVitals { in_use: 20, waiting: 9, ..pool("redis") });
    assert_eq!(stuck.pools[0].standing, Standing::Critical, "nothing is acquired, and it is not idle");
}

#[test]
fn a_pool_that_keeps_too_much_open_is_told_so_after_long_enough() {
    let mut intake = intake();
    for tick in 0..=180 {
        let quiet = ProcessReport {
            pools: vec![PoolVitals { in_use: 1, ..pool("redis") }],
            ..report("a", &["agent"])
        };
        intake.accept(quiet, moment(5 * tick)).unwrap();
    }
    let quarter = Survey::take(&intake, &Thresholds::default(), Window::FifteenMinutes, moment(900));
    let made = first_recommendation(&quarter);
    assert_eq!((made.setting.as_str(), made.suggested.as_str()), ("redis.pool_min", "2"));
    assert_eq!(made.severity, Severity::Ok, "it is advice, not trouble");
}

#[test]
fn latency_is_judged_by_p95_unless_the_method_is_slow_by_nature() {
    let slow = |tick: u64| {
        let mut rpc = RpcVitals { calls: 100 * tick, errors: 2 * tick, ..method("/agent/Ask") };
        rpc.latency.counts = vec![0, 0, 0, 100 * tick, 0];
        rpc.latency.sum_seconds = 30.0 * tick as f64;
        rpc
    };
    let judged = of_method(slow);
    assert_eq!(judged.methods[0].standing, Standing::Critical);
    assert_eq!(judged.methods[0].calls, 1200);
    assert_eq!(judged.methods[0].average_seconds, Some(0.3));
    assert_eq!(health::of(&judged).area(Area::Api).expect("there").findings.len(), 2, "latency and errors");

    let intake = minute(|tick| ProcessReport { rpcs: vec![slow(tick)], ..report("a", &["agent"]) });
    let thresholds = Thresholds { api_slow_by_nature: vec!["/agent/*".to_owned()], ..Thresholds::default() };
    let spared = Survey::take(&intake, &thresholds, Window::OneMinute, moment(60));
    assert_eq!(spared.methods[0].standing, Standing::Warning, "errors still count");
    assert!(spared.methods[0].p95_seconds > Some(0.4), "and it is measured");
}

#[test]
fn leaks_limits_queues_and_lost_processes_are_found() {
    let held = |id: &str, kind: &str, age: u64| TrackedResource {
        id: id.to_owned(),
        kind: kind.to_owned(),
        owner: "watch".to_owned(),
        age: Duration::from_secs(age),
        acquired_at: wall(0),
    };
    let kind = |name: &str, leak_after: Option<u64>, leaked| KindVitals {
        kind: name.to_owned(),
        active: 95,
        acquired: 100,
        released: 5,
        limit: Some(100),
        leak_after: leak_after.map(Duration::from_secs),
        oldest_age: Some(Duration::from_secs(5000)),
        leaked,
        untracked: 0,
    };
    let leaking = ProcessReport {
        resources: ResourceVitals {
            kinds: vec![kind("lease", Some(60), 1), kind("stream", None, 0)],
            oldest: vec![held("1", "stream", 5000), held("2", "lease", 4000), held("3", "lease", 10)],
        },
        queues: vec![QueueVitals { name: "events".to_owned(), depth: 97, capacity: 100 }],
        ..report("a", &["agent"])
    };
    let mut intake = minute(|_| leaking.clone());
    intake.accept(report("b", &["cache"]), moment(10)).unwrap();
    intake.settle(moment(60));
    let survey = survey(&intake);
    let ids: Vec<_> = survey.leaks.leaks.iter().map(|leak| leak.id.as_str()).collect();
    assert_eq!(ids, ["2"], "a stream may live as long as its process");
    assert_eq!(leaks_older_than(&intake, Duration::from_secs(5)).leaks.len(), 2);
    assert_eq!(leaks_older_than(&intake, Duration::from_secs(3600)).leaks.len(), 1);
    assert!((survey.resources.utilization - 0.95).abs() < 1e-9);

    let mut rules: Vec<_> = survey
        .checks
        .iter()
        .filter(|check| check.severity > Severity::Ok)
        .map(|check| (check.rule, check.severity))
        .collect();
    rules.sort();
    rules.dedup();
    assert_eq!(
        rules,
        [
            (Rule::ResourceLeak, Severity::Critical),
            (Rule::ResourceUtilizationHigh, Severity::Warning),
            (Rule::QueueNearlyFull, Severity::Critical),
            (Rule::ProcessMissing, Severity::Critical),
        ]
    );
    let made = first_recommendation(&survey);
    assert!(made.text.contains("watch holds 1 of kind lease"), "{}", made.text);
}

#[test]
fn replicas_are_reported_apart_and_advised_once() {
    let busy = |instance: &str, roles: &[&str], tick: u64, hits: u64| ProcessReport {
        caches: vec![CacheVitals {
            hits: hits * tick,
            misses: (100 - hits) * tick,
            sets: 50 * tick,
            evictions: 40 * tick,
            ..cache("jobs")
        }],
        ..report(instance, roles)
    };
    let mut intake = intake();
    for tick in 0..=12 {
        for (instance, hits) in [("aaaaaaaaaa", 30), ("bbbbbbbbbb", 60)] {
            intake.accept(busy(instance, &["agent"], tick, hits), moment(5 * tick)).unwrap();
        }
        intake.accept(busy("cccccccccc", &["gateway"], tick, 30), moment(5 * tick)).unwrap();
    }
    let survey = survey(&intake);
    let labels: Vec<_> = survey.caches.iter().map(|cache| cache.label.as_str()).collect();
    assert_eq!(labels, ["jobs@agent/aaaaaaaa", "jobs@agent/bbbbbbbb", "jobs@gateway"]);
    let groups: Vec<_> = survey.checks.iter().filter(|check| check.rule == Rule::CacheHitRateLow).collect();
    assert_eq!(groups[0].group, "jobs@agent");
    assert_eq!(groups[0].subject, groups[1].subject);
    let made = recommend::all(&survey, &Thresholds::default());
    let subjects: Vec<_> = made.iter().map(|made| (made.subject.as_str(), made.severity)).collect();
    assert_eq!(
        subjects,
        [("jobs@agent/aaaaaaaa", Severity::Critical), ("jobs@gateway", Severity::Critical)],
        "one for each group, the gravest"
    );
}
