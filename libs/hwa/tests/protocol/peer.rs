//! A peer that answers each request with exactly the bytes a test wants, over TCP or TLS.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use resync_hwa::{Auth, Client, Config};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What to send back for a request's head.
type Answer = dyn Fn(&str) -> Vec<u8> + Send + Sync;

pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// Heads of all requests so far.
    pub(crate) seen: Arc<Mutex<Vec<String>>>,
    /// Bytes written so far.
    pub(crate) written: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Peer {
    pub(crate) async fn plain(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::start(None, Arc::new(answer)).await
    }

    pub(crate) async fn tls(
        acceptor: TlsAcceptor,
        answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(acceptor), Arc::new(answer)).await
    }

    async fn start(acceptor: Option<TlsAcceptor>, answer: Arc<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::new(AtomicUsize::new(0));
        let task = tokio::spawn({
            let (seen, written) = (seen.clone(), written.clone());
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let (acceptor, answer) = (acceptor.clone(), answer.clone());
                    let (seen, written) = (seen.clone(), written.clone());
                    tokio::spawn(async move {
                        match acceptor {
                            None => converse(stream, answer, seen, written).await,
                            Some(acceptor) => {
                                if let Ok(stream) = acceptor.accept(stream).await {
                                    converse(stream, answer, seen, written).await;
                                }
                            }
                        }
                    });
                }
            }
        });
        Self { address, seen, written, task }
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One request a connection: read the head, write the answer, close.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    answer: Arc<Answer>,
    seen: Arc<Mutex<Vec<String>>>,
    written: Arc<AtomicUsize>,
) {
    let mut head = Vec::new();
    let mut byte = [0u8; 1];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte).await {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let bytes = answer(&head);
    seen.lock().unwrap().push(head);
    for piece in bytes.chunks(16 * 1024) {
        if stream.write_all(piece).await.is_err() {
            return;
        }
        written.fetch_add(piece.len(), Ordering::Relaxed);
    }
    let _ = stream.shutdown().await;
}

/// A complete answer.
pub(crate) fn http(status: u16, kind: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

pub(crate) fn json(body: &str) -> Vec<u8> {
    http(200, "application/json", body)
}

pub(crate) fn config(url: &str) -> Config {
    Config::new(url.parse().unwrap(), Auth::Basic { user: "opuser".into(), password: "geheim".into() })
}

pub(crate) fn client(url: &str) -> Client {
    Client::new(&config(url)).unwrap()
}

/// A port on which nobody listens.
pub(crate) async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    port
}
