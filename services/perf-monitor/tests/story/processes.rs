//! Who reports, who left, who is missing; and who may ask.

use resync_api::perf::model::{
    AlertState, Area, CacheVitals, Histogram, ProcessReport, RpcVitals, Severity, Window,
};
use resync_fault::ErrorKind;

use crate::mesh::{Mesh, TICK};
use crate::shapes::{cache, report};

#[tokio::test(start_paused = true)]
async fn a_process_that_leaves_is_gone_and_one_that_breaks_off_is_missing() {
    let mesh = Mesh::stepped().await;
    let (mut leaver, mut breaker) = (mesh.process().await, mesh.process().await);
    leaver.send(report("leaver", &["agent"])).await.expect("taken");
    breaker.send(report("breaker", &["cache"])).await.expect("taken");
    let known = async || {
        let processes = mesh.client().report(Window::OneMinute).await.expect("allowed").processes;
        processes.into_iter().map(|process| (process.instance, process.missing)).collect::<Vec<_>>()
    };
    assert_eq!(known().await, [("breaker".to_owned(), false), ("leaver".to_owned(), false)]);
    leaver.leave().await;
    assert_eq!(known().await, [("breaker".to_owned(), false)]);

    let _never_ended = breaker.break_off();
    for _ in 0..8 {
        tokio::time::advance(TICK).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(known().await, [("breaker".to_owned(), true)]);
    let alert = mesh.alerts(AlertState::Firing).await.remove(0);
    assert_eq!((alert.rule.as_str(), alert.subject.as_str()), ("process_missing", "cache"));
    let health = mesh.client().health(Window::OneMinute).await.expect("allowed");
    assert_eq!(health.area(Area::Process).expect("there").severity, Severity::Critical);
    assert_eq!(health.processes, 0);

    let mut restarted = mesh.process().await;
    let shape = || ProcessReport {
        started_at: report("x", &[]).started_at + TICK,
        ..report("restarted", &["cache"])
    };
    restarted.ticks(12, shape).await;
    assert_eq!(known().await, [("restarted".to_owned(), false)], "it took the place of the missing one");
    assert!(mesh.firing().await.is_empty());
    mesh.stop().await;
}

#[tokio::test(start_paused = true)]
async fn metrics_of_all_processes_are_collected_and_what_is_too_much_is_named() {
    let mesh = Mesh::stepped().await;
    let (mut one, mut other) = (mesh.process().await, mesh.process().await);
    let text = "# HELP up it is up\n# TYPE up gauge\nup 1\n".to_owned();
    let sound = ProcessReport { metrics_text: text.clone(), ..report("one", &["agent"]) };
    assert!(one.send(sound).await.expect("taken").dropped.is_empty());
    let caches = (0..100).map(|number| CacheVitals { name: format!("cache {number}"), ..cache() }).collect();
    let greedy = ProcessReport { caches, ..report("other", &["cache"]) };
    assert_eq!(other.send(greedy).await.expect("taken").dropped, ["36 of 100 caches"]);

    let metrics = mesh.client_with("metrics.read").collect_metrics().await.expect("allowed");
    assert_eq!(metrics.len(), 1, "the other sent none");
    assert_eq!((metrics[0].instance.as_str(), metrics[0].text.as_str()), ("one", text.as_str()));

    let broken = ProcessReport {
        rpcs: vec![RpcVitals {
            method: "/x/Y".to_owned(),
            calls: 1,
            errors: 0,
            latency: Histogram { bounds_seconds: vec![1.0], counts: vec![1], sum_seconds: 0.1 },
        }],
        ..report("one", &["agent"])
    };
    let refused = one.send(broken).await.expect_err("its histogram makes no sense");
    assert_eq!((refused.kind, refused.reason.as_str()), (ErrorKind::InvalidArgument, "FIELD_INVALID"));
    mesh.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_house_that_is_full_refuses_with_a_reason() {
    let mesh = Mesh::stepped().await;
    let mut process = mesh.process().await;
    for number in 0..64 {
        process.send(report(&format!("{number}"), &["agent"])).await.expect("room");
    }
    let refused = process.send(report("one too many", &["agent"])).await.expect_err("full");
    assert_eq!((refused.kind, refused.reason.as_str()), (ErrorKind::ResourceExhausted, "PROCESSES_TOO_MANY"));
    assert!(refused.hint.is_some());
    mesh.stop().await;
}

#[tokio::test(start_paused = true)]
async fn each_call_needs_its_permission() {
    let mesh = Mesh::stepped().await;
    let reader = mesh.client_with("performance.read");
    reader.health(Window::OneDay).await.expect("allowed");
    reader.alerts().await.expect("allowed");
    for refused in [
        reader.collect_metrics().await.map(|_| ()),
        reader.delete_silence("x").await,
        reader.send_test_notification(None).await.map(|_| ()),
        reader.send_reports(futures::stream::empty()).await.map(|_| ()),
        mesh.client_with("performance.manage").health(Window::OneDay).await.map(|_| ()),
    ] {
        assert_eq!(refused.expect_err("not allowed").kind, ErrorKind::PermissionDenied);
    }
    mesh.stop().await;
}
