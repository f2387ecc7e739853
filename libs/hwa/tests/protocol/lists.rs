//! Lists, single objects, logs and failover, as they travel.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::peer::{Peer, client, closed_port, config, http, json};
use chrono::{TimeDelta, Utc};
use futures::TryStreamExt;
use resync_hwa::error::Kind;
use resync_hwa::oql::{Condition, Order};
use resync_hwa::wire::enums::{CommonStatus, DependencyType};
use resync_hwa::wire::job::JobInPlan;
use resync_hwa::{Client, Grouping, LogRange, Oql, Query, Scope, Support};

#[tokio::test]
async fn pages_are_followed_by_offset_and_the_request_carries_what_was_asked() {
    let peer = Peer::plain(|head| {
        let offset: usize =
            head.split("offset=").nth(1).unwrap().split(['&', ' ']).next().unwrap().parse().unwrap();
        let jobs: Vec<String> =
            (offset..(offset + 2).min(5)).map(|n| format!("{{\"id\":\"{n}\"}}")).collect();
        let next = if offset + 2 < 5 { ",\"next\":\"https://inside:1/twsd?offset=77\"" } else { "" };
        json(&format!("{{\"count\":5,\"results\":[{}]{next}}}", jobs.join(",")))
    })
    .await;
    let oql = Oql::from(Condition::equal("jobruns.commonStatus", "ERROR").unwrap());
    let query = Query {
        oql: oql.order_by("name", Order::Ascending).unwrap(),
        limit: 2,
        scope: Some(Scope::WithoutDependencies),
        include_count: false,
        ..Query::default()
    };
    let pages: Vec<_> = client(&peer.url()).pages::<JobInPlan>(query).try_collect().await.unwrap();
    let ids: Vec<_> =
        pages.iter().flat_map(|page| &page.items).map(|job| job.id.as_deref().unwrap()).collect();
    assert_eq!(ids, ["0", "1", "2", "3", "4"]);
    let requests = peer.requests();
    assert_eq!(requests.len(), 3);
    let first = requests[0].to_ascii_lowercase();
    for part in
        ["authorization: basic b3b1c2vyomdlagvpbq==", "scope: whole_no_dependencies", "include-count: false"]
    {
        assert!(first.contains(part), "{part} in {first}");
    }
    assert!(requests[0].contains("oql=jobruns.commonStatus%20%3D%20%27ERROR%27%20ORDER%20BY%20name%20ASC"));
}

#[tokio::test]
async fn a_job_as_engines_send_it_is_read_whatever_is_missing_or_new() {
    let body = r#"{"flowNodeType":"JOB","id":"7e2a","name":"PAY_REPORT","priority":"10","newField":{"a":[1]},
        "lastRunCommonStatus":"WAITING_FOR_GODOT","schedTime":"2026-03-01T06:00:00.000Z",
        "jobDefinition":{"estimatedDuration":"PT4M12S","task":{"UNIX":{"taskString":"/opt/x.sh","isCommand":"true"}}},
        "jobruns":[{"id":"r1","lastInRerunChain":true,"returnCode":5,"timeInfo":{"elapsedTime":"PT2M1S","actualStartTime":null}}],
        "dependencies":[{"dependencyType":"JOIN","satisfied":false,"members":[{"dependencyType":"EXTERNAL_JOB","jobId":"j"}]},
          {"dependencyType":"PROMPT","dependencyStatus":"UNSATISFIED","number":24,"text":"ok?","promptType":"Ad Hoc Prompt"}],
        "actions":null}"#;
    let peer = Peer::plain(move |_| json(body)).await;
    let job = client(&peer.url()).job("7e2a").await.unwrap();
    assert_eq!(job.last_run_common_status, Some(CommonStatus::Other("WAITING_FOR_GODOT".into())));
    assert_eq!(job.priority, Some(10));
    let definition = job.job_definition.unwrap();
    let task = definition.task().unwrap();
    assert_eq!((task.kind, task.command, task.is_command), ("UNIX", Some("/opt/x.sh"), Some(true)));
    assert_eq!(definition.estimated_duration.unwrap().as_secs(), 252);
    assert_eq!(job.jobruns[0].return_code, Some(5));
    assert_eq!(job.dependencies[0].members[0].dependency_type, Some(DependencyType::ExternalJob));
    assert_eq!(job.dependencies[1].is_satisfied(), Some(false));
    assert!(peer.requests()[0].starts_with("GET /twsd/api/v2/plan/job/7e2a HTTP/1.1"));
}

#[tokio::test]
async fn counts_neighbours_and_capabilities_read_what_each_generation_has() {
    let peer = Peer::plain(|head| {
        let path = head.split(' ').nth(1).unwrap();
        if path.starts_with("/twsd/api/v2/plan/job/count") {
            json(r#"{"count":236,"groupedCount":{"SUCCESSFUL":230,"ERROR":6}}"#)
        } else if path.contains("/successors") {
            json(r#"{"count":2,"results":[{"flowNodeType":"JOB","name":"J"},{"flowNodeType":"JOBSTREAM","name":"S"}]}"#)
        } else {
            http(404, "text/html", "<html></html>")
        }
    })
    .await;
    let client = client(&peer.url());
    let count = client.job_count(&[Grouping::Status]).await.unwrap();
    assert_eq!(count.grouped_count.unwrap()["ERROR"], 6);
    let successors = client.job_successors("x", 1).await.unwrap();
    assert!(
        matches!(&successors[1], resync_hwa::wire::engine::FlowNode::JobStream(s) if s.name.as_deref() == Some("S"))
    );
    assert_eq!(client.capabilities().await.unwrap().prompt_list(), Support::Unknown);
}

#[tokio::test]
async fn a_log_is_read_to_the_bound_and_no_further() {
    let peer = Peer::plain(|_| {
        let mut answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n".to_vec();
        answer.extend("linha çã\n".repeat(4_000_000).into_bytes());
        answer
    })
    .await;
    let range = LogRange { from_line: 10, to_line: 20, max_bytes: 100_001, content_only: true };
    let log = client(&peer.url()).run_log("r/1", range).await.unwrap();
    assert!(log.cut && log.text.len() <= 100_001 && !log.text.contains('\u{fffd}'), "{}", log.text.len());
    assert!(peer.written.load(Ordering::Relaxed) < 20_000_000, "the rest was not fetched");
    let whole = LogRange { max_bytes: 5, ..LogRange::default() };
    let exact = Peer::plain(|_| http(200, "text/plain", "12345")).await;
    let log = client(&exact.url()).run_log("r", whole).await.unwrap();
    assert_eq!((log.text.as_str(), log.cut), ("12345", false));
    let head = &exact.requests()[0];
    assert!(head.contains("/plan/job/run/r/joblog?contentOnly=false&from_line=1&to_line=2000 "), "{head}");
}

#[tokio::test]
async fn another_address_is_used_when_the_master_is_gone_and_kept_while_it_works() {
    let backup = Peer::plain(|_| json("{\"displayVersion\":\"10\"}")).await;
    let mut settings = config(&format!("http://127.0.0.1:{}", closed_port().await));
    settings.urls.push(backup.url().parse().unwrap());
    let client = Client::new(&settings).unwrap();
    assert_eq!(client.engine_info().await.unwrap().display_version.as_deref(), Some("10"));
    assert_eq!(client.address(), backup.address.to_string());

    settings.urls[1] = format!("http://127.0.0.1:{}", closed_port().await).parse().unwrap();
    let error = Client::new(&settings).unwrap().engine_info().await.unwrap_err();
    assert_eq!(error.failure(), Kind::Connect);
    assert!(error.to_string().contains("also tried"), "{error}");

    // An engine that answers with an error has answered: nobody else is asked.
    let asked = Arc::new(AtomicUsize::new(0));
    let refusing = Peer::plain(|_| http(403, "text/plain", "no")).await;
    let second = Peer::plain({
        let asked = asked.clone();
        move |_| {
            asked.fetch_add(1, Ordering::Relaxed);
            json("{}")
        }
    })
    .await;
    settings.urls = vec![refusing.url().parse().unwrap(), second.url().parse().unwrap()];
    let error = Client::new(&settings).unwrap().engine_info().await.unwrap_err();
    assert_eq!((error.failure(), asked.load(Ordering::Relaxed)), (Kind::Forbidden, 0));
}

#[tokio::test]
async fn no_more_connections_are_open_than_allowed() {
    let open = Arc::new(AtomicUsize::new(0));
    let peak = Arc::new(AtomicUsize::new(0));
    let app = axum::Router::new().fallback({
        let (open, peak) = (open.clone(), peak.clone());
        move || {
            let (open, peak) = (open.clone(), peak.clone());
            async move {
                peak.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                for _ in 0..50 {
                    tokio::task::yield_now().await;
                }
                open.fetch_sub(1, Ordering::SeqCst);
                axum::Json(serde_json::json!({}))
            }
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = config(&format!("http://{}", listener.local_addr().unwrap()));
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    settings.limits.max_connections = 2;
    let client = Client::new(&settings).unwrap();
    let calls = (0..20).map(|_| client.engine_info());
    futures::future::try_join_all(calls).await.unwrap();
    assert!(peak.load(Ordering::SeqCst) <= 2);
    let pool = client.pool();
    assert_eq!((pool.max, pool.peak_in_use, pool.in_use, pool.waiting), (2, 2, 0, 0));
    assert_eq!((pool.acquired, pool.waited, pool.errors), (20, 18, 0));

    server.abort();
    let _ = server.await;
    assert!(client.engine_info().await.is_err());
    assert_eq!(client.pool().errors, 1);
}

#[tokio::test]
async fn the_engines_clock_is_read_from_every_answer_even_a_refusal() {
    let ahead = TimeDelta::minutes(90);
    let peer = Peer::plain(move |_| {
        let date = (Utc::now() + ahead).to_rfc2822().replace("+0000", "GMT");
        format!("HTTP/1.1 401 No\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n").into_bytes()
    })
    .await;
    let client = client(&peer.url());
    assert!(client.clock_sample().is_none());
    assert!(client.engine_info().await.is_err());
    let (least, greatest) = client.clock_sample().unwrap().offset_bounds();
    assert!(least <= ahead && ahead <= greatest, "{least} {greatest}");
}
