//! Failed and late jobs of a real bridge's plan: who is told of which, once each, and never of what was before.

use chrono::{DateTime, Utc};
use resync_api::perf::model::Severity;
use resync_perf_monitor::clock::Clock;
use resync_perf_monitor::notify::{Destination, DestinationKind, PlanFilter};
use resync_perf_monitor::plan_event::PlanEventKind::{self, Failed, Late};
use resync_service_kit::channel::LocalServices;
use resync_testkit::eventually;
use resync_tws_bridge::plan::JobFacts;
use serde_json::Value;

use crate::bridge::{FedBridge, client, failed, waiting};
use crate::delivery::{destination, hasty};
use crate::mesh::{BOUND, MemoryStore, Mesh};
use crate::receiver::Receiver;

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + 60 * minute, 0).expect("in range")
}

fn told_of(name: &str, receiver: &Receiver, kinds: &[PlanEventKind], filter: &str) -> Destination {
    Destination {
        alerts: Some(Severity::Critical),
        plan_events: Some(PlanFilter::new(kinds.to_vec(), filter).expect("a filter")),
        ..destination(name, DestinationKind::Webhook, receiver.url())
    }
}

/// Every plan event that arrived, in order.
fn events(receiver: &Receiver) -> Vec<Value> {
    let bodies = receiver.received().into_iter().map(|request| request.json());
    bodies.flat_map(|body| body["plan_events"].as_array().cloned().unwrap_or_default()).collect()
}

fn jobs(receiver: &Receiver) -> Vec<String> {
    let name = |event: &Value| event["job"].as_str().unwrap_or_default().to_owned();
    let mut jobs: Vec<String> = events(receiver).iter().map(name).collect();
    jobs.sort();
    jobs
}

async fn until(what: &str, receiver: &Receiver, holds: impl Fn(&[String]) -> bool) {
    eventually(what, BOUND, || async { holds(&jobs(receiver)).then_some(()) }).await.expect("it is told");
}

/// Lets one job after another fail until somebody is told: from then on the plan is watched.
async fn until_watched(bridge: &FedBridge, receiver: &Receiver) {
    let before = jobs(receiver).len();
    let mut number = 1000 + 100 * before as u64;
    eventually("the watch", BOUND, || {
        number += 1;
        let jobs = vec![failed(number, at(0))];
        async move {
            bridge.feed(jobs).await;
            (events(receiver).len() > before).then_some(())
        }
    })
    .await
    .expect("the plan is watched");
}

#[tokio::test]
async fn failed_and_late_jobs_are_told_once_to_those_who_asked() {
    let (all, payroll, late) =
        (Receiver::start(&[]).await, Receiver::start(&[]).await, Receiver::start(&[]).await);
    let services = LocalServices::new();
    let old = failed(1, at(-60));
    let many: Vec<JobFacts> = (100..400).chain(1000..2000).map(waiting).collect();
    let plan = [old, waiting(2), waiting(7), waiting(8)].into_iter().chain(many).collect();
    let bridge = FedBridge::start(&services, plan).await;
    let config = hasty(vec![
        told_of("all", &all, &[Failed, Late], ""),
        told_of("seven", &payroll, &[Failed], "critical = true AND return_code = 12 AND folder = \"/FIN\""),
        told_of("late", &late, &[Late], "workstation = NY1"),
    ]);
    let mesh = Mesh::start(config, MemoryStore::default(), Clock::system(), Some(client(&services))).await;
    until_watched(&bridge, &all).await;

    bridge.feed(vec![failed(7, at(1))]).await;
    bridge.feed(vec![JobFacts { late_by_engine: true, ..waiting(8) }]).await;
    until("both", &all, |jobs| jobs.contains(&"JOB7".to_owned()) && jobs.contains(&"JOB8".to_owned())).await;
    until("the critical one", &payroll, |jobs| jobs == ["JOB7"]).await;
    until("the late one", &late, |jobs| jobs == ["JOB8"]).await;
    let event = events(&payroll).remove(0);
    assert_eq!((event["kind"].as_str(), event["return_code"].as_i64()), (Some("failed"), Some(12)));
    assert_eq!((event["workstation"].as_str(), event["engine"].as_str()), (Some("NY1"), Some("default")));

    // The same run seen in other words is no news; another run is.
    bridge.feed(vec![waiting(7)]).await;
    bridge.feed(vec![failed(7, at(1))]).await;
    bridge.feed(vec![failed(7, at(5))]).await;
    until("the second run", &payroll, |jobs| jobs == ["JOB7", "JOB7"]).await;
    let times: Vec<_> = events(&payroll).into_iter().map(|event| event["time"].clone()).collect();
    assert_ne!(times[0], times[1]);

    let before = all.received().len();
    bridge.feed((100..300).map(|number| failed(number, at(9))).collect()).await;
    eventually("the storm", BOUND, || async {
        let bodies = all.received().split_off(before);
        let failed: u64 =
            bodies.iter().filter_map(|body| body.json()["counts"]["jobs_failed"].as_u64()).sum();
        (failed == 200).then_some(())
    })
    .await
    .expect("all are counted");
    assert!(all.received().len() - before <= 3, "two hundred failures are no two hundred messages");
    assert!(!jobs(&all).contains(&"JOB1".to_owned()), "it failed before anybody watched");
    mesh.stop().await;
    bridge.stop().await;
}

#[tokio::test]
async fn a_bridge_that_starts_again_replays_nothing_and_is_watched_again() {
    let all = Receiver::start(&[]).await;
    let services = LocalServices::new();
    let plan = || (2..9).chain(1000..3000).map(waiting).collect::<Vec<_>>();
    let first = FedBridge::start(&services, plan()).await;
    let config = hasty(vec![told_of("all", &all, &[Failed, Late], "")]);
    let mesh = Mesh::start(config, MemoryStore::default(), Clock::system(), Some(client(&services))).await;
    until_watched(&first, &all).await;
    first.feed(vec![failed(3, at(1))]).await;
    until("the failure", &all, |jobs| jobs.contains(&"JOB3".to_owned())).await;
    first.stop().await;

    let mut after = plan();
    after[1] = failed(3, at(1));
    after[2] = failed(4, at(2));
    let second = FedBridge::start(&services, after).await;
    until_watched(&second, &all).await;
    second.feed(vec![failed(5, at(3))]).await;
    until("the next failure", &all, |jobs| jobs.contains(&"JOB5".to_owned())).await;
    let told = jobs(&all);
    assert_eq!(told.iter().filter(|job| *job == "JOB3").count(), 1, "{told:?}");
    assert!(!told.contains(&"JOB4".to_owned()), "it had failed when the plan was read: {told:?}");
    mesh.stop().await;
    second.stop().await;
}
