//! `/api/metrics` as Prometheus reads it, and the counts of refusals that come from it.

use crate::mesh::Mesh;
use crate::watched::{Watched, quiet};
use resync_api::perf::model::ProcessReport;
use serde_json::Value;
use std::process::Stdio;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// Prometheus' own opinion of `text`; unset where its tool is not installed, which is an error in CI.
async fn promtool(text: &str) -> Option<String> {
    let tool = Command::new("promtool")
        .args(["check", "metrics", "--extended"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut tool = match tool {
        Ok(tool) => tool,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "promtool is needed in CI: {error}");
            return None;
        }
    };
    let mut input = tool.stdin.take().unwrap();
    input.write_all(text.as_bytes()).await.unwrap();
    drop(input);
    let output = tool.wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}\n{text}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test]
async fn prometheus_finds_nothing_to_say_against_the_metrics() {
    let mesh = Mesh::start().await;
    let admin = mesh.token("admin").await;
    mesh.get("/api/engines", &admin).await;
    let text = mesh.get("/api/metrics", &admin).await.text().await.unwrap();
    for name in [
        "http_server_request_duration_seconds_bucket{",
        "resync_gateway_logins_total{outcome=\"accepted\"",
        "resync_gateway_connections_silent_total{",
        "resync_gateway_idempotency_total{outcome=\"replayed\"",
        "rpc_client_call_duration_seconds_count{",
    ] {
        assert!(text.contains(name), "{name} is missing in {text}");
    }
    for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let name = line.split(' ').next().unwrap();
        assert!(text.contains(&format!("# HELP {name} ")), "{name} has no help");
    }
    if let Some(table) = promtool(&text).await {
        assert!(table.contains("http_server_request_duration_seconds"), "{table}");
    }
}

#[tokio::test]
async fn refusals_are_counted_by_kind() {
    let mesh = Mesh::with(|config| config.cors_origins = vec!["https://ops.example.com".into()]).await;
    let admin = mesh.token("admin").await;
    let counts = async || -> Value { mesh.get("/api/metrics/security", &admin).await.json().await.unwrap() };
    let before = counts().await;

    let wrong = [("grant_type", "password"), ("username", "viewer"), ("password", "guess")];
    mesh.post_token(&wrong).await;
    let viewer = mesh.token("viewer").await;
    assert_eq!(mesh.get("/api/metrics/security", &viewer).await.status(), 403);
    mesh.get("/api/engines", "junk").await;
    let preflight = mesh
        .http
        .request(reqwest::Method::OPTIONS, format!("{}/api/engines", mesh.url))
        .header("origin", "https://evil.example.com")
        .header("access-control-request-method", "GET");
    preflight.send().await.unwrap();
    let report = r#"{"csp-report":{"violated-directive":"img-src"}}"#;
    let report = mesh
        .http
        .post(format!("{}/csp-violation-report", mesh.url))
        .header("content-type", "application/csp-report")
        .body(report);
    report.send().await.unwrap();

    let after = counts().await;
    for path in [
        "/logins/refused",
        "/logins/accepted",
        "/permissions_denied/metrics.read",
        "/tokens_refused/invalid",
        "/cors_refused",
        "/csp_violation_reports/img-src",
    ] {
        let count = |counts: &Value| counts.pointer(path).and_then(Value::as_u64).unwrap_or_default();
        // Other stories run beside this one in the same process.
        assert!(count(&after) > count(&before), "{path}: {before} {after}");
    }
    assert_eq!(after["complete"], false, "there is nobody to ask for other gateways");
}

#[tokio::test]
async fn the_whole_mesh_is_one_text() {
    let watched = Watched::start().await;
    let mut process = watched.process().await;
    let told = "# HELP resync_sample_total Samples\n# TYPE resync_sample_total counter\n\
        resync_sample_total{kind=\"a\"} 7\nnot a metric\n";
    process.report(ProcessReport { metrics_text: told.to_owned(), ..quiet("p-1", "agent") }).await;
    let mut echo = watched.process().await;
    // What the gateway's own process reported is older than what it knows now.
    echo.report(ProcessReport { metrics_text: told.to_owned(), ..quiet("gateway-1", "gateway") }).await;

    let text = watched.mesh.get_anonymously("/api/metrics").await.text().await.unwrap();
    let samples: Vec<_> = text.lines().filter(|line| line.starts_with("resync_sample_total")).collect();
    assert_eq!(samples, ["resync_sample_total{kind=\"a\",instance=\"p-1\",role=\"agent\"} 7"]);
    for line in [
        "# HELP resync_sample_total Samples",
        "resync_gateway_mesh_metrics_processes 2",
        "resync_gateway_mesh_metrics_complete 1",
        "resync_gateway_mesh_metrics_skipped_lines 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in {text}");
    }
    assert!(text.contains("instance=\"gateway-1\",role=\"gateway\"}"), "{text}");
    promtool(&text).await;
}
