//! What logs, metrics and traces cost on `GET /api/status`: the same gateway without any of them, as it runs in
//! production, and with traces. Once by instructions, which neighbours on the machine do not change, and once by
//! interleaved pairs of runs over sockets.
//!
//! Each variant is a process of its own, because a process is instrumented for good. "Bare" has nobody to tell: every
//! span, log line and metric ends at its macro; what the code does besides (the context of a request, a clock read)
//! stays.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot run should say so loudly")]

#[path = "../gateway/load.rs"]
#[expect(dead_code, reason = "shared with the other bench, which uses all of it")]
mod load;
#[path = "../gateway/subject.rs"]
mod subject;
#[path = "../gateway/upstream.rs"]
mod upstream;

use load::drive;
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::telemetry::{Config, Detail, LogFormat, Telemetry, Traces};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tower::ServiceExt as _;

const VARIANTS: [(&str, &str); 4] = [
    ("bare", "nobody to tell"),
    ("production", "logs and metrics, no endpoint for traces"),
    ("unsampled", "traces to an endpoint, none sampled"),
    ("traced", "traces to an endpoint, every one sampled"),
];
const PAIRS: usize = 24;
const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_millis(150);
const MEASURED: Duration = Duration::from_millis(600);
/// Requests of the two runs whose difference is counted, so that starting costs nothing.
const FEW: u64 = 500;
const MANY: u64 = 2_500;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["answer", variant, requests] => answer(variant, requests.parse().unwrap()),
        ["serve", variant] => serve(variant),
        _ => {
            by_instructions();
            by_pairs();
        }
    }
}

/// Telemetry as the binary sets it up; none for the bare variant. Inside a runtime.
fn telemetry(variant: &str) -> Option<Telemetry> {
    let sampling = match variant {
        "bare" => return None,
        "traced" => Some(1.0),
        "unsampled" => Some(0.0),
        _ => None,
    };
    let config = Config {
        service_name: "bench".to_owned(),
        version: "0",
        format: LogFormat::Json,
        filter: "info".to_owned(),
        // Nobody listens there: the exporter encodes its batches and drops them.
        traces: sampling.map(|sampling| Traces {
            endpoint: "http://127.0.0.1:9".to_owned(),
            sampling,
            detail: Detail::Requests,
        }),
    };
    Some(config.install().unwrap())
}

/// Answers requests in process, one after the other on one thread, and ends.
fn answer(variant: &str, requests: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let _telemetry = telemetry(variant);
        let shutdown = Shutdown::new();
        let gateway = subject::gateway(upstream::channel(0, shutdown.drain()).await).await;
        let (address, app) = (gateway.local_addr().unwrap(), gateway.app());
        let serving = tokio::spawn(gateway.run(shutdown.drain()));
        let token = subject::login(address).await;
        serving.abort();
        for _ in 0..requests {
            let request =
                http::Request::get("/api/status").header("authorization", format!("Bearer {token}"));
            let request = request.body(axum::body::Body::empty()).unwrap();
            assert!(app.clone().oneshot(request).await.unwrap().status().is_success());
        }
    });
}

/// Serves over a socket until killed; says where and with which token.
fn serve(variant: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let _telemetry = telemetry(variant);
        let shutdown = Shutdown::new();
        let gateway = subject::gateway(upstream::channel(0, shutdown.drain()).await).await;
        let address = gateway.local_addr().unwrap();
        let serving = tokio::spawn(gateway.run(shutdown.drain()));
        println!("{address} {}", subject::login(address).await);
        serving.await.unwrap().unwrap();
    });
}

fn by_instructions() {
    println!("instructions a request, GET /api/status in process");
    let Some(bare) = instructions("bare") else {
        println!("  not counted: valgrind is not here");
        return;
    };
    for (variant, what) in VARIANTS {
        let count = if variant == "bare" { Some(bare) } else { instructions(variant) };
        let count = count.unwrap();
        println!("  {variant:<11} {count:>8.0}   {:>5.2}x of bare   {what}", count / bare);
    }
}

/// Instructions of one request; none without valgrind.
fn instructions(variant: &str) -> Option<f64> {
    let count = |requests: u64| -> Option<u64> {
        let output = Command::new("valgrind")
            .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
            .arg(std::env::current_exe().unwrap())
            .args(["answer", variant, &requests.to_string()])
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{text}");
        // Written `I refs:` or `I   refs:`, by version.
        let counted = |line: &&str| line.split_whitespace().any(|word| word == "refs:");
        let line = text.lines().find(counted).unwrap();
        let number: String = line.rsplit(':').next().unwrap().chars().filter(char::is_ascii_digit).collect();
        Some(number.parse().unwrap())
    };
    let (few, many) = (count(FEW)?, count(MANY)?);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    Some(many.saturating_sub(few) as f64 / (MANY - FEW) as f64)
}

fn by_pairs() {
    println!(
        "requests/s, GET /api/status over sockets, {PAIRS} interleaved pairs, {CONNECTIONS} connections"
    );
    let bare = Server::start("bare");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (variant, what) in VARIANTS.iter().skip(1) {
        let other = Server::start(variant);
        let (mut ratios, mut rates) = (Vec::with_capacity(PAIRS), Vec::with_capacity(PAIRS));
        for pair in 0..PAIRS {
            // Who goes first changes, so that whoever is favoured by it is so half of the time.
            let (first, second) = if pair % 2 == 0 { (&bare, &other) } else { (&other, &bare) };
            let (first, second) = runtime.block_on(async { (first.rate().await, second.rate().await) });
            let (plain, told) = if pair % 2 == 0 { (first, second) } else { (second, first) };
            ratios.push(told / plain);
            rates.push(told);
        }
        ratios.sort_by(f64::total_cmp);
        rates.sort_by(f64::total_cmp);
        let at = |values: &[f64], percent: usize| values[values.len() * percent / 100];
        println!(
            "  {variant:<11} {:>8.0}   {:>5.2}x of bare, quartiles {:.2} to {:.2}   {what}",
            at(&rates, 50),
            at(&ratios, 50),
            at(&ratios, 25),
            at(&ratios, 75)
        );
    }
}

/// A variant in a process of its own; killed when dropped.
struct Server {
    child: Child,
    address: SocketAddr,
    request: String,
}

impl Server {
    fn start(variant: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["serve", variant])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (address, token) = line.trim().split_once(' ').unwrap();
        let request =
            format!("GET /api/status HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n");
        Self { child, address: address.parse().unwrap(), request }
    }

    async fn rate(&self) -> f64 {
        drive(self.address, &self.request, CONNECTIONS, WARM_UP, MEASURED).await.rate
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
