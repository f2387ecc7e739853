//! Every way in which an engine, or what stands in its place, can fail a call.

use std::net::SocketAddr;
use std::time::Duration;

use crate::peer::{Peer, client, closed_port, config, http, json};
use resync_fault::{ErrorKind, Fault};
use resync_hwa::error::{Error, Kind, ProtocolProblem};
use resync_hwa::{Client, Query};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

const WRONG_STATE: &str = r#"{"messages":["AWSJSY404E The Symphony plan operation \"confirmJob\" could not be completed: \"AWSBIN076E The job is in an incorrect state.\""]}"#;

#[tokio::test]
async fn each_status_has_its_error_its_kind_and_its_advice() {
    let page = "<!DOCTYPE html><html><head><title>Error 401</title></head><body>no</body></html>";
    let cases = [
        (401, page, Kind::Unauthorized, ErrorKind::Unavailable, "registry"),
        (401, "", Kind::Unauthorized, ErrorKind::Unavailable, "registry"),
        (
            403,
            r#"{"messages":["AWSJDB817E no"]}"#,
            Kind::Forbidden,
            ErrorKind::PermissionDenied,
            "AWSJDB817E",
        ),
        (404, r#"{"messages":["AWSJDB101E x"]}"#, Kind::NotFound, ErrorKind::NotFound, "look it up again"),
        (404, page, Kind::NotFound, ErrorKind::NotFound, "/twsd/api/v2"),
        (
            400,
            r#"{"messages":["OQL_FILTER_SYNTAX_ERROR"]}"#,
            Kind::BadRequest,
            ErrorKind::InvalidArgument,
            "filter",
        ),
        (405, "", Kind::BadRequest, ErrorKind::InvalidArgument, "version"),
        (409, "there already", Kind::Refused, ErrorKind::FailedPrecondition, "message"),
        (500, WRONG_STATE, Kind::Refused, ErrorKind::FailedPrecondition, "state"),
        (500, "AWSJDB801E lock list full", Kind::Unavailable, ErrorKind::Unavailable, "database"),
        (500, page, Kind::Unavailable, ErrorKind::Unavailable, "try again"),
        (503, "", Kind::Unavailable, ErrorKind::Unavailable, "try again"),
    ];
    for (status, body, failure, kind, word) in cases {
        let peer = Peer::plain(move |_| http(status, "text/plain", body)).await;
        let error = client(&peer.url()).engine_info().await.unwrap_err();
        assert_eq!(error.failure(), failure, "{status} {body}");
        assert_eq!(error.kind(), kind, "{status} {body}");
        assert!(error.advice().contains(word), "{status}: {}", error.advice());
        assert_eq!(error.refusal().unwrap().request, "GET engine/info");
        assert!(!format!("{error:?} {error}").contains("geheim"));
    }
    let peer = Peer::plain(|_| http(500, "application/json", WRONG_STATE)).await;
    let error = client(&peer.url()).engine_info().await.unwrap_err();
    assert_eq!(error.cause_code(), Some("AWSBIN076E"));
    assert_eq!(error.metadata()["engine_code"], "AWSBIN076E");
}

#[tokio::test]
async fn an_engine_that_asks_to_come_back_later_is_heard() {
    let answer = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n";
    let peer = Peer::plain(move |_| answer.into()).await;
    let error = client(&peer.url()).engine_info().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.retryable() && error.is_outage());
}

#[tokio::test]
async fn what_is_not_this_api_is_called_so() {
    let login = "<html><head><title>Log in</title></head></html>";
    let cases: [(Vec<u8>, ProtocolProblem); 5] = [
        (http(200, "text/html; charset=utf-8", login), ProtocolProblem::Html { title: Some("Log in".into()) }),
        (http(200, "application/json", login), ProtocolProblem::Html { title: Some("Log in".into()) }),
        (
            b"HTTP/1.1 302 Found\r\nLocation: https://console/login?state=secret\r\nContent-Length: 0\r\n\r\n".to_vec(),
            ProtocolProblem::Redirect { status: 302, location: "https://console/login".into() },
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"count\":1,".to_vec(),
            ProtocolProblem::Truncated { bytes: 11 },
        ),
        (http(204, "text/plain", ""), ProtocolProblem::Status { status: 204 }),
    ];
    for (answer, expected) in cases {
        let shown = String::from_utf8_lossy(&answer).into_owned();
        let peer = Peer::plain(move |_| answer.clone()).await;
        let Error::Protocol(error) = client(&peer.url()).engine_info().await.unwrap_err() else {
            panic!("not a protocol error: {shown}");
        };
        assert_eq!(error.problem, expected, "{shown}");
    }
    let peer = Peer::plain(|_| json("[1,2,3]")).await;
    let error = client(&peer.url()).jobs(&Query::default()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Protocol(e) if matches!(e.problem, ProtocolProblem::Shape { .. })),
        "{error}"
    );
    let peer = Peer::plain(|_| json("{\"count\":2,\"results\":[{\"name\":\"A")).await;
    let error = client(&peer.url()).jobs(&Query::default()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Protocol(e) if matches!(e.problem, ProtocolProblem::Truncated { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_beyond_the_bound_is_refused_before_it_fills_memory() {
    let peer = Peer::plain(|_| json(&format!("\"{}\"", "x".repeat(8 * 1024 * 1024)))).await;
    let mut config = config(&peer.url());
    config.limits.max_response_bytes = 64 * 1024;
    let error = Client::new(&config).unwrap().engine_info().await.unwrap_err();
    assert!(error.to_string().contains("larger than 65536 bytes"), "{error}");
}

#[tokio::test]
async fn no_answer_says_why_and_what_to_do() {
    let nobody = format!("http://127.0.0.1:{}", closed_port().await);
    let error = client(&nobody).engine_info().await.unwrap_err();
    assert_eq!(error.failure(), Kind::Connect);
    assert!(error.to_string().contains("connection refused") && error.advice().contains("31116"), "{error}");

    let error = client("http://no-such-host.invalid:31116").engine_info().await.unwrap_err();
    assert_eq!(error.failure(), Kind::Dns, "{error}");
    assert!(error.advice().contains("spelling"));

    let banner = Peer::plain(|_| b"220 netman ready\r\n".to_vec()).await;
    let error = client(&banner.url()).engine_info().await.unwrap_err();
    assert!(error.to_string().contains("does not speak HTTP"), "{error}");

    let silent = Peer::plain(|_| Vec::new()).await;
    let error = client(&silent.url()).engine_info().await.unwrap_err();
    assert!(error.to_string().contains("closed without an answer"), "{error}");

    let greeter = greeter().await;
    let error = client(&format!("https://{greeter}")).engine_info().await.unwrap_err();
    assert_eq!(error.failure(), Kind::Tls, "{error}");
    assert!(error.to_string().contains("does not speak TLS") && error.advice().contains("31116"), "{error}");
}

/// A service that speaks first, and not TLS.
async fn greeter() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"220 ready\r\n").await;
            let _ = stream.shutdown().await;
        }
    });
    address
}

#[tokio::test]
async fn netmans_port_is_named_whatever_goes_wrong_there() {
    let error = client("https://127.0.0.1:31111").engine_info().await.unwrap_err();
    assert!(error.advice().contains("netman") && error.advice().contains("31116"), "{}", error.advice());
}

#[tokio::test]
async fn an_engine_that_hangs_runs_into_the_timeout() {
    let stuck = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = config(&format!("http://{}", stuck.local_addr().unwrap()));
    config.limits.request_timeout = Duration::from_millis(100);
    let error = Client::new(&config).unwrap().engine_info().await.unwrap_err();
    assert_eq!(error.failure(), Kind::Timeout, "{error}");
    assert!(error.to_string().contains("no complete answer in time"), "{error}");
}
