//! Uploads of documents, by REST and by gRPC: they are larger and take longer than anything else that comes in, and only
//! a few at once have a place.

use crate::app::App;
use crate::error::Error;
use axum::extract::{MatchedPath, Request};
use http::Method;
use resync_fault::{ErrorKind, FaultBody};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The RPC.
pub(crate) const RPC: &str = "/resync.graph.v1.DocumentService/UploadDocument";
/// The route.
pub(crate) const ROUTE: &str = "/api/documents";
/// The largest document that is kept.
pub(crate) const DOCUMENT_BYTES: usize = 32 * 1024 * 1024;
/// The same as a stream of messages, which have heads.
pub(crate) const MESSAGES_BYTES: usize = DOCUMENT_BYTES + 1024 * 1024;
/// How long keeping a document may take once its bytes are here: a reading process has 30 seconds, and may have to wait
/// for its turn.
pub(crate) const READING: Duration = Duration::from_secs(45);
/// How long it may take with the time for sending the bytes.
const WHOLE: Duration = Duration::from_secs(90);
/// Uploads under way: each is held in memory.
const AT_ONCE: usize = 4;
const BUSY_RETRY_MS: u64 = 2_000;

/// Places for uploads.
pub(crate) fn places() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(AT_ONCE))
}

/// A place for one upload, kept while it lasts.
pub(crate) fn enter(app: &App) -> Result<OwnedSemaphorePermit, Error> {
    Arc::clone(&app.uploads).try_acquire_owned().map_err(|_| {
        let text = "too many documents are being uploaded at once";
        let mut body = FaultBody::new(ErrorKind::ResourceExhausted, "UPLOADS_BUSY", text)
            .with_hint("try again in a moment");
        body.retryable = true;
        body.retry_after_ms = Some(BUSY_RETRY_MS);
        Error::Upstream(body)
    })
}

/// Within which time the response to a request must begin.
pub(crate) fn time_limit(app: &App, request: &Request) -> Duration {
    let usual = app.config.request_timeout;
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let is_upload = request.method() == Method::POST && (route == Some(ROUTE) || request.uri().path() == RPC);
    if is_upload { usual.max(WHOLE) } else { usual }
}
