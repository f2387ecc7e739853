//! Server-sent events with the manners a browser and a proxy expect.
//!
//! The status line is held until the first event or error, so that a stream that fails at once is an error and not a
//! 200. A comment keeps the connection alive, and a reader who leaves cancels the call behind it, because dropping the
//! body drops the stream.

use crate::ending::end_of_stream;
use crate::error::Error;
use async_stream::stream;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::Stream;
use futures::stream::StreamExt as _;
use http::{HeaderValue, header};
use resync_service_kit::shutdown::Drain;
use serde::Serialize;
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;
use tokio::time::Instant;

/// A proxy that sees nothing for longer may close the connection.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(10);
/// The media type.
pub(crate) const EVENT_STREAM: &str = "text/event-stream";

const HEARTBEAT_COMMENT: Bytes = Bytes::from_static(b": \n\n");

/// One event, encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event(Bytes);

impl Event {
    /// An event called `name` whose data is `data` as JSON.
    pub(crate) fn new<T: Serialize>(name: &str, data: &T) -> Self {
        Self::with_id(name, "", data)
    }

    /// The same, which a reader can resume after.
    pub(crate) fn with_id<T: Serialize>(name: &str, id: &str, data: &T) -> Self {
        let mut text = Vec::with_capacity(256);
        text.extend_from_slice(b"event: ");
        text.extend_from_slice(name.as_bytes());
        // A line break in an id would start another field.
        if !id.is_empty() && !id.contains(['\r', '\n', '\0']) {
            text.extend_from_slice(b"\nid: ");
            text.extend_from_slice(id.as_bytes());
        }
        text.extend_from_slice(b"\ndata: ");
        // JSON on one line; serialising our own types into memory cannot fail.
        let _ = serde_json::to_writer(&mut text, data);
        text.extend_from_slice(b"\n\n");
        Self(text.into())
    }
}

/// A response that sends `events` until they or the process end; `tell` makes the last event of a stream that fails after
/// it began. `held` is what the stream holds while it lasts.
pub(crate) async fn response<S, T, H>(events: S, drain: Drain, held: H, tell: T) -> Result<Response, Error>
where
    S: Stream<Item = Result<Event, Error>> + Send + 'static,
    T: Fn(&Error) -> Event + Send + 'static,
    H: Send + 'static,
{
    let mut events = Box::pin(events);
    let first = events.next().await.transpose()?;
    let body = stream! {
        let _held = held;
        if let Some(Event(bytes)) = first {
            yield Ok::<_, Infallible>(bytes);
            let mut end = pin!(end_of_stream(drain));
            loop {
                let quiet = tokio::time::sleep_until(Instant::now() + HEARTBEAT);
                tokio::select! {
                    next = events.next() => match next {
                        Some(Ok(Event(bytes))) => yield Ok(bytes),
                        Some(Err(error)) => {
                            yield Ok(tell(&error).0);
                            break;
                        }
                        None => break,
                    },
                    () = quiet => yield Ok(HEARTBEAT_COMMENT),
                    () = &mut end => break,
                }
            }
        }
    };
    let mut response = Response::new(Body::from_stream(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ending::LONGEST;
    use futures::stream;
    use http_body_util::BodyExt;

    fn told(error: &Error) -> Event {
        Event::new("error", &error.to_string())
    }

    #[test]
    fn an_id_cannot_smuggle_fields() {
        assert_eq!(Event::with_id("change", "7", &1).0, "event: change\nid: 7\ndata: 1\n\n");
        assert_eq!(Event::with_id("change", "7\ndata: x", &1).0, "event: change\ndata: 1\n\n");
        assert_eq!(Event::new("text", &"a\nb").0, "event: text\ndata: \"a\\nb\"\n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_before_the_first_event_is_an_error_and_later_the_last_event() {
        let failing = || stream::iter([Err(Error::LoginRequired)]);
        assert_eq!(response(failing(), Drain::default(), (), told).await.unwrap_err(), Error::LoginRequired);
        let late = stream::iter([Ok(Event::new("a", &1))]).chain(failing());
        let body = response(late, Drain::default(), (), told)
            .await
            .unwrap()
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes();
        assert_eq!(body, "event: a\ndata: 1\n\nevent: error\ndata: \"this needs a login\"\n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_stream_is_kept_alive_and_ends_in_time() {
        let quiet = stream::iter([Ok(Event::new("a", &1))]).chain(stream::pending());
        let mut body = response(quiet, Drain::default(), (), told).await.unwrap().into_body();
        let began = Instant::now();
        let mut heartbeats = 0;
        body.frame().await.unwrap().unwrap();
        while let Some(frame) = body.frame().await {
            assert_eq!(frame.unwrap().into_data().unwrap(), HEARTBEAT_COMMENT);
            heartbeats += 1;
        }
        assert_eq!(began.elapsed(), LONGEST);
        assert!(heartbeats >= LONGEST.as_secs() / 15);
    }
}
