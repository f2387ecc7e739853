//! Job logs: frames, ranges, following.

use std::time::Duration;

use reqwest::StatusCode;

use crate::harness::{Night, config};

async fn log(night: &Night, run: &str, query: &str) -> Vec<String> {
    let response = night.api(&format!("/plan/job/run/{run}/joblog{query}")).send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    response.text().await.expect("a log").lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn ranges_cut_the_log_by_line() {
    let night = Night::start(config()).await;
    let jobs = night.control().jobs();
    let done = jobs.iter().find(|job| job.status == "SUCC" && !job.runs.is_empty()).expect("a finished job");
    let run = &done.runs[0].id;
    let whole = log(&night, run, "").await;
    assert!(whole[1].starts_with("= JOB       : /") && whole[1].contains(&done.name), "{}", whole[1]);
    assert!(whole.iter().any(|line| line == "= Exit Status           : 0"));
    assert_eq!(log(&night, run, "?from_line=2&to_line=4").await, whole[1..4]);
    assert_eq!(log(&night, run, "?from_line=3").await, whole[2..]);
    assert_eq!(log(&night, run, "?from_line=999999").await, Vec::<String>::new());
    let content = log(&night, run, "?contentOnly=true").await;
    assert!(whole.len() > content.len() && whole.windows(content.len()).any(|window| window == content));
    let by_filter = night.api_with("/plan/job/joblog", &[("oql", &format!("id = '{}'", done.id))]);
    let by_filter = by_filter.send().await.expect("an answer").text().await.expect("a log");
    assert_eq!(by_filter.lines().collect::<Vec<_>>(), whole);
    assert_eq!(night.control().job_log(&done.id).expect("a log"), whole);
}

#[tokio::test]
async fn a_job_that_never_ran_has_no_log() {
    let night = Night::start(config()).await;
    let jobs = night.control().jobs();
    let waiting = jobs.iter().find(|job| job.runs.is_empty()).expect("a waiting job");
    let request = night.api_with("/plan/job/joblog", &[("oql", &format!("id = '{}'", waiting.id))]);
    assert_eq!(request.send().await.expect("an answer").status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn following_goes_on_until_the_run_ends() {
    let night = Night::start(config()).await;
    let control = night.control();
    let jobs = control.jobs();
    let running = jobs
        .iter()
        .filter(|job| job.status == "EXEC")
        .min_by_key(|job| job.estimated_seconds - job.elapsed_seconds.unwrap_or_default())
        .expect("a running job");
    let run = running.runs.last().expect("its run").id.clone();
    let (id, started) = (running.id.clone(), log(&night, &run, "").await.len());
    let stepping = tokio::spawn(async move {
        while control.job(&id).is_some_and(|job| job.status == "EXEC") {
            control.step(Duration::from_secs(60));
            tokio::task::yield_now().await;
        }
    });
    let followed = log(&night, &run, "?follow=true").await;
    stepping.await.expect("the stepping ends");
    assert!(followed.len() > started);
    assert!(followed.iter().any(|line| line.starts_with("= Exit Status")), "{followed:?}");
}
