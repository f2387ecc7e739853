//! Subscribers: an overview first, then every change; nobody waits for a slow one.

use futures::StreamExt;
use futures::stream::BoxStream;
use resync_api::tws::model::{ChangeKind, PlanUpdate, Status, WatchRequest};
use resync_fault::{ErrorKind, FaultBody};
use resync_tws_bridge::plan::{REMEMBERED_CHANGES, Update};
use tokio::time::timeout;

use crate::fixture::*;
use crate::mesh::{BOUND, Mesh, now};

type Updates = BoxStream<'static, Result<PlanUpdate, FaultBody>>;

async fn watch(mesh: &Mesh, resume_token: &str) -> Updates {
    let request = WatchRequest { engine: String::new(), resume_token: resume_token.to_owned() };
    mesh.client().watch(request).await.expect("allowed")
}

async fn next(updates: &mut Updates) -> Result<PlanUpdate, FaultBody> {
    timeout(BOUND, updates.next()).await.expect("in time").expect("the stream goes on")
}

/// Reads on until a change of this kind.
async fn until(updates: &mut Updates, kind: ChangeKind) -> PlanUpdate {
    loop {
        let update = next(updates).await.expect("no error");
        if update.changes.iter().any(|change| change.kind == kind) {
            return update;
        }
    }
}

fn failing(number: u64) -> Update {
    Update { jobs: vec![in_state(plain_job(number, 0), Status::Error, "ABEND")], ..now() }
}

fn small_plan() -> Update {
    Update {
        job_streams: vec![stream(0)],
        jobs: (0..5).map(|number| plain_job(number, 0)).collect(),
        ..whole_plan()
    }
}

#[tokio::test]
async fn an_overview_comes_first_then_changes_then_new_counts() {
    let mesh = Mesh::with_plan(small_plan()).await;
    let mut updates = watch(&mesh, "").await;
    let first = next(&mut updates).await.expect("an overview");
    let jobs = |update: &PlanUpdate, status: Status| {
        let counts =
            update.overview.as_ref().map(|overview| overview.jobs_by_status.clone()).unwrap_or_default();
        counts.iter().find(|count| count.status == status).map_or(0, |count| count.count)
    };
    assert_eq!((jobs(&first, Status::Waiting), first.changes.len(), first.gap), (5, 0, false));
    mesh.feed(0).send(failing(3)).await;
    let mut update = until(&mut updates, ChangeKind::JobFailed).await;
    assert_eq!(update.changes[0].key, "WS0#/STREAM_0000.JOB_00003");
    while jobs(&update, Status::Error) == 0 {
        update = next(&mut updates).await.expect("the new counts follow");
    }
    assert_eq!(jobs(&update, Status::Waiting), 4);
    mesh.stop().await;
}

#[tokio::test]
async fn a_subscriber_that_comes_back_misses_nothing() {
    let mesh = Mesh::with_plan(small_plan()).await;
    let mut updates = watch(&mesh, "").await;
    let token = next(&mut updates).await.expect("an overview").resume_token;
    drop(updates);
    for number in 0..3 {
        mesh.feed(0).send(failing(number)).await;
    }
    let mut again = watch(&mesh, &token).await;
    let first = next(&mut again).await.expect("no error");
    assert!(first.overview.is_some(), "the counts may have changed meanwhile");
    let mut seen: Vec<_> =
        first.changes.into_iter().filter(|change| change.kind == ChangeKind::JobFailed).collect();
    while seen.len() < 3 {
        let update = next(&mut again).await.expect("no error");
        assert!(!update.gap);
        seen.extend(update.changes.into_iter().filter(|change| change.kind == ChangeKind::JobFailed));
    }
    let keys: Vec<_> =
        seen.iter().map(|change| change.object.rsplit('/').next().unwrap_or_default()).collect();
    assert_eq!(keys, [job_id(0), job_id(1), job_id(2)]);

    let foreign = watch(&mesh, "1-0").await.next().await.expect("a message").expect("no error");
    assert!(foreign.gap && foreign.overview.is_some(), "a token of another life starts over, and says so");
    let request = WatchRequest { engine: String::new(), resume_token: "nonsense".to_owned() };
    let Err(refused) = mesh.client().watch(request).await else { panic!("nonsense is refused") };
    assert_eq!((refused.kind, refused.reason.as_str()), (ErrorKind::InvalidArgument, "RESUME_TOKEN_INVALID"));
    mesh.stop().await;
}

#[tokio::test]
async fn a_reader_behind_the_memory_of_changes_is_dropped_and_resumes() {
    let mesh = Mesh::with_plan(small_plan()).await;
    let mut slow = watch(&mesh, "").await;
    let token = next(&mut slow).await.expect("an overview").resume_token;
    // More changes at once than are remembered: whoever did not read meanwhile has missed some.
    let many = REMEMBERED_CHANGES as u64 + 500;
    let flood = Update { jobs: (100..100 + many).map(|number| plain_job(number, 0)).collect(), ..now() };
    mesh.feed(0).send(flood).await;
    let error = loop {
        match next(&mut slow).await {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind, error.reason.as_str()), (ErrorKind::Unavailable, "SLOW_READER"));
    assert!(error.retryable && !error.metadata["resume_token"].is_empty());
    let resumed = next(&mut watch(&mesh, &token).await).await.expect("goes on");
    assert!(resumed.gap && resumed.overview.is_some());
    mesh.stop().await;
}

#[tokio::test]
async fn streams_end_with_the_process() {
    let mesh = Mesh::with_plan(small_plan()).await;
    let mut updates = watch(&mesh, "").await;
    next(&mut updates).await.expect("an overview");
    mesh.begin_drain();
    let ended = next(&mut updates).await.expect_err("the drain ends it");
    assert_eq!(ended.kind, ErrorKind::Unavailable);
    assert!(ended.retryable);
    mesh.stop().await;
}
