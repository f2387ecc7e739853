//! Injected misbehaviour reaches the client.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta};
use hwa_simulator::{Fault, FaultRule, Faults};
use reqwest::StatusCode;

use crate::harness::{Night, config};

fn rule(fault: Fault, count: Option<u32>) -> Faults {
    let rules = vec![FaultRule { path_prefix: "/twsd/api/v2/plan".to_owned(), count, fault }];
    Faults { skew_seconds: 0, rules }
}

#[tokio::test]
async fn counted_faults_wear_out_and_other_paths_are_spared() {
    let night = Night::start(config()).await;
    night.control().set_faults(rule(Fault::Status(503), Some(2)));
    let status = async |path: &str| night.api(path).send().await.expect("an answer").status();
    assert_eq!(status("/engine/info").await, StatusCode::OK);
    assert_eq!(status("/plan/job?limit=1").await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status("/plan/workstation").await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status("/plan/job?limit=1").await, StatusCode::OK);
    assert!(night.control().faults().rules.is_empty());
    night.control().set_faults(rule(Fault::Unauthorized, Some(1)));
    assert_eq!(status("/plan/job?limit=1").await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn connections_drop_and_bodies_break() {
    let night = Night::start(config()).await;
    night.control().set_faults(rule(Fault::Drop, None));
    assert!(night.api("/plan/job?limit=1").send().await.is_err(), "no answer at all");
    night.control().set_faults(rule(Fault::TruncatedBody, None));
    let response = night.api("/plan/job?limit=50").send().await.expect("headers");
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.bytes().await.is_err(), "the body ends too early");
    night.control().set_faults(rule(Fault::HtmlBody, None));
    let response = night.api("/plan/job?limit=50").send().await.expect("an answer");
    assert_eq!(
        (response.status(), response.headers()["content-type"].as_bytes()),
        (StatusCode::OK, &b"text/html"[..])
    );
    night.control().set_faults(Faults::default());
    assert_eq!(night.read("/plan/job?limit=50").await["count"], 2_000);
}

#[tokio::test]
async fn slow_answers_are_slow_and_whole() {
    let night = Night::start(config()).await;
    let whole = night.read("/plan/job?limit=3").await;
    let started = Instant::now();
    night.control().set_faults(rule(Fault::LatencyMs(60), None));
    assert_eq!(night.read("/plan/job?limit=3").await, whole);
    assert!(started.elapsed() >= Duration::from_millis(60), "a lower bound that only an early answer breaks");
    night.control().set_faults(rule(Fault::SlowBodyMs(1), None));
    assert_eq!(night.read("/plan/job?limit=3").await, whole);
}

#[tokio::test]
async fn the_date_header_can_be_skewed() {
    let night = Night::start(config()).await;
    night.control().set_faults(Faults { skew_seconds: -300, rules: Vec::new() });
    let response = night.api("/engine/info").send().await.expect("an answer");
    let date =
        DateTime::parse_from_rfc2822(response.headers()["date"].to_str().expect("text")).expect("a date");
    assert_eq!(date, night.control().now() - TimeDelta::minutes(5));
}
