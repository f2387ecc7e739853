//! Alerts of the mesh and the silences over them, against the real monitor.

use crate::once::{code, told};
use crate::watched::{Watched, cache, quiet};
use reqwest::{Method, Response};
use resync_api::perf::model::ProcessReport;
use serde_json::{Value, json};
use std::time::Duration;

const SILENCES: &str = "/api/alerts/silences";

impl Watched {
    async fn send(&self, method: Method, path: &str, token: &str, key: &str, body: &Value) -> Response {
        let request = self
            .mesh
            .http
            .request(method, format!("{}{path}", self.mesh.url))
            .bearer_auth(token)
            .header("idempotency-key", key);
        let request = match body {
            Value::Null => request,
            body => request.header("content-type", "application/json").body(body.to_string()),
        };
        request.send().await.unwrap()
    }

    async fn read(&self, path: &str, token: &str) -> Value {
        let response = self.mesh.get(path, token).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }
}

#[tokio::test]
async fn an_alert_is_listed_silenced_and_heard_of_again() {
    let watched = Watched::start().await;
    let mut process = watched.process().await;
    for (hits, misses) in [(0, 0), (100, 900)] {
        let report = ProcessReport { caches: vec![cache(hits, misses)], ..quiet("p-1", "agent") };
        process.report(report).await;
    }
    let (viewer, night) = (watched.mesh.token("viewer").await, watched.mesh.token("night").await);
    let alert = async || {
        let listing = async {
            loop {
                let alerts = watched.read("/api/alerts", &viewer).await;
                let found =
                    alerts["alerts"].as_array().unwrap().iter().find(|alert| alert["subject"] == "jobs");
                if let Some(found) = found {
                    return found.clone();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(crate::mesh::PATIENCE, listing).await.expect("the alert is listed in time")
    };
    let listed = alert().await;
    assert_eq!((&listed["severity"], &listed["silence"]), (&json!("critical"), &json!("")), "{listed}");
    let rule = listed["rule"].clone();

    let body = json!({
        "matcher": { "rule": rule, "subject": "jo*" }, "comment": "known since noon", "duration_seconds": 600,
    });
    let refused = watched.send(Method::POST, SILENCES, &viewer, "k", &body).await;
    assert_eq!(code(refused).await, told(403, "PERMISSION_DENIED"));
    let made = watched.send(Method::POST, SILENCES, &night, "k", &body).await;
    assert_eq!(made.status(), 201, "an operator may");
    let place = made.headers()["location"].to_str().unwrap().to_owned();
    let silence: Value = made.json().await.unwrap();
    assert_eq!((&silence["author"], &silence["comment"]), (&json!("night"), &json!("known since noon")));
    assert_eq!(place, format!("{SILENCES}/{}", silence["id"].as_str().unwrap()));
    let again = watched.send(Method::POST, SILENCES, &night, "k", &body).await;
    assert_eq!(again.json::<Value>().await.unwrap()["id"], silence["id"]);
    let silences = watched.read(SILENCES, &viewer).await;
    assert_eq!(silences["silences"], json!([silence]), "made once");
    assert_eq!(alert().await["silence"], silence["id"], "the alert stays listed");

    let ended = watched.send(Method::DELETE, &place, &night, "d", &Value::Null).await;
    assert_eq!(ended.status(), 204);
    let again = watched.send(Method::DELETE, &place, &night, "d", &Value::Null).await;
    assert_eq!(
        (again.status().as_u16(), again.headers()["idempotency-replayed"].as_bytes()),
        (204, &b"true"[..])
    );
    assert_eq!(watched.read(SILENCES, &viewer).await["silences"], json!([]));
    assert_eq!(alert().await["silence"], "");

    for wrong in [
        json!({ "matcher": {}, "comment": "everything", "duration_seconds": 600 }),
        json!({ "matcher": { "rule": "x" }, "comment": "", "duration_seconds": 600 }),
        json!({ "matcher": { "rule": "x", "colour": "red" }, "comment": "a", "duration_seconds": 600 }),
    ] {
        let refused = watched.send(Method::POST, SILENCES, &night, "free", &wrong).await;
        assert_eq!(refused.status(), 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_test_message_says_what_became_of_it() {
    let watched = Watched::start().await;
    let (viewer, night) = (watched.mesh.token("viewer").await, watched.mesh.token("night").await);
    let send =
        async |token, key, body| watched.send(Method::POST, "/api/alerts/test", token, key, &body).await;
    assert_eq!(send(&viewer, "k", Value::Null).await.status(), 403);
    let unknown = send(&night, "a", json!({ "destination": "nowhere" })).await;
    assert!(unknown.status().is_client_error(), "{}", unknown.text().await.unwrap());
    let mistyped = send(&night, "b", json!({ "destinatoin": "nowhere" })).await;
    assert_eq!(mistyped.json::<Value>().await.unwrap()["hint"], "Did you mean destination?");
}
