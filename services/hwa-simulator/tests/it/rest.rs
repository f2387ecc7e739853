//! Credentials, paths, methods, variants and error bodies.

use hwa_simulator::{Config, ErrorBodies, SpecVariant, Switches};
use reqwest::{Method, StatusCode};
use secrecy::SecretString;
use serde_json::json;

use crate::harness::{Night, config, results, text};

#[tokio::test]
async fn credentials_are_checked() {
    let night = Night::start(Config { tokens: vec![SecretString::from("key-1")], ..config() }).await;
    let url = format!("{}/twsd/api/v2/engine/info", night.simulator.base_url());
    let ask = |request: reqwest::RequestBuilder| async { request.send().await.expect("an answer").status() };
    assert_eq!(ask(night.client.get(&url)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(
        ask(night.client.get(&url).basic_auth("wauser", Some("wrong"))).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        ask(night.client.get(&url).basic_auth("other", Some("simulated"))).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(ask(night.client.get(&url).bearer_auth("key-2")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(
        ask(night.client.get(&url).header("authorization", "Basic !!!")).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(ask(night.client.get(&url).bearer_auth("key-1")).await, StatusCode::OK);
    assert_eq!(ask(night.client.get(&url).basic_auth("wauser", Some("simulated"))).await, StatusCode::OK);
    let specification = format!("{}/twsd/WA_API3_v2.json", night.simulator.base_url());
    assert_eq!(ask(night.client.get(&specification)).await, StatusCode::UNAUTHORIZED);
    let index = format!("{}/twsd/", night.simulator.base_url());
    assert_eq!(ask(night.client.get(&index)).await, StatusCode::OK, "the index is open");
}

#[tokio::test]
async fn requests_that_cannot_be_answered_get_the_documented_status() {
    let night = Night::start(config()).await;
    let unknown = "6d19eaf1-c9da-3799-96ed-131f07832a01";
    let table = [
        (Method::GET, "/twsd/api/v2/plan/nothing".to_owned(), 404, ""),
        (Method::GET, format!("/twsd/api/v2/plan/job/{unknown}"), 404, "AWSJDB101E"),
        (Method::GET, "/twsd/api/v2/plan/job/not-an-id".to_owned(), 404, "AWSJDB101E"),
        (Method::GET, "/twsd/api/v2/plan/job/MDM;JOBS;SLEEP".to_owned(), 500, "AWSBIO006E"),
        (Method::GET, format!("/twsd/api/v2/plan/jobstream/{unknown}"), 404, "AWSJDB101E"),
        (Method::GET, format!("/twsd/api/v2/plan/job/run/{unknown}/joblog"), 404, "AWSJDB101E"),
        (
            Method::GET,
            "/twsd/api/v2/plan/job?oql=key.name%20=%20'X'".to_owned(),
            400,
            "OQL_FILTER_SYNTAX_ERROR",
        ),
        (Method::GET, "/twsd/api/v2/plan/job?limit=many".to_owned(), 400, "AWSJCS002E"),
        (Method::GET, "/twsd/api/v2/plan/job?plan_filter=a%20b".to_owned(), 400, "AWSBHU009E"),
        (Method::GET, "/twsd/api/v2/plan/job/count?grouping_filters=colour".to_owned(), 400, "AWSJCS002E"),
        (Method::GET, "/twsd/api/v2/objects-info?object_type=NOTHING".to_owned(), 400, "AWSJCS002E"),
        (Method::DELETE, "/twsd/api/v2/plan/job".to_owned(), 405, ""),
        (Method::POST, format!("/twsd/api/v2/plan/job/{unknown}/action/hold"), 405, ""),
        (Method::PUT, format!("/twsd/api/v2/plan/job/run/{unknown}/action/rerun"), 415, ""),
        (Method::PUT, format!("/twsd/api/v2/plan/job/{unknown}/action/hold"), 501, ""),
    ];
    for (method, path, status, code) in table {
        let response = night.request(method.clone(), &path).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), status, "{method} {path}");
        let body = response.text().await.expect("a body");
        let messages: serde_json::Value = serde_json::from_str(&body).expect("a JSON error");
        let message = messages["messages"][0].as_str().expect("a message");
        assert!(message.contains(code), "{path}: {message}");
    }
}

#[tokio::test]
async fn unknown_parameters_are_ignored() {
    let night = Night::start(config()).await;
    assert_eq!(night.read("/plan/job?limit=1&colour=red").await["count"], 2_000);
}

#[tokio::test]
async fn the_two_variants_serve_what_their_specifications_list() {
    let night = Night::start(config()).await;
    let jobs = night.query("/plan/job", "ORDER BY name").await;
    let job = text(&results(&jobs)[0], "id").to_owned();
    let only_a = [
        format!("/plan/job/{job}/successors"),
        "/plan/jobstream/count".to_owned(),
        "/engine/configuration".to_owned(),
    ];
    let only_b = ["/plan/prompt".to_owned(), "/plan/file".to_owned()];
    let switches = night.control().switches();
    for (variant, there, absent, version) in [
        (SpecVariant::A, &only_a[..], &only_b[..], "10.1.0.1"),
        (SpecVariant::B, &only_b, &only_a, "2.1.6.0"),
    ] {
        night.control().set_switches(Switches { variant, ..switches });
        for path in there {
            night.read(path).await;
        }
        for path in absent {
            let status = night.api(path).send().await.expect("an answer").status();
            assert_eq!(status, StatusCode::NOT_FOUND, "{variant}: {path}");
        }
        let request = night.request(Method::GET, "/twsd/WA_API3_v2.json");
        let specification: serde_json::Value =
            request.send().await.expect("an answer").json().await.expect("a specification");
        assert_eq!(specification["info"]["version"], version);
        let paths = specification["paths"].as_object().expect("paths");
        assert_eq!(paths.contains_key("/twsd/api/v2/plan/prompt"), variant == SpecVariant::B);
        assert_eq!(
            paths.contains_key("/twsd/api/v2/plan/job/{job_id}/successors"),
            variant == SpecVariant::A
        );
        // What it lists can be called.
        for path in paths.keys().filter(|path| !path.contains('{') && !path.ends_with("/joblog")) {
            let status = night.request(Method::GET, path).send().await.expect("an answer").status();
            assert_eq!(status, StatusCode::OK, "{variant}: {path}");
        }
    }
}

#[tokio::test]
async fn error_bodies_come_in_three_shapes() {
    let night = Night::start(config()).await;
    let switches = night.control().switches();
    for (error_bodies, content_type, start) in [
        (ErrorBodies::Json, "application/json", "{\"messages\":"),
        (ErrorBodies::Text, "text/plain; charset=utf-8", "AWSJDB101E"),
        (ErrorBodies::Html, "text/html; charset=utf-8", "<html>"),
    ] {
        night.control().set_switches(Switches { error_bodies, ..switches });
        let response = night.api("/plan/job/nothing").send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()["content-type"], content_type);
        let body = response.text().await.expect("a body");
        assert!(body.starts_with(start) && body.contains("AWSJDB101E"), "{body}");
    }
}

#[tokio::test]
async fn changing_calls_are_refused_and_remembered() {
    let night = Night::start(config()).await;
    let path = "/twsd/api/v2/plan/job/run/6d19eaf1-c9da-3799-96ed-131f07832a01/action/rerun";
    let request =
        night.request(Method::PUT, path).header("Justification-Ticket-Num", "CHG001").json(&json!({}));
    assert_eq!(request.send().await.expect("an answer").status(), StatusCode::NOT_IMPLEMENTED);
    let effects = night.control().effects();
    assert_eq!(effects.len(), 1);
    assert_eq!((effects[0].number, effects[0].method.as_str(), effects[0].path.as_str()), (1, "PUT", path));
    assert_eq!((effects[0].body.as_str(), effects[0].status), ("{}", 501));
    assert_eq!(effects[0].justification["justification-ticket-num"], "CHG001");
    night.read("/engine/info").await;
    assert_eq!(night.control().requests()["GET /twsd/api/v2/engine/info"], 1);
}
