//! Asking a question over REST, at once and as it goes.

use crate::mesh::{Mesh, eventually};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

async fn ask(mesh: &Mesh, token: &str, accept: &str, engine: &str) -> reqwest::Response {
    mesh.http
        .post(format!("{}/api/chat", mesh.url))
        .bearer_auth(token)
        .header("accept", accept)
        .json(&json!({"message": "status of POST?", "engine": engine, "conversation_id": null}))
        .send()
        .await
        .unwrap()
}

fn answer() -> Value {
    json!({
        "conversation_id": "conversation-1",
        "kind": "answer",
        "answer": "It is in **ERROR**",
        "citations": [{
            "id": "c1",
            "tool_call_id": "t1",
            "resource": "engines/default/jobs/1",
            "field": "/job/status",
            "value": "ERROR",
            "observed_at": "2023-11-14T22:13:20Z",
        }],
        "blocks": [],
        "tool_calls": [{
            "id": "t1",
            "name": "get_job",
            "arguments": {"job": "MASTER#/FIN/CLOSE.POST"},
            "ok": true,
            "duration_ms": 1.5,
        }],
        "data_age_ms": 2500,
        "mode": "engine",
    })
}

/// Names and data of a stream of events.
fn events(text: &str) -> Vec<(String, Value)> {
    text.split("\n\n")
        .filter_map(|event| {
            let (name, data) = event.strip_prefix("event: ")?.split_once("\ndata: ")?;
            Some((name.to_owned(), serde_json::from_str(data).unwrap()))
        })
        .collect()
}

#[tokio::test]
async fn a_question_gets_one_json_answer() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let response = ask(&mesh, &token, "application/json", "").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.json::<Value>().await.unwrap(), answer());
    assert_eq!(*mesh.seen.asked.lock().unwrap(), "status of POST?");
}

#[tokio::test]
async fn a_question_is_answered_as_it_goes() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let response = ask(&mesh, &token, "text/event-stream", "").await;
    assert_eq!(response.status(), 200);
    for (name, value) in
        [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
    {
        assert_eq!(response.headers()[name], value);
    }
    let events = events(&response.text().await.unwrap());
    let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["status", "tool_call", "tool_result", "citation", "text", "done"]);
    assert_eq!(
        events[2].1,
        json!({"tool_call_id": "t1", "ok": true, "summary": "one job", "duration_ms": 1.5})
    );
    assert_eq!(events[4].1["text"], "It is in ERROR");
    assert_eq!(events[5].1, answer(), "the last event is the whole answer");
}

#[tokio::test]
async fn a_stream_that_fails_at_once_is_no_success() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let response = ask(&mesh, &token, "text/event-stream", "down").await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.json::<Value>().await.unwrap()["code"], "ENGINE_UNREACHABLE");
}

#[tokio::test]
async fn a_stream_that_fails_later_says_so_in_its_last_event() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let response = ask(&mesh, &token, "text/event-stream", "broken").await;
    assert_eq!(response.status(), 200);
    let events = events(&response.text().await.unwrap());
    let (name, problem) = events.last().unwrap();
    assert_eq!((name.as_str(), &problem["code"]), ("error", &json!("ENGINE_LOST")));
}

#[tokio::test]
async fn a_reader_who_leaves_ends_the_work() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let mut response = ask(&mesh, &token, "text/event-stream", "slow").await;
    assert!(response.chunk().await.unwrap().unwrap().starts_with(b"event: status"));
    assert_eq!(mesh.seen.streams_dropped.load(Ordering::Relaxed), 0);
    drop(response);
    eventually(|| mesh.seen.streams_dropped.load(Ordering::Relaxed) == 1).await;
}
