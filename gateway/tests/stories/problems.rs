//! The shape of errors, and the ids that every response carries.

use crate::mesh::Mesh;
use serde_json::{Value, json};

#[tokio::test]
async fn an_error_is_a_problem_document_of_known_shape() {
    let mesh = Mesh::start().await;
    let token = mesh.token("admin").await;
    let request = mesh
        .http
        .get(format!("{}/api/engines/default/jobs?filter=bad(", mesh.url))
        .bearer_auth(&token)
        .header("x-correlation-id", "ops-7");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["x-request-id"], "ops-7");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let problem: Value = response.json().await.unwrap();
    assert_eq!(
        problem,
        json!({
            "type": "urn:resync:problem:filter-invalid",
            "title": "Filter invalid",
            "status": 400,
            "detail": "the filter does not parse",
            "instance": "/api/engines/default/jobs",
            "code": "FILTER_INVALID",
            "request_id": "ops-7",
            "hint": "write it like status = \"ERROR\"",
            "retryable": false,
            "errors": [{"field": "filter", "description": "unexpected end at 4"}],
        })
    );
}

#[tokio::test]
async fn ids_that_could_forge_a_log_line_are_replaced() {
    let mesh = Mesh::start().await;
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for (sent, kept) in [("night-42", true), ("a b", false), ("<x>", false), ("", false)] {
        let request = mesh
            .http
            .get(format!("{}/api/health/app", mesh.url))
            .header("x-request-id", sent)
            .header("traceparent", trace);
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["x-request-id"] == sent, kept, "{sent:?}");
        assert_eq!(response.headers()["x-trace-id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    }
    let (one, two) = (mesh.get_anonymously("/nothing").await, mesh.get_anonymously("/nothing").await);
    assert_ne!(one.headers()["x-request-id"], two.headers()["x-request-id"]);
}
