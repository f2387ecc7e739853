//! What the gateway takes note of for the audit log: on its own disk, whether anybody keeps a log or not.

use crate::mesh::{Mesh, PASSWORD, PATIENCE};
use serde_json::Value;
use std::time::Duration;

impl Mesh {
    /// Events on the disk, once there are `expected`.
    async fn events(&self, expected: usize) -> Vec<Value> {
        let read = || {
            let text = std::fs::read_to_string(self.folder.path().join("events")).unwrap_or_default();
            let event = |line: &str| serde_json::from_str(line.split_once(' ').unwrap().1).unwrap();
            text.lines().map(event).collect::<Vec<Value>>()
        };
        let waiting = async {
            while read().len() < expected {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("the events are written in time");
        let events = read();
        assert_eq!(events.len(), expected, "{events:#?}");
        events
    }
}

fn told(event: &Value) -> [&str; 4] {
    ["/action", "/actor/subject", "/outcome/result", "/outcome/reason"]
        .map(|field| event.pointer(field).and_then(Value::as_str).unwrap_or_default())
}

#[tokio::test]
async fn who_came_in_and_who_did_not_is_on_the_disk_at_once() {
    let mesh = Mesh::start().await;
    let wrong = [("grant_type", "password"), ("username", "m\u{fc}ller\n"), ("password", "not-this-one")];
    assert_eq!(mesh.post_token(&wrong).await.status(), 400);
    let login = mesh.login("viewer").await;
    let refresh = login["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    assert_eq!(mesh.post_token(&form).await.status(), 200);
    let again = mesh.post_token(&form).await;
    assert_eq!(again.json::<Value>().await.unwrap()["error"], "invalid_grant", "the outside is told no more");
    let viewer = mesh.token("viewer").await;
    let log = "/api/engines/default/jobs/1/log?tail_lines=5";
    let refused =
        mesh.http.get(format!("{}{log}", mesh.url)).bearer_auth(&viewer).header("x-request-id", "night-42");
    assert_eq!(refused.header("user-agent", "curl/8").send().await.unwrap().status(), 403);
    // Needs a login and has none: nobody knows who that was.
    assert_eq!(mesh.get_anonymously("/api/status").await.status(), 401);

    let events = mesh.events(5).await;
    assert_eq!(told(&events[0]), ["login", "m\\u{fc}ller\\u{a}", "refused", "CREDENTIALS_WRONG"]);
    assert_eq!(events[0]["actor"]["kind"], "anonymous");
    assert_eq!(told(&events[1]), ["login", "viewer", "succeeded", ""]);
    assert_eq!(told(&events[2]), ["token.refresh", "viewer", "refused", "REFRESH_TOKEN_REUSED"]);
    assert_eq!(told(&events[3]), ["login", "viewer", "succeeded", ""]);
    let denied = &events[4];
    assert_eq!(told(denied), ["permission.denied", "viewer", "refused", "PERMISSION_DENIED"]);
    assert_eq!(
        (&denied["correlation_id"], &denied["origin"]["client"]),
        (&"night-42".into(), &"curl/8".into())
    );
    assert_eq!(denied["target"]["name"], "/api/engines/default/jobs/1/log", "without the query");
    assert_eq!(denied["parameters"]["permission"], "log.read");
    let text = std::fs::read_to_string(mesh.folder.path().join("events")).unwrap();
    for secret in ["not-this-one", PASSWORD, refresh, &viewer] {
        assert!(!text.contains(secret), "a secret is in it");
    }
}

#[tokio::test]
async fn a_flood_of_reports_is_counted_and_not_kept() {
    let mesh = Mesh::start().await;
    let body = r#"{"csp-report":{"violated-directive":"img-src"}}"#;
    for _ in 0..70 {
        let report = mesh.http.post(format!("{}/csp-violation-report", mesh.url)).body(body);
        let sent = report.header("content-type", "application/csp-report").send().await.unwrap();
        assert_eq!(sent.status(), 204);
    }
    mesh.login("viewer").await;
    let events = mesh.events(61).await;
    assert!(events[..60].iter().all(|event| event["action"] == "csp.violation"));
    assert_eq!(told(&events[60]), ["login", "viewer", "succeeded", ""], "others are still taken note of");
}
