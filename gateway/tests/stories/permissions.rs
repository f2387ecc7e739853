//! Who may do what, and in whose name it is done behind the gateway.

use crate::mesh::Mesh;
use serde_json::Value;

const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[tokio::test]
async fn the_plan_is_for_those_who_log_in_and_health_for_the_neighbours() {
    let mesh = Mesh::start().await;
    for path in ["/api/status", "/api/engines", "/api/engines/default/jobs", "/api/agents", "/api/events"] {
        let response = mesh.get_anonymously(path).await;
        assert_eq!(response.status(), 401, "{path}");
        assert_eq!(response.headers()["www-authenticate"], r#"Bearer realm="resync""#);
        assert_eq!(response.json::<Value>().await.unwrap()["code"], "LOGIN_REQUIRED");
    }
    for path in
        ["/api/health/app", "/api/health/tws", "/api/health/redis", "/api/health/full", "/api/metrics"]
    {
        assert_eq!(mesh.get_anonymously(path).await.status(), 200, "{path} on a loopback address");
    }
}

#[tokio::test]
async fn in_production_nobody_sees_anything_without_a_login() {
    let mesh = Mesh::with(|config| config.production = true).await;
    for (path, status) in [("/api/health/app", 200), ("/api/health/full", 401), ("/api/metrics", 401)] {
        let response = mesh.get_anonymously(path).await;
        assert_eq!(response.status(), status, "{path}");
        assert!(response.headers().contains_key("strict-transport-security"), "{path}");
    }
    let token = mesh.token("admin").await;
    assert_eq!(mesh.get("/api/metrics", &token).await.status(), 200);
}

#[tokio::test]
async fn a_role_opens_its_doors_and_no_others() {
    let mesh = Mesh::start().await;
    let log = "/api/engines/default/jobs/1/log";
    let viewer = mesh.token("viewer").await;
    assert_eq!(mesh.get("/api/engines/default/jobs", &viewer).await.status(), 200);
    let refused = mesh.get(log, &viewer).await;
    assert_eq!(refused.status(), 403);
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["code"], "PERMISSION_DENIED");
    assert!(problem["detail"].as_str().unwrap().contains("log.read"));

    let night = mesh.token("night").await;
    assert_eq!(mesh.get(log, &night).await.status(), 403, "another engine than the account's");
    assert_eq!(mesh.get("/api/engines/prod-east/jobs/1/log", &night).await.status(), 200);
    assert_eq!(mesh.get("/api/status?engine=default", &night).await.status(), 403);
    for path in ["/api/health/tws", "/api/health/full"] {
        let health = mesh.get(path, &night).await.text().await.unwrap();
        assert!(!health.contains("default"), "{path} tells of another engine: {health}");
    }
    assert_eq!(mesh.get("/api/metrics", &night).await.status(), 403, "they name every engine");
    let admin = mesh.token("admin").await;
    assert_eq!(mesh.get(log, &admin).await.status(), 200);
    let health = mesh.get("/api/health/tws", &admin).await.text().await.unwrap();
    assert!(health.contains("default"), "{health}");
}

#[tokio::test]
async fn the_role_behind_sees_the_person_and_the_request() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let request = mesh
        .http
        .get(format!("{}/api/engines", mesh.url))
        .bearer_auth(&token)
        .header("x-request-id", "night-42")
        .header("traceparent", TRACE)
        .header("x-user-id", "admin");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-correlation-id"], "night-42");
    assert_eq!(*mesh.seen.caller.lock().unwrap(), ("viewer".to_owned(), "night-42".to_owned()));
    assert_eq!(*mesh.seen.trace.lock().unwrap(), TRACE);

    mesh.get_anonymously("/api/health/tws").await;
    assert_eq!(
        mesh.seen.caller.lock().unwrap().0,
        "role:gateway",
        "health is asked in the gateway's own name"
    );
}
