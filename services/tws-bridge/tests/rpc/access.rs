//! Who may see what, and what those hear who may not.

use resync_api::tws::model::{FindRequest, JobLogRequest, ListRequest, ObjectRef};
use resync_fault::ErrorKind;
use resync_service_kit::identity::Permission;

use crate::fixture::*;
use crate::mesh::Mesh;

fn of_engine(engine: &str) -> ListRequest {
    ListRequest { engine: engine.to_owned(), ..ListRequest::default() }
}

#[tokio::test]
async fn permission_is_asked_before_existence_and_lists_show_what_may_be_seen() {
    let mesh = Mesh::start(&["north", "south"]).await;
    for engine in 0..2 {
        mesh.feed(engine).send(any_plan(1, 20, 4)).await;
    }
    mesh.synced(2).await;
    let ana = mesh.client_of(&[Permission::within("plan.read", "north")]);

    let seen: Vec<_> =
        ana.list_engines().await.expect("allowed").into_iter().map(|state| state.engine).collect();
    assert_eq!(seen, ["north"]);
    assert_eq!(ana.list_jobs(of_engine("north")).await.expect("allowed").total_size, 20);
    // One that exists and one that does not look the same to her.
    for engine in ["south", "nowhere"] {
        let refused = ana.list_jobs(of_engine(engine)).await.expect_err("not allowed");
        assert_eq!(
            (refused.kind, refused.reason.as_str()),
            (ErrorKind::PermissionDenied, "PERMISSION_DENIED")
        );
    }
    let unnamed = ana.list_jobs(of_engine("")).await.expect_err("which one?");
    assert_eq!((unnamed.kind, unnamed.reason.as_str()), (ErrorKind::InvalidArgument, "ENGINE_NOT_NAMED"));
    assert_eq!(unnamed.hint.as_deref(), Some("engines: north"), "south is none of her business");

    let everybody = mesh.client();
    let unknown = everybody.list_jobs(of_engine("nort")).await.expect_err("unknown");
    assert_eq!((unknown.kind, unknown.reason.as_str()), (ErrorKind::NotFound, "ENGINE_UNKNOWN"));
    assert_eq!(unknown.hint.as_deref(), Some("engines: north, south"), "the most similar first");
    mesh.stop().await;
}

#[tokio::test]
async fn the_only_engine_is_not_named_to_those_who_may_not_see_it() {
    let mesh = Mesh::start(&["north"]).await;
    let stranger = mesh.client_of(&[Permission::within("plan.read", "west")]);
    let refused = stranger.list_jobs(of_engine("")).await.expect_err("not hers");
    assert!(!format!("{refused:?}").contains("north"), "{refused:?}");
    mesh.stop().await;
}

#[tokio::test]
async fn logs_need_their_own_permission() {
    let mesh = Mesh::with_plan(any_plan(1, 20, 4)).await;
    let log = || JobLogRequest { job: job_id(3), ..JobLogRequest::default() };
    let reader = mesh.client_of(&[Permission::everywhere("plan.read")]);
    assert_eq!(reader.job_log(log()).await.expect_err("not allowed").kind, ErrorKind::PermissionDenied);
    let both = mesh.client_of(&[Permission::everywhere("log.read")]);
    let failed = both.job_log(log()).await.expect_err("the engine is away");
    assert_eq!((failed.kind, failed.reason.as_str()), (ErrorKind::Unavailable, "ENGINE_UNREACHABLE"));
    assert_eq!(failed.hint.as_deref(), Some("check the address"), "the engine side's own words arrive");
    mesh.stop().await;
}

#[tokio::test]
async fn wrong_requests_are_refused_with_what_would_be_right() {
    let mesh = Mesh::with_plan(any_plan(1, 20, 4)).await;
    let client = mesh.client();
    let filtered = |filter: &str| ListRequest { filter: filter.to_owned(), ..ListRequest::default() };
    let bad = client.list_jobs(filtered("statu = ERROR")).await.expect_err("no such field");
    assert_eq!((bad.kind, bad.reason.as_str()), (ErrorKind::InvalidArgument, "FIELD_UNKNOWN"));
    assert_eq!(
        (bad.violations[0].field.as_str(), bad.hint.as_deref()),
        ("filter", Some("did you mean status?"))
    );
    let bad = client.list_workstations(filtered("status = ERROR")).await.expect_err("no such field");
    assert_eq!(bad.reason, "FIELD_UNKNOWN");
    let bad = client.list_jobs(filtered("status = ")).await.expect_err("no value");
    assert!(bad.message.contains("character 10"), "{}", bad.message);

    let job = |object: &str| ObjectRef { engine: String::new(), object: object.to_owned() };
    let gone = client.get_job(job("STREAM_0001.JOB_99999")).await.expect_err("no such job");
    assert_eq!((gone.kind, gone.reason.as_str()), (ErrorKind::NotFound, "OBJECT_NOT_FOUND"));
    // What was typed comes back in the error, and an error is a header: it must still be an answer.
    let long = client.get_job(job(&"X".repeat(200_000))).await.expect_err("no such job");
    assert_eq!((long.kind, long.reason.as_str()), (ErrorKind::NotFound, "OBJECT_NOT_FOUND"));
    let empty = client.find(FindRequest::default()).await.expect_err("nothing typed");
    assert_eq!((empty.kind, empty.reason.as_str()), (ErrorKind::InvalidArgument, "FIELD_MISSING"));
    mesh.stop().await;
}
