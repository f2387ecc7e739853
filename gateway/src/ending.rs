//! When a stream must end although neither side wants it to: when the process drains, and after [`LONGEST`], so that a
//! login that has ended does not read on for ever. Its reader comes back and resumes.

use crate::call::Call;
use bytes::Bytes;
use futures::future::BoxFuture;
use http_body::{Body as HttpBody, Frame};
use resync_fault::status::to_status;
use resync_fault::{ErrorKind, FaultBody};
use resync_service_kit::shutdown::Drain;
use resync_service_kit::vitals::Scope;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tonic::Status;
use tonic::body::Body;

/// A stream ends after this long.
pub(crate) const LONGEST: Duration = Duration::from_secs(60 * 60);

/// Waits until a stream that begins now must end.
pub(crate) async fn end_of_stream(drain: Drain) {
    drain.sleep(LONGEST).await;
}

/// A gRPC response that ends in time, with a status that says to come back.
pub(crate) struct EndingBody {
    inner: Body,
    call: Call,
    waits: Option<Waits>,
    ended: bool,
}

/// What a body holds once it had to wait.
struct Waits {
    end: BoxFuture<'static, ()>,
    _stream: Scope,
}

impl EndingBody {
    /// `call` is the one that is answered.
    pub(crate) fn new(inner: Body, call: Call) -> Self {
        Self { inner, call, waits: None, ended: false }
    }
}

impl fmt::Debug for EndingBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndingBody").field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl HttpBody for EndingBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            return Poll::Ready(frame);
        }
        // Only a body that has to wait, a stream, pays for the clock and for being counted.
        let this = &mut *self;
        let waits = this.waits.get_or_insert_with(|| Waits {
            end: Box::pin(end_of_stream(this.call.app().ending.drain())),
            _stream: this.call.stream(),
        });
        if waits.end.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        this.ended = true;
        let mut trailers = http::HeaderMap::new();
        Poll::Ready(match come_back().add_header(&mut trailers) {
            Ok(()) => Some(Ok(Frame::trailers(trailers))),
            Err(status) => Some(Err(status)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.inner.size_hint()
    }
}

fn come_back() -> Status {
    let fault = FaultBody::new(ErrorKind::Unavailable, "STREAM_ENDED", "the gateway ended this stream")
        .with_hint("call again with the last resume token");
    to_status(&fault)
}
