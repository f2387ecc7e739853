//! A load generator that costs little: it sends the same bytes again and again and reads no more of an answer than its
//! length.

use bytes::Bytes;
use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What a run gave.
pub(crate) struct Figures {
    pub(crate) rate: f64,
    p50: Duration,
    p99: Duration,
}

impl Figures {
    /// The run with the median rate.
    pub(crate) fn median(mut runs: Vec<Self>) -> Self {
        runs.sort_by(|left, right| left.rate.total_cmp(&right.rate));
        let middle = runs.len() / 2;
        runs.swap_remove(middle)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = |duration: Duration| duration.as_secs_f64() * 1e3;
        write!(
            f,
            "{:>8.0} requests/s   p50 {:>6.2} ms   p99 {:>6.2} ms",
            self.rate,
            milliseconds(self.p50),
            milliseconds(self.p99)
        )
    }
}

/// Sends `request` over `connections` connections as fast as answers come.
pub(crate) async fn drive(
    address: SocketAddr,
    request: &str,
    connections: usize,
    warm_up: Duration,
    measured: Duration,
) -> Figures {
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..connections {
        let request = request.to_owned();
        clients.spawn(async move {
            let mut connection = Connection::open(address).await;
            let mut taken = Vec::new();
            loop {
                let sent = Instant::now();
                connection.ask(&request).await;
                let now = Instant::now();
                if now - began >= warm_up + measured {
                    return taken;
                }
                if sent - began >= warm_up {
                    taken.push(now - sent);
                }
            }
        });
    }
    let mut taken: Vec<Duration> = clients.join_all().await.into_iter().flatten().collect();
    let rate = taken.len() as f64 / measured.as_secs_f64();
    Figures { rate, p50: percentile(&mut taken, 50), p99: percentile(&mut taken, 99) }
}

/// The body of one answer.
pub(crate) async fn body(address: SocketAddr, request: &str) -> Bytes {
    let mut connection = Connection::open(address).await;
    let (head, length) = connection.ask(request).await;
    assert!(connection.buffer.starts_with(b"HTTP/1.1 200"), "the request is answered");
    Bytes::copy_from_slice(&connection.buffer[head..head + length])
}

pub(crate) fn percentile(durations: &mut [Duration], percent: usize) -> Duration {
    durations.sort_unstable();
    durations.get(durations.len() * percent / 100).copied().unwrap_or_default()
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: vec![0; 512 * 1024] }
    }

    /// Sends `request` and reads its answer; length of head and body.
    async fn ask(&mut self, request: &str) -> (usize, usize) {
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let mut filled = 0;
        let mut expected = None;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await.unwrap();
            assert!(read > 0, "the connection stays open");
            filled += read;
            if expected.is_none() {
                expected = lengths(&self.buffer[..filled]);
            }
            if let Some((head, body)) = expected
                && filled >= head + body
            {
                return (head, body);
            }
        }
    }
}

/// Length of the head, and of the body it announces.
fn lengths(answer: &[u8]) -> Option<(usize, usize)> {
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&answer[..head]).unwrap();
    let length = text
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map(|(_, value)| value.trim().parse().unwrap());
    Some((head, length.expect("the answer says its length")))
}
