//! Answers over the wire, and how fresh they say they are.

use chrono::{TimeDelta, Utc};
use resync_api::tws::model::{
    CountRequest, Direction, FindRequest, ListChangesRequest, ListRequest, ObjectKind, ObjectRef,
    PromptStatus, Status, WalkDependenciesRequest,
};
use resync_fault::ErrorKind;
use resync_testkit::eventually;
use resync_tws_bridge::plan::Update;

use crate::fixture::*;
use crate::mesh::{BOUND, Mesh, now};

fn object(id: String) -> ObjectRef {
    ObjectRef { engine: "default".to_owned(), object: id }
}

#[tokio::test]
async fn every_question_is_answered_from_the_mirror() {
    let mut failed = in_state(plain_job(2, 0), Status::Error, "ABEND");
    failed.runs.insert(0, run(&failed, 0));
    let plan = Update {
        job_streams: vec![stream(0), stream(1)],
        jobs: vec![in_state(plain_job(1, 0), Status::Successful, "SUCC"), failed, plain_job(3, 1)],
        workstations: vec![workstation("WS0")],
        resources: vec![resource("DBLOCK", 1)],
        prompts: vec![prompt(4, PromptStatus::Asked)],
        dependencies: vec![
            of_job(2, vec![after_job(&job_id(1))]),
            of_stream(1, vec![after_stream(&stream_id(0))]),
        ],
        ..whole_plan()
    };
    let mesh = Mesh::with_plan(plan).await;
    let client = mesh.client();

    let state = client.list_engines().await.expect("allowed").remove(0);
    assert_eq!((state.job_count, state.job_stream_count, state.workstation_count), (3, 2, 1));
    assert_eq!((state.version.as_str(), state.time_zone.as_str()), ("10.2.8", "America/Sao_Paulo"));

    let overview = client.overview("", 0).await.expect("read");
    assert_eq!((overview.attention[0].id.as_str(), overview.open_prompts), (job_id(2).as_str(), 1));
    assert!(overview.freshness.oldest_observed_at.is_some_and(|oldest| oldest <= Utc::now()));
    assert!(overview.freshness.plan_day_start.is_some_and(|start| start <= overview.freshness.engine_time));

    let page =
        client.list_jobs(ListRequest { filter: "status = ERROR".to_owned(), ..ListRequest::default() });
    let page = page.await.expect("read");
    assert_eq!((page.total_size, page.items[0].return_code, page.items[0].run_count), (1, Some(8), 2));
    let streams = client.list_job_streams(ListRequest::default()).await.expect("read");
    assert_eq!(streams.items[0].jobs_by_status.len(), 2);
    assert_eq!(client.list_workstations(ListRequest::default()).await.expect("read").total_size, 1);
    assert_eq!(client.list_resources(ListRequest::default()).await.expect("read").items[0].in_use, 1);
    assert_eq!(client.list_prompts(ListRequest::default()).await.expect("read").items[0].number, 4);

    let detail = client.get_job(object(job_id(2))).await.expect("read");
    assert_eq!((detail.runs.len(), detail.dependencies.len()), (2, 1));
    assert_eq!(detail.task, "/opt/batch/job_2.sh");
    let detail = client.get_job_stream(object("STREAM_0001".to_owned())).await.expect("read");
    assert_eq!(detail.dependencies[0].target.predecessor().map(|found| found.id.clone()), Some(stream_id(0)));

    let walked = client.walk(WalkDependenciesRequest {
        engine: String::new(),
        object: job_id(1),
        direction: Direction::Successors,
        max_depth: 5,
        max_nodes: 0,
    });
    assert_eq!(walked.await.expect("read").nodes.len(), 3);
    let counted = client.count(CountRequest {
        engine: String::new(),
        kind: ObjectKind::Job,
        filter: String::new(),
        group_by: vec!["status".to_owned()],
        max_groups: 0,
    });
    assert_eq!(counted.await.expect("read").groups.len(), 3);
    let found = client.find(FindRequest { text: "dblock".to_owned(), ..FindRequest::default() });
    assert_eq!(found.await.expect("read").objects[0].kind, ObjectKind::Resource);
    mesh.stop().await;
}

#[tokio::test]
async fn before_the_first_read_callers_are_told_to_wait_and_why() {
    let mesh = Mesh::start(&["default"]).await;
    let client = mesh.client();
    let early = client.overview("", 0).await.expect_err("nothing was read");
    assert_eq!((early.kind, early.reason.as_str()), (ErrorKind::Unavailable, "PLAN_NOT_READ"));
    assert!(early.retryable && early.retry_after_ms.is_some());
    mesh.feed(0).state(|state| {
        state.reachable = false;
        state.unreachable_since = Some(Utc::now());
        state.last_error = "ENGINE_UNAUTHORIZED".to_owned();
        state.last_error_hint = "the password is wrong".to_owned();
    });
    eventually("the reason", BOUND, || async {
        let refused = client.overview("", 0).await.err()?;
        refused.message.contains("the password is wrong").then_some(())
    })
    .await
    .expect("the engine's trouble is told");
    let state = client.list_engines().await.expect("always answered").remove(0);
    assert_eq!(
        (state.synced, state.reachable, state.last_error.as_str()),
        (false, false, "ENGINE_UNAUTHORIZED")
    );
    mesh.stop().await;
}

#[tokio::test]
async fn an_engine_that_is_away_leaves_its_last_plan_marked_stale() {
    let mesh = Mesh::with_plan(any_plan(1, 20, 4)).await;
    let client = mesh.client();
    let since = Utc::now();
    mesh.feed(0).state(|state| {
        state.reachable = false;
        state.unreachable_since = Some(since);
        state.last_error = "ENGINE_UNREACHABLE".to_owned();
    });
    let freshness = eventually("the mark", BOUND, || async {
        let page = client.list_jobs(ListRequest::default()).await.ok()?;
        page.freshness.stale_since.is_some().then_some(page.freshness)
    })
    .await
    .expect("answers go on");
    assert_eq!((freshness.stale_since, freshness.stale_reason.as_str()), (Some(since), "ENGINE_UNREACHABLE"));
    mesh.stop().await;
}

#[tokio::test]
async fn time_is_the_engines_time() {
    let mesh = Mesh::with_plan(any_plan(1, 20, 4)).await;
    let client = mesh.client();
    mesh.feed(0).state(|state| state.clock_skew = TimeDelta::hours(-5));
    eventually("the skew", BOUND, || async {
        let page = client.list_jobs(ListRequest::default()).await.ok()?;
        let offset = Utc::now() - page.freshness.engine_time;
        (offset > TimeDelta::hours(4) && offset < TimeDelta::hours(6)).then_some(())
    })
    .await
    .expect("the clock follows the engine");
    mesh.stop().await;
}

#[tokio::test]
async fn changes_are_remembered_newest_first() {
    let mesh = Mesh::with_plan(any_plan(1, 20, 4)).await;
    let client = mesh.client();
    let add = |number: u64| Update { jobs: vec![plain_job(number, 0)], ..now() };
    mesh.feed(0).send(add(901)).await;
    mesh.feed(0).send(add(902)).await;
    let changes = eventually("both changes", BOUND, || async {
        let changes = client.changes(ListChangesRequest::default()).await.ok()?;
        let added = |id: &str| changes.changes.iter().any(|change| change.object.ends_with(id));
        added(&job_id(902)).then_some(changes)
    })
    .await
    .expect("changes are told");
    assert!(changes.changes[0].time >= changes.changes[1].time);
    assert!(changes.remembered_since.is_some());
    let one =
        client.changes(ListChangesRequest { limit: 1, ..ListChangesRequest::default() }).await.expect("read");
    assert_eq!((one.changes.len(), one.truncated), (1, true));
    mesh.stop().await;
}
