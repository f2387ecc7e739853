//! What the gateway costs: `GET /api/status` with everything around it against a bare handler of the same body, and a
//! gRPC call through it against the same call without it. Figures stand beside the budgets of the design.
//!
//! Client and server share the machine and the runtime, for both sides alike, so ratios mean more than rates.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot run should say so loudly")]

mod load;
mod subject;
mod upstream;

use load::{Figures, drive, percentile};
use resync_api::channel::Channel;
use resync_api::tws::client::TwsClient;
use resync_service_kit::identity::{Caller, Principal};
use resync_service_kit::shutdown::Shutdown;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(4);
const ROUNDS: usize = 3;
const CALLS: usize = 5_000;

#[tokio::main]
async fn main() {
    let shutdown = Shutdown::new();
    for (name, jobs) in [("an empty plan", 0), ("100 jobs that need attention", 100)] {
        let channel = upstream::channel(jobs, shutdown.drain()).await;
        let gateway = subject::gateway(channel.clone()).await;
        let address = gateway.local_addr().unwrap();
        let app = gateway.app();
        let serving = tokio::spawn(gateway.run(shutdown.drain()));
        let token = subject::login(address).await;
        rest(name, address, &token).await;
        if jobs == 0 {
            in_process(app.clone(), &token).await;
            grpc(channel, app, &token).await;
        }
        serving.abort();
    }
}

/// Alternates between the two, so that a noisy neighbour hits both.
async fn rest(name: &str, address: SocketAddr, token: &str) {
    let request =
        format!("GET /api/status HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n");
    let body = load::body(address, &request).await;
    let bytes = body.len();
    let bare_address = bare(body).await;
    let bare_request = request.replace("/api/status", "/bare");
    let (mut all, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        plain.push(drive(bare_address, &bare_request, CONNECTIONS, WARM_UP, MEASURED).await);
        all.push(drive(address, &request, CONNECTIONS, WARM_UP, MEASURED).await);
    }
    let (plain, all) = (Figures::median(plain), Figures::median(all));
    println!("GET /api/status, {name}: {bytes} bytes, {CONNECTIONS} connections");
    println!("  bare axum handler       {plain}");
    println!("  gateway, all middleware {all}");
    println!(
        "  ratio {:.2}                (budget: 0.60, or 30000 requests/s; p50 / p99 1 ms / 5 ms)",
        all.rate / plain.rate
    );
}

/// What the middleware itself takes, without sockets.
async fn in_process(app: axum::Router, token: &str) {
    let mut taken = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let request = http::Request::get("/api/status").header("authorization", format!("Bearer {token}"));
        let request = request.body(axum::body::Body::empty()).unwrap();
        let began = Instant::now();
        let response = app.clone().oneshot(request).await.unwrap();
        taken.push(began.elapsed());
        assert!(response.status().is_success());
    }
    println!("GET /api/status in process, one caller, p50");
    println!("  gateway, all middleware {:>7.1} us", micros(percentile(&mut taken, 50)));
}

/// One caller at a time, in process on both sides.
async fn grpc(channel: Channel, app: axum::Router, token: &str) {
    let direct = TwsClient::new(channel).with(Caller::new(Principal::role("bench")));
    let authorization = http::HeaderValue::try_from(format!("Bearer {token}")).unwrap();
    let through = tower::service_fn(move |mut request: http::Request<tonic::body::Body>| {
        request.headers_mut().insert(http::header::AUTHORIZATION, authorization.clone());
        let app = app.clone();
        async move {
            let response = app.oneshot(request.map(axum::body::Body::new)).await?;
            Ok::<_, std::convert::Infallible>(response.map(tonic::body::Body::new))
        }
    });
    let through = TwsClient::new(Channel::new(through));
    let (mut bare, mut proxied) = (Vec::with_capacity(CALLS), Vec::with_capacity(CALLS));
    for _ in 0..CALLS {
        bare.push(timed(&direct).await);
        proxied.push(timed(&through).await);
    }
    let (bare, proxied) = (percentile(&mut bare, 50), percentile(&mut proxied, 50));
    println!("gRPC GetPlanOverview in process, one caller, p50");
    println!("  bare call               {:>7.1} us", micros(bare));
    println!("  through the gateway     {:>7.1} us", micros(proxied));
    println!("  added                   {:>7.1} us  (budget: 50 us)", micros(proxied.saturating_sub(bare)));
}

async fn timed(client: &TwsClient) -> Duration {
    let began = Instant::now();
    client.overview("", 0).await.unwrap();
    began.elapsed()
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// A server that does nothing but send `body`.
async fn bare(body: bytes::Bytes) -> SocketAddr {
    let handler = axum::routing::get(move || {
        let body = body.clone();
        async move { ([(http::header::CONTENT_TYPE, "application/json")], body) }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().route("/bare", handler)).await });
    address
}
