//! What an `Idempotency-Key` promises: carried out once, answered as often as asked.

use crate::mesh::eventually;
use crate::once::{Once, SILENCES, body, code, poll, told};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_request_sent_twice_is_carried_out_once_and_answered_twice() {
    let once = Once::start().await;
    let admin = once.mesh.token("admin").await;
    let first = once.silence(&admin, Some("k-1"), "maintenance").await;
    assert_eq!(first.status(), 201);
    let expires = first.headers()["idempotency-expires"].clone();
    assert!(expires.to_str().unwrap().ends_with(" GMT"), "{expires:?}");
    assert!(!first.headers().contains_key("idempotency-replayed"));
    let place = first.headers()["location"].clone();
    let first: Value = first.json().await.unwrap();

    let again = once.silence(&admin, Some("k-1"), "maintenance").await;
    assert_eq!(again.status(), 201);
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert!(again.headers().contains_key("idempotency-expires"));
    assert_eq!(again.headers()["location"], place);
    assert_eq!(again.headers()["content-type"], "application/json");
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    assert_eq!(once.work.done(), 1);

    let other = once.silence(&admin, Some("k-1"), "another comment").await;
    assert_eq!(code(other).await, told(422, "IDEMPOTENCY_MISMATCH"));
    let path = format!("{SILENCES}?x=1");
    let other = once.send(Method::POST, &path, &admin, Some("k-1"), &body("maintenance")).await;
    assert_eq!(code(other).await, told(422, "IDEMPOTENCY_MISMATCH"));
    assert_eq!(once.work.done(), 1);

    let local = once.mesh.token("local").await;
    let first = once.silence(&local, Some("k-1"), "maintenance").await;
    assert_eq!(first.json::<Value>().await.unwrap()["author"], "local", "keys are each person's own");
    assert_eq!(once.silence(&admin, Some("k-2"), "maintenance").await.status(), 201);
    assert_eq!(once.work.done(), 3);
}

#[tokio::test]
async fn keys_are_asked_for_where_they_are_needed_and_of_those_who_may() {
    let once = Once::start().await;
    let admin = once.mesh.token("admin").await;
    assert_eq!(code(once.silence(&admin, None, "a").await).await, told(400, "IDEMPOTENCY_KEY_REQUIRED"));
    for key in ["", "two words", &"x".repeat(256)] {
        let refused = once.silence(&admin, Some(key), "a").await;
        assert_eq!(code(refused).await, told(400, "IDEMPOTENCY_KEY_INVALID"), "{key:?}");
    }
    let viewer = once.mesh.token("viewer").await;
    assert_eq!(code(once.silence(&viewer, None, "a").await).await, told(403, "PERMISSION_DENIED"));
    assert_eq!(code(once.silence("junk", Some("k"), "a").await).await, told(401, "TOKEN_INVALID"));
    assert_eq!(once.work.asked(), 0);
    let longest = "x".repeat(255);
    assert_eq!(once.silence(&admin, Some(&longest), "a").await.status(), 201);
    let read = once.send(Method::GET, "/api/engines", &admin, Some("two words"), &Value::Null).await;
    assert_eq!(read.status(), 200, "a read has no use for a key");
}

#[tokio::test]
async fn who_asks_while_it_runs_is_told_and_gets_the_answer_later() {
    let once = Once::start().await;
    let admin = once.mesh.token("admin").await;
    let first = once.silence(&admin, Some("k"), "wait");
    let meanwhile = async {
        eventually(|| once.work.asked() == 1).await;
        let second = once.silence(&admin, Some("k"), "wait").await;
        assert!(second.headers().contains_key("retry-after"));
        assert_eq!(code(second).await, told(409, "IDEMPOTENCY_IN_PROGRESS"));
        once.work.gate.add_permits(1);
    };
    let (first, ()) = tokio::join!(first, meanwhile);
    assert_eq!(first.status(), 201);
    let again = once.silence(&admin, Some("k"), "wait").await;
    assert_eq!((again.status().as_u16(), once.work.asked()), (201, 1));
}

#[tokio::test]
async fn a_client_that_leaves_finds_its_answer_when_it_comes_back() {
    let once = Once::start().await;
    let admin = once.mesh.token("admin").await;
    {
        let first = once.silence(&admin, Some("k"), "wait");
        tokio::select! {
            _ = first => panic!("it waits"),
            () = eventually(|| once.work.asked() == 1) => {}
        }
    }
    once.work.gate.add_permits(1);
    eventually(|| once.work.done() == 1).await;
    let again = poll(&once, &admin, "wait", |(status, _)| *status != 409).await;
    assert_eq!((again.0, once.work.asked()), (201, 1));
}

#[tokio::test]
async fn errors_are_answers_and_refusals_are_not() {
    let once = Once::start().await;
    let admin = once.mesh.token("admin").await;
    for replayed in [false, true] {
        let refused = once.silence(&admin, Some("conflict"), "conflict").await;
        assert_eq!(refused.headers().contains_key("idempotency-replayed"), replayed);
        assert_eq!(code(refused).await, told(400, "TOO_MANY_SILENCES"));
        assert_eq!(once.work.asked(), 1);
    }
    // Refused here, refused there, and refused by a role that asks to be asked again: each leaves the key free.
    let wrong = json!({ "matcher": {}, "comment": "a" });
    let refused = once.send(Method::POST, SILENCES, &admin, Some("k"), &wrong).await;
    assert_eq!(code(refused).await, told(400, "FIELD_INVALID"));
    for (comment, refusal) in [("invalid", told(400, "SILENCE_TOO_LONG")), ("away", told(503, "STORE_AWAY"))]
    {
        assert_eq!(code(once.silence(&admin, Some("k"), comment).await).await, refusal);
    }
    assert_eq!(once.silence(&admin, Some("k"), "right").await.status(), 201);
    assert_eq!((once.work.asked(), once.work.done()), (4, 1));
}

#[tokio::test]
async fn what_never_answered_is_never_carried_out_again() {
    let once = Once::with(|config| {
        config.request_timeout = Duration::from_millis(300);
        config.keys.patience = Duration::from_millis(400);
    })
    .await;
    let admin = once.mesh.token("admin").await;
    assert_eq!(once.silence(&admin, Some("k"), "endless").await.status(), 504);
    let later = poll(&once, &admin, "endless", |(_, code)| code != "IDEMPOTENCY_IN_PROGRESS").await;
    assert_eq!(later, told(409, "IDEMPOTENCY_OUTCOME_UNKNOWN"));
    let refused = once.silence(&admin, Some("k"), "endless").await;
    let problem: Value = refused.json().await.unwrap();
    assert!(problem["hint"].as_str().unwrap().contains("new key"), "{problem}");
    assert_eq!(once.work.asked(), 1);
}

#[tokio::test]
async fn without_the_store_nothing_is_carried_out_and_with_it_everything_again() {
    let once = Once::start().await;
    let admin = once.mesh.token("admin").await;
    once.wire.cut();
    let refused = once.silence(&admin, Some("k"), "a").await;
    assert_eq!(code(refused).await, told(503, "IDEMPOTENCY_UNAVAILABLE"));
    assert_eq!(once.work.asked(), 0);

    once.wire.restore();
    let accepted = poll(&once, &admin, "a", |(status, _)| *status != 503).await;
    assert_eq!((accepted.0, once.work.done()), (201, 1));
}

#[tokio::test]
async fn an_answer_that_could_not_be_kept_leaves_the_outcome_unknown() {
    let once = Once::with(|config| {
        config.request_timeout = Duration::from_millis(900);
        config.keys.patience = Duration::from_secs(1);
    })
    .await;
    let admin = once.mesh.token("admin").await;
    let meanwhile = async {
        eventually(|| once.work.asked() == 1).await;
        once.wire.cut();
        once.work.gate.add_permits(1);
    };
    let (first, ()) = tokio::join!(once.silence(&admin, Some("k"), "wait"), meanwhile);
    assert!(matches!(first.status().as_u16(), 201 | 504), "{first:?}");
    eventually(|| once.mesh.vitals.snapshot().tasks.is_empty()).await;
    once.wire.restore();
    let later =
        poll(&once, &admin, "wait", |(status, code)| *status != 503 && code != "IDEMPOTENCY_IN_PROGRESS")
            .await;
    assert_eq!(later, told(409, "IDEMPOTENCY_OUTCOME_UNKNOWN"));
    assert_eq!((once.work.asked(), once.work.done()), (1, 1));
}
