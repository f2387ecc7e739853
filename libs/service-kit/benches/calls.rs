//! What a call between roles costs: through the channel and the gate, in process and over TCP, beside the same service
//! called bare. Figures stand beside the budgets of the design.
//!
//! Rounds alternate between the two sides, so that a noisy neighbour hits both.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot run should say so loudly")]

#[path = "../tests/mesh/cluster.rs"]
#[expect(dead_code, reason = "shared with the tests, which use all of it")]
mod cluster;
#[path = "../tests/mesh/echo.rs"]
mod echo;

use cluster::{Cluster, Over};
use echo::{Echo, call};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tonic::Request;
use tonic::body::Body;
use tonic::client::GrpcService;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

const ROUNDS: usize = 5;
const CALLS: usize = 4_000;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() {
    let bare = Routes::new(Echo::default());
    let cluster = Cluster::start(Over::Process).await;
    compare("in process", &cluster.channel(), &bare, "p99 10 us").await;
    cluster.stop().await.unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::builder().add_service(Echo::default());
    let serving =
        tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true))));
    let bare = tonic::transport::Channel::from_shared(address).unwrap().connect_lazy();
    let cluster = Cluster::start(Over::Tcp).await;
    compare("over TCP", &cluster.channel(), &bare, "p99 500 us").await;
    cluster.stop().await.unwrap();
    serving.abort();
}

async fn compare<A, B>(name: &str, ours: &A, bare: &B, budget: &str)
where
    A: GrpcService<Body> + Clone,
    A::Error: Into<BoxError>,
    A::ResponseBody: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    <A::ResponseBody as http_body::Body>::Error: Into<BoxError>,
    B: GrpcService<Body> + Clone,
    B::Error: Into<BoxError>,
    B::ResponseBody: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    <B::ResponseBody as http_body::Body>::Error: Into<BoxError>,
{
    let (mut mine, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        round(ours, &mut mine).await;
        round(bare, &mut plain).await;
    }
    println!("one caller, unary, {name}");
    println!("  channel and gate   {}   budget {budget}", figures(mine));
    println!("  bare tonic         {}", figures(plain));
}

async fn round<C>(channel: &C, taken: &mut Vec<Duration>)
where
    C: GrpcService<Body> + Clone,
    C::Error: Into<BoxError>,
    C::ResponseBody: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    <C::ResponseBody as http_body::Body>::Error: Into<BoxError>,
{
    for index in 0..CALLS {
        let begun = Instant::now();
        call(channel, "Say", Request::new("echo".to_owned())).await.unwrap();
        // The first ones open connections and fill caches.
        if index > CALLS / 10 {
            taken.push(begun.elapsed());
        }
    }
}

fn figures(mut taken: Vec<Duration>) -> String {
    taken.sort_unstable();
    let at = |share: usize| taken[taken.len() * share / 100].as_nanos() as f64 / 1_000.0;
    format!("p50 {:>7.1} us   p99 {:>7.1} us", at(50), at(99))
}
