//! grpc-web as a browser sends it: HTTP/1.1, frames with a length, trailers in the body.

use crate::mesh::Mesh;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prost::Message;
use resync_api::proto::tws::v1::{
    GetJobLogRequest, ListEnginesRequest, ListEnginesResponse, ListJobsRequest, WatchPlanRequest,
    WatchPlanResponse,
};

const TRAILERS: u8 = 0x80;

fn framed<M: Message>(message: &M) -> Vec<u8> {
    let bytes = message.encode_to_vec();
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[0], &length[..], &bytes].concat()
}

/// Flag and content of each whole frame.
fn frames(mut bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut frames = Vec::new();
    while let Some((head, rest)) = bytes.split_at_checked(5) {
        let length = u32::from_be_bytes(head[1..].try_into().unwrap()) as usize;
        let Some((content, rest)) = rest.split_at_checked(length) else { break };
        frames.push((head[0], content.to_vec()));
        bytes = rest;
    }
    frames
}

async fn post(mesh: &Mesh, method: &str, kind: &str, token: &str, body: Vec<u8>) -> reqwest::Response {
    let url = format!("{}/resync.tws.v1.TwsService/{method}", mesh.url);
    let request = mesh
        .http
        .post(url)
        .header("content-type", kind)
        .header("accept", kind)
        .header("x-grpc-web", "1")
        .body(body);
    let request = if token.is_empty() { request } else { request.bearer_auth(token) };
    request.send().await.unwrap()
}

/// The status of an answer, in headers or in trailers.
fn status_in(headers: &reqwest::header::HeaderMap, frames: &[(u8, Vec<u8>)]) -> String {
    if let Some(status) = headers.get("grpc-status") {
        return status.to_str().unwrap().to_owned();
    }
    let (_, trailers) = frames.iter().find(|(flag, _)| *flag == TRAILERS).expect("trailers");
    let text = String::from_utf8(trailers.clone()).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("grpc-status:")).expect("a status");
    line.trim().to_owned()
}

#[tokio::test]
async fn a_browser_calls_in_binary_and_in_text() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let body = framed(&ListEnginesRequest {});
    let binary = post(&mesh, "ListEngines", "application/grpc-web+proto", &token, body.clone()).await;
    assert_eq!(binary.status(), 200);
    assert!(binary.headers()["content-type"].to_str().unwrap().starts_with("application/grpc-web"));
    let headers = binary.headers().clone();
    let answer = frames(&binary.bytes().await.unwrap());
    let engines = ListEnginesResponse::decode(answer[0].1.as_slice()).unwrap().engines;
    assert_eq!(engines[0].engine, "default");
    assert_eq!(status_in(&headers, &answer), "0");

    let encoded = STANDARD.encode(&body).into_bytes();
    let text = post(&mesh, "ListEngines", "application/grpc-web-text", &token, encoded).await;
    assert_eq!(text.status(), 200);
    // Each part of the body is padded by itself, so it is read four letters at a time.
    let decoded: Vec<u8> =
        text.bytes().await.unwrap().chunks(4).flat_map(|letters| STANDARD.decode(letters).unwrap()).collect();
    assert_eq!(frames(&decoded), answer);
}

#[tokio::test]
async fn a_browser_watches_the_plan() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let body = framed(&WatchPlanRequest::default());
    let mut response = post(&mesh, "WatchPlan", "application/grpc-web+proto", &token, body).await;
    let mut bytes = Vec::new();
    while frames(&bytes).len() < 2 {
        bytes.extend_from_slice(&response.chunk().await.unwrap().unwrap());
    }
    let messages: Vec<_> = frames(&bytes)
        .into_iter()
        .map(|(_, content)| WatchPlanResponse::decode(content.as_slice()).unwrap().resume_token)
        .collect();
    assert_eq!(messages, ["token-1", "token-2"]);
}

#[tokio::test]
async fn errors_reach_a_browser_as_grpc_statuses() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let kind = "application/grpc-web+proto";
    let bad = framed(&ListJobsRequest { filter: "bad(".to_owned(), ..Default::default() });
    let log = framed(&GetJobLogRequest::default());
    for (method, token, body, status) in [
        ("ListEngines", "", framed(&ListEnginesRequest {}), "16"),
        ("ListEngines", "nonsense", framed(&ListEnginesRequest {}), "16"),
        ("GetJobLog", token.as_str(), log, "7"),
        ("ListJobs", token.as_str(), bad, "3"),
        ("DropPlan", token.as_str(), framed(&ListEnginesRequest {}), "12"),
    ] {
        let response = post(&mesh, method, kind, token, body).await;
        assert_eq!(response.status(), 200, "{method}: grpc-web errors are no HTTP errors");
        let headers = response.headers().clone();
        assert!(headers["content-type"].to_str().unwrap().starts_with("application/grpc-web"), "{method}");
        let answer = frames(&response.bytes().await.unwrap());
        assert_eq!(status_in(&headers, &answer), status, "{method}");
    }
}

#[tokio::test]
async fn limits_reach_a_browser_as_grpc_statuses_too() {
    let mesh = Mesh::with(|config| config.quotas.address = std::num::NonZeroU32::MIN).await;
    let body = framed(&ListEnginesRequest {});
    for status in ["16", "8"] {
        let response = post(&mesh, "ListEngines", "application/grpc-web+proto", "", body.clone()).await;
        assert_eq!(response.status(), 200);
        let headers = response.headers().clone();
        let answer = frames(&response.bytes().await.unwrap());
        assert_eq!(status_in(&headers, &answer), status);
    }
}
