//! The REST routes over the plan, as clients in any language use them.

use crate::mesh::Mesh;
use crate::plan::JOB_KEY;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

#[tokio::test]
async fn every_list_pages_the_same_way() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    for rows in ["jobs", "job-streams", "workstations", "resources", "prompts"] {
        let path = format!("/api/engines/default/{rows}?filter=a&order_by=key&page_size=2&page_token=t");
        let response = mesh.get(&path, &token).await;
        assert_eq!(response.status(), 200, "{rows}");
        assert_eq!(response.headers()["content-type"], "application/json");
        let page: Value = response.json().await.unwrap();
        assert_eq!(page["items"], json!([]), "{rows}");
        assert_eq!(page["next_page_token"], "next", "{rows}");
        assert_eq!(page["freshness"]["engine_time"], "2023-11-14T22:13:20Z", "{rows}");
    }
}

#[tokio::test]
async fn jobs_are_named_by_key_in_one_encoded_segment() {
    let mesh = Mesh::start().await;
    let token = mesh.token("admin").await;
    let encoded = "MASTER%23%2FFIN%2FCLOSE.POST";
    assert_eq!(mesh.get(&format!("/api/engines/default/jobs/{encoded}"), &token).await.status(), 404);
    assert_eq!(*mesh.seen.asked.lock().unwrap(), JOB_KEY);
    let log = mesh.get(&format!("/api/engines/default/jobs/{encoded}/log?tail_lines=5"), &token).await;
    assert_eq!(log.json::<Value>().await.unwrap()["lines"], json!(["done"]));
    assert_eq!(*mesh.seen.asked.lock().unwrap(), JOB_KEY);
    let walk = format!("/api/engines/default/jobs/{encoded}/dependencies?direction=successors&depth=3");
    assert_eq!(mesh.get(&walk, &token).await.status(), 200);
    assert_eq!(*mesh.seen.asked.lock().unwrap(), "Successors 3");
}

#[tokio::test]
async fn the_status_is_asked_once_for_many_readers() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let answers = (0..20).map(|_| mesh.get("/api/status", &token));
    for answer in futures::future::join_all(answers).await {
        assert_eq!(answer.status(), 200);
    }
    assert!(mesh.seen.overviews.load(Ordering::Relaxed) < 20, "the body is shared");
    let jobs: Value = mesh.get("/api/status/jobs", &token).await.json().await.unwrap();
    assert_eq!((&jobs["late_jobs"], &jobs["attention"]), (&json!(1), &json!([])));
    let stations: Value = mesh.get("/api/status/workstations", &token).await.json().await.unwrap();
    assert_eq!(stations["workstations"], json!([]));
    assert_eq!(mesh.get("/api/status?engine=down", &token).await.status(), 503, "failures are not kept");
}

#[tokio::test]
async fn health_says_what_is_configured_and_what_answers() {
    let mesh = Mesh::start().await;
    let health: Value = mesh.get_anonymously("/api/health/full").await.json().await.unwrap();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["tws"]["engines"][0]["engine"], "default");
    for part in ["cache", "redis", "perf_monitor", "knowledge_graph"] {
        assert_eq!(health[part]["status"], "not_configured", "{part}");
    }
    let redis: Value = mesh.get_anonymously("/api/health/redis").await.json().await.unwrap();
    assert_eq!((&redis["status"], &redis["idempotency_safe"]), (&json!("not_configured"), &json!(false)));
    let metrics = mesh.get_anonymously("/api/metrics").await;
    assert!(metrics.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    let text = metrics.text().await.unwrap();
    assert!(text.contains("instance=\"gateway-1\",role=\"gateway\"}"), "{text}");
    assert!(
        text.contains("resync_gateway_mesh_metrics_complete 0"),
        "nobody can be asked for the others: {text}"
    );
}
