//! What a process says of itself, and what is judged of it, is on the other side of the wire what it was on this one.

use std::time::Duration;

use chrono::{DateTime, Utc};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use resync_api::perf::model::{
    Alert, AlertState, Area, AreaHealth, CacheVitals, Evidence, Finding, Histogram, KindVitals,
    OverallHealth, PerformanceHealth, PoolKind, PoolVitals, ProcessReport, ResourceVitals, RpcVitals,
    Severity, TaskVitals, TrackedResource, Window,
};
use resync_api::proto::perf::v1 as proto;

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..4_000_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).expect("in range"))
}

fn length() -> impl Strategy<Value = Duration> {
    (0_u64..1_000_000, 0_u32..1_000_000_000).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos))
}

fn histogram() -> impl Strategy<Value = Histogram> {
    (0_usize..6).prop_flat_map(|bounds| (vec(any::<u64>(), bounds + 1), 0.0..1e9)).prop_map(
        |(counts, sum_seconds)| {
            let bounds_seconds = (1..counts.len()).map(|n| n as f64 / 8.0).collect();
            Histogram { bounds_seconds, counts, sum_seconds }
        },
    )
}

fn report() -> impl Strategy<Value = ProcessReport> {
    let times = (time(), length(), option::of(length()));
    let numbers = (any::<u64>(), option::of(any::<u64>()), 0.0..1e12);
    ("[a-z]{1,9}", ".*", times, numbers, histogram()).prop_map(
        |(name, text, (at, long, age), (count, maybe, seconds), times)| ProcessReport {
            instance: name.clone(),
            roles: vec![text.clone()],
            version: text.clone(),
            started_at: at,
            sent_at: at,
            caches: vec![CacheVitals {
                name: name.clone(),
                default_ttl: long,
                hits: count,
                load_seconds: seconds,
                ..CacheVitals::default()
            }],
            pools: vec![PoolVitals {
                name: name.clone(),
                kind: PoolKind::Redis,
                min: count,
                max: count,
                open: maybe,
                idle: maybe,
                in_use: count,
                waiting: count,
                peak_in_use: count,
                acquired: count,
                waited: count,
                exhausted: count,
                timed_out: count,
                errors: count,
                opened: maybe,
                closed: maybe,
                wait_seconds: seconds,
                wait: times.clone(),
                settings: Default::default(),
            }],
            rpcs: vec![RpcVitals { method: name.clone(), calls: count, errors: count, latency: times }],
            resources: ResourceVitals {
                kinds: vec![KindVitals {
                    kind: name.clone(),
                    active: count,
                    acquired: count,
                    released: count,
                    limit: maybe,
                    leak_after: age,
                    oldest_age: age,
                    leaked: count,
                    untracked: count,
                }],
                oldest: vec![TrackedResource {
                    id: name.clone(),
                    kind: name.clone(),
                    owner: text.clone(),
                    age: long,
                    acquired_at: at,
                }],
            },
            queues: Vec::new(),
            tasks: vec![TaskVitals { name, running: count }],
            resident_bytes: maybe,
            metrics_text: text,
        },
    )
}

proptest! {
    #[test]
    fn a_report_survives_the_wire(report in report()) {
        let message: proto::ReportRequest = report.clone().into();
        prop_assert_eq!(ProcessReport::try_from(message).expect("it was sent by us"), report);
    }

    #[test]
    fn a_verdict_survives_the_wire(text in ".*", at in time(), value in -1e12..1e12, whole in 0_u32..9) {
        let finding = Finding {
            area: Area::Pool,
            subject: text.clone(),
            severity: Severity::Critical,
            text: text.clone(),
            evidence: vec![Evidence { name: text.clone(), value, unit: "seconds".to_owned() }],
        };
        let health = PerformanceHealth {
            overall_health: OverallHealth::Degraded,
            severity: Severity::Critical,
            areas: vec![AreaHealth { area: Area::Pool, severity: Severity::Critical, findings: vec![finding] }],
            resource_utilization: value,
            generated_at: at,
            window: Window::OneDay,
            processes: whole,
        };
        let message: proto::GetPerformanceHealthResponse = health.clone().into();
        prop_assert_eq!(PerformanceHealth::try_from(message).expect("it was sent by us"), health.clone());
        let json = serde_json::to_value(&health).expect("serialises");
        prop_assert_eq!(serde_json::from_value::<PerformanceHealth>(json).expect("parses"), health);

        let alert = Alert {
            fingerprint: text.clone(),
            rule: text.clone(),
            severity: Severity::Warning,
            area: Area::Cache,
            subject: text.clone(),
            state: AlertState::Firing,
            text: text.clone(),
            value,
            threshold: value,
            unit: "ratio".to_owned(),
            pending_since: at,
            firing_since: Some(at),
            resolved_at: None,
            flapping: true,
            silence: text,
            instances: whole,
        };
        let message: proto::Alert = alert.clone().into();
        prop_assert_eq!(Alert::try_from(message).expect("it was sent by us"), alert);
    }
}

#[test]
fn what_breaks_the_contract_is_named_and_what_is_left_out_has_its_default() {
    let rejected =
        |message: proto::Histogram| Histogram::try_from(message).expect_err("it breaks the contract").field();
    let histogram = |bounds: &[f64], counts: &[u64]| proto::Histogram {
        bounds_seconds: bounds.to_vec(),
        counts: counts.to_vec(),
        sum_seconds: 0.0,
    };
    assert_eq!(rejected(histogram(&[1.0, 1.0], &[0, 0, 0])), "bounds_seconds");
    assert_eq!(rejected(histogram(&[f64::NAN], &[0, 0])), "bounds_seconds");
    assert_eq!(rejected(histogram(&[1.0], &[0])), "counts");
    assert_eq!(
        rejected(proto::Histogram { sum_seconds: f64::INFINITY, ..histogram(&[], &[]) }),
        "sum_seconds"
    );

    let unspecified = proto::GetPerformanceReportRequest { window: 0 };
    assert_eq!(Window::try_from(unspecified), Ok(Window::FifteenMinutes));
    let hour: Duration = proto::ListLeaksRequest::default().try_into().expect("a default");
    assert_eq!(hour, Duration::from_secs(3600));
    assert!(Window::try_from(proto::GetPerformanceReportRequest { window: 9 }).is_err());
}
