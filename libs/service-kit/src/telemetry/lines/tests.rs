//! What stands in a line, and what cannot get out of one.

use super::*;
use crate::correlation::CorrelationId;
use std::io;
use std::sync::{Arc, Mutex};
use tracing_subscriber::layer::SubscriberExt as _;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// What `log` writes in one form.
    fn of(json: bool, log: impl FnOnce()) -> String {
        let lines = Self::default();
        let into = lines.clone();
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || into.clone());
        if json {
            let subscriber = tracing_subscriber::registry().with(layer.event_format(JsonLines));
            tracing::subscriber::with_default(subscriber, log);
        } else {
            let subscriber = tracing_subscriber::registry().with(layer.event_format(PrettyLines));
            tracing::subscriber::with_default(subscriber, log);
        }
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }
}

fn request() -> CallContext {
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    CallContext {
        caller: None,
        deadline: None,
        correlation_id: CorrelationId::parse("night-42").unwrap(),
        client_address: None,
        traceparent: Some(http::HeaderValue::from_static(traceparent)),
    }
}

#[test]
fn every_line_of_a_request_carries_its_ids_and_no_other_does() {
    let ids = [("correlation_id", "night-42"), ("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")];
    let log = || tracing::info!(jobs = 3, late = true, "read");
    let text = Lines::of(true, || request().within(log));
    let line: Value = serde_json::from_str(&text).unwrap();
    for (name, id) in ids {
        assert_eq!(line[name], id, "{text}");
    }
    assert_eq!(
        (&line["level"], &line["message"], &line["jobs"]),
        (&"INFO".into(), &"read".into(), &3.into())
    );
    assert_eq!(line["late"], true);
    let text = Lines::of(false, || request().within(log));
    for (name, id) in ids {
        assert!(text.contains(&format!("{name}={id}")), "{text}");
    }
    for json in [true, false] {
        let text = Lines::of(json, log);
        assert!(!text.contains("correlation_id") && !text.contains("trace_id"), "{text}");
        let own = Lines::of(json, || request().within(|| tracing::info!(correlation_id = "own", "x")));
        assert_eq!((own.matches("correlation_id").count(), own.contains("night-42")), (1, false), "{own}");
    }
}

#[test]
fn text_of_strangers_can_neither_begin_a_line_nor_command_a_terminal() {
    let hostile = "x\n2026-01-01T00:00:00Z  INFO forged: all is well\r\x1b[2J\u{9b}1A\u{202e}\u{7f}\0";
    for json in [true, false] {
        let text = Lines::of(json, || {
            tracing::warn!(name = %hostile, quoted = ?hostile, plain = hostile, "about {hostile}");
        });
        assert_eq!(text.lines().count(), 1, "{text:?}");
        let body = text.trim_end_matches('\n');
        assert!(!body.contains(|c: char| c.is_control() || c == '\u{202e}'), "{text:?}");
        if json {
            let line: Value = serde_json::from_str(body).unwrap();
            assert_eq!(line["name"], hostile, "nothing is lost for programs");
        }
    }
}
