//! Requests that are wrong in every way we could think of: each is told what is wrong, where, and what to do.

use crate::mesh::Mesh;
use reqwest::{Method, StatusCode};
use resync_gateway::LOCAL_USER;
use serde_json::Value;
use std::time::Duration;

/// What is sent, and what comes back.
struct Case {
    method: Method,
    path: &'static str,
    content_type: &'static str,
    body: String,
    status: u16,
    code: &'static str,
    says: &'static str,
}

fn get(path: &'static str, status: u16, code: &'static str, says: &'static str) -> Case {
    Case { method: Method::GET, path, content_type: "", body: String::new(), status, code, says }
}

fn chat(body: &str, status: u16, code: &'static str, says: &'static str) -> Case {
    Case {
        method: Method::POST,
        path: "/api/chat",
        content_type: "application/json; charset=utf-8",
        body: body.to_owned(),
        status,
        code,
        says,
    }
}

#[tokio::test]
async fn bad_requests_are_told_what_is_wrong_with_them() {
    let mesh = Mesh::start().await;
    let token = mesh.token("admin").await;
    let jobs = "/api/engines/default/jobs";
    for case in [
        chat("{\"message\": ", 400, "JSON_MALFORMED", "line 1"),
        chat("[]", 400, "JSON_MALFORMED", "an object was expected"),
        chat("\u{0}", 400, "JSON_MALFORMED", "line 1"),
        chat("{}", 400, "FIELD_INVALID", "message: required"),
        chat("{\"message\": \"  \"}", 400, "FIELD_INVALID", "a question is needed"),
        chat("{\"message\": 5}", 400, "FIELD_INVALID", "message: a string is needed, not a number"),
        chat("{\"message\": \"hi\", \"mesage\": \"x\"}", 400, "FIELD_UNKNOWN", "Did you mean message?"),
        chat("{\"message\": \"hi\", \"zzz\": null}", 400, "FIELD_INVALID", "known are message,"),
        chat("{\"message\": \"hi\", \"language\": \"de\"}", 400, "FIELD_INVALID", "en or pt-BR"),
        chat(&format!("{{\"message\": {:?}}}", "é".repeat(4_001)), 400, "FIELD_INVALID", "longer than 4000"),
        chat(&format!("{{\"message\": {:?}}}", "x".repeat(70_000)), 413, "BODY_TOO_LARGE", "65536"),
        Case { content_type: "text/plain", ..chat("{}", 415, "MEDIA_TYPE_UNSUPPORTED", "application/json") },
        Case { content_type: "", ..chat("{}", 415, "MEDIA_TYPE_UNSUPPORTED", "application/json") },
        get("/api/engines/default/jobs?filter=bad(", 400, "FILTER_INVALID", "unexpected end at 4"),
        get("/api/engines/default/jobs?page_size=-1", 400, "FIELD_INVALID", "whole number"),
        get("/api/engines/default/jobs?page_size=many", 400, "FIELD_INVALID", "page_size"),
        get("/api/engines/default/jobs?page_sise=5", 400, "FIELD_UNKNOWN", "Did you mean page_size?"),
        get("/api/engines/default/jobs?filter=a&filter=b", 400, "FIELD_INVALID", "more than once"),
        get("/api/engines/%ff/jobs", 400, "FIELD_INVALID", "UTF-8"),
        get("/api/engines/default/jobs/1/dependencies?direction=up", 400, "FIELD_INVALID", "successors"),
        get("/api/status?engines=default", 400, "FIELD_UNKNOWN", "Did you mean engine?"),
        get("/api/agents?x=1", 400, "FIELD_INVALID", "no parameter is known here"),
        get("/api/engines/default/jobs/none", 404, "JOB_UNKNOWN", "no such job"),
        get("/api/agents/none", 404, "AGENT_UNKNOWN", "no agent none"),
        get("/api/statsu", 404, "ROUTE_UNKNOWN", "/api/status"),
        get("/api/enginez/default/jobs", 404, "ROUTE_UNKNOWN", "/api/engines/{engine}/jobs"),
        get("/nothing", 404, "ROUTE_UNKNOWN", "REST routes start with /api/"),
        get("/assets/none.js", 404, "ROUTE_UNKNOWN", "/assets/none.js"),
        get("/api/chat", 405, "METHOD_NOT_ALLOWED", "Allow"),
        Case { method: Method::DELETE, ..get(jobs, 405, "METHOD_NOT_ALLOWED", "DELETE") },
        get("/api/engines/down/jobs", 503, "ENGINE_UNREACHABLE", "resync engines check"),
    ] {
        let what = format!("{} {} {:.60}", case.method, case.path, case.body);
        let mut request =
            mesh.http.request(case.method, format!("{}{}", mesh.url, case.path)).bearer_auth(&token);
        if !case.content_type.is_empty() {
            request = request.header("content-type", case.content_type);
        }
        let response = request.body(case.body).send().await.unwrap();
        assert_eq!(response.status().as_u16(), case.status, "{what}");
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{what}");
        assert_eq!(
            response.status() == StatusCode::METHOD_NOT_ALLOWED,
            response.headers().contains_key("allow"),
            "{what}"
        );
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["code"], case.code, "{what}: {problem}");
        assert!(problem.to_string().contains(case.says), "{what} says {:?}: {problem}", case.says);
    }
}

#[tokio::test]
async fn a_body_that_does_not_say_its_size_is_bounded_too() {
    let mesh = Mesh::start().await;
    let token = mesh.token("admin").await;
    let chunk = "x".repeat(1_024);
    let chunks = futures::stream::iter((0..100).map(move |_| Ok::<_, std::io::Error>(chunk.clone())));
    let response = mesh
        .http
        .post(format!("{}/api/chat", mesh.url))
        .bearer_auth(&token)
        .header("content-type", "application/json")
        .body(reqwest::Body::wrap_stream(chunks))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 413);
}

#[tokio::test]
async fn a_request_that_takes_too_long_ends() {
    let mesh = Mesh::with(|config| config.request_timeout = Duration::from_secs(1)).await;
    // Whose login takes no time.
    let token = mesh.token(LOCAL_USER).await;
    let response = mesh.get("/api/engines/slow/jobs", &token).await;
    assert_eq!(response.status(), 504);
    let code = response.json::<Value>().await.unwrap()["code"].clone();
    assert!(code == "REQUEST_TIMED_OUT" || code == "DEADLINE_EXCEEDED", "{code}");
}
