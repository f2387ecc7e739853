//! Connections that never ask anything give their places back.

use crate::mesh::{Mesh, PATIENCE};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test]
async fn connections_without_a_first_request_are_closed_and_their_places_are_free_again() {
    let mesh = Mesh::with(|config| {
        config.first_request_timeout = Duration::from_millis(200);
        config.max_connections = 3;
    })
    .await;
    let address = mesh.url.trim_start_matches("http://");
    let http2_preface: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let mut silent = Vec::new();
    for said in [&b""[..], b"P", http2_preface] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(said).await.unwrap();
        silent.push(stream);
    }
    for mut stream in silent {
        closed(&mut stream).await;
    }
    let answer = mesh.http.get(format!("{}/api/health/app", mesh.url)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "a place is free");
}

#[tokio::test]
async fn a_connection_that_has_asked_is_not_bound_to_the_time_of_the_first_request() {
    let mesh = Mesh::with(|config| config.first_request_timeout = Duration::from_millis(200)).await;
    let address = mesh.url.trim_start_matches("http://");
    let mut asking = TcpStream::connect(address).await.unwrap();
    ask(&mut asking).await;
    let mut silent = TcpStream::connect(address).await.unwrap();
    closed(&mut silent).await;
    ask(&mut asking).await;
}

async fn ask(stream: &mut TcpStream) {
    stream.write_all(b"HEAD /api/health/app HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
}

/// Waits until the server has closed or reset the connection; what it said before does not matter.
async fn closed(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("it is closed");
}
