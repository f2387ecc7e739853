//! Ends streams when the process drains, so that one watcher cannot hold up a shutdown.
//!
//! A stream that has nothing to send at that moment gets a status that says "come back elsewhere"; an answer that is
//! already there is sent whole. From its first wait on, a stream counts among the resources that the process holds.

use crate::shutdown::Drain;
use crate::telemetry::Within;
use crate::vitals::{Kind, Resources, Scope};
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use resync_fault::{ErrorKind, FaultBody, status::to_status};
use resync_resilience::Slot;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tonic::Status;
use tonic::body::Body;

/// A response body that ends with the drain. It also holds the call's place until the answer is out, and is sent within
/// the call's span and context: the work behind a stream is done while it is sent.
pub(super) struct UntilDrain {
    inner: Body,
    within: Within,
    drain: Drain,
    resources: Resources,
    method: &'static str,
    waits: Option<Waits>,
    ended: bool,
    _place: Option<Slot>,
}

/// What a body holds once it had to wait.
struct Waits {
    begun: Pin<Box<dyn Future<Output = ()> + Send + Sync>>,
    _stream: Scope,
}

impl UntilDrain {
    pub(super) fn new(
        inner: Body,
        drain: &Drain,
        resources: &Resources,
        method: &'static str,
        place: Option<Slot>,
        within: Within,
    ) -> Self {
        let (drain, resources) = (drain.clone(), resources.clone());
        Self { inner, within, drain, resources, method, waits: None, ended: false, _place: place }
    }
}

impl fmt::Debug for UntilDrain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UntilDrain").field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl HttpBody for UntilDrain {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let this = &mut *self;
        let (within, inner) = (&this.within, &mut this.inner);
        if let Poll::Ready(frame) = within.poll(|| Pin::new(inner).poll_frame(context)) {
            return Poll::Ready(frame);
        }
        // Only a body that has to wait, a stream, pays for watching the drain and for being counted.
        let waits = this.waits.get_or_insert_with(|| Waits {
            begun: Box::pin(this.drain.begun_owned()),
            _stream: this.resources.acquire(Kind::STREAM, this.method),
        });
        if waits.begun.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        this.ended = true;
        let mut trailers = http::HeaderMap::new();
        Poll::Ready(match leaving().add_header(&mut trailers) {
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

fn leaving() -> Status {
    to_status(
        &FaultBody::new(ErrorKind::Unavailable, "DRAINING", "this process is shutting down")
            .with_hint("resume the stream with its last token"),
    )
}
