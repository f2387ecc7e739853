//! A real HTTP server that is told things: it keeps what it got, and answers as the test says.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use resync_testkit::eventually;
use serde_json::Value;

use crate::mesh::BOUND;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// How to answer the next request; without an order it is taken.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    Status(u16),
    Redirect,
    Silence,
}

#[derive(Clone, Debug, Default)]
struct Shared {
    received: Arc<Mutex<Vec<Received>>>,
    orders: Arc<Mutex<VecDeque<Order>>>,
}

/// The server.
#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    shared: Shared,
    serving: tokio::task::JoinHandle<()>,
}

impl Receiver {
    pub(crate) async fn start(orders: &[Order]) -> Self {
        let shared = Shared::default();
        shared.orders.lock().expect("sound").extend(orders);
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self { address, shared, serving }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook/secret-part", self.address)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().expect("sound").clone()
    }

    /// Waits for so many requests.
    pub(crate) async fn requests(&self, count: usize) -> Vec<Received> {
        eventually("requests", BOUND, || async {
            let received = self.received();
            (received.len() >= count).then_some(received)
        })
        .await
        .expect("they arrive")
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(State(shared): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    shared.received.lock().expect("sound").push(Received { path: uri.path().to_owned(), headers, body });
    let order = shared.orders.lock().expect("sound").pop_front();
    match order {
        None => StatusCode::OK.into_response(),
        Some(Order::Status(status)) => StatusCode::from_u16(status).expect("a status").into_response(),
        Some(Order::Redirect) => {
            let mut response = StatusCode::TEMPORARY_REDIRECT.into_response();
            response.headers_mut().insert("location", HeaderValue::from_static("/elsewhere"));
            response
        }
        Some(Order::Silence) => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            StatusCode::OK.into_response()
        }
    }
}
