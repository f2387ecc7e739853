//! How a log line is written. Every line of a request ends with the request's ids, and no text in it, whoever it came
//! from, can begin another line or command a terminal.

use crate::context::CallContext;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt::{self, Write as _};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_log::NormalizeEvent as _;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

const CORRELATION_ID: &str = "correlation_id";
const TRACE_ID: &str = "trace_id";

/// For people: time, level, where, what.
#[derive(Debug, Clone, Copy)]
pub(super) struct PrettyLines;

/// For programs: one flat JSON object a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct JsonLines;

impl<S, N> FormatEvent<S, N> for PrettyLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let normalized = event.normalized_metadata();
        let meta = normalized.as_ref().unwrap_or_else(|| event.metadata());
        let (dim, level, reset) = match writer.has_ansi_escapes() {
            true => ("\x1b[2m", colour(*meta.level()), "\x1b[0m"),
            false => ("", "", ""),
        };
        let mut fields = String::new();
        // Written apart and without colours, so that every control character left in it is somebody else's.
        context.field_format().format_fields(Writer::new(&mut fields), event)?;
        for (name, id) in ids(event) {
            write!(fields, " {name}={id}")?;
        }
        write!(writer, "{dim}")?;
        SystemTime.format_time(&mut writer)?;
        write!(writer, "{reset} {level}{:>5}{reset} {dim}{}:{reset} ", meta.level(), meta.target())?;
        writeln!(writer, "{}", inert(&fields, |c, out| write!(out, "{}", c.escape_default())))
    }
}

fn colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\x1b[31m",
        Level::WARN => "\x1b[33m",
        Level::INFO => "\x1b[32m",
        Level::DEBUG => "\x1b[34m",
        Level::TRACE => "\x1b[35m",
    }
}

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let normalized = event.normalized_metadata();
        let meta = normalized.as_ref().unwrap_or_else(|| event.metadata());
        let mut time = String::new();
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        let mut line = Members(Map::new());
        line.add("timestamp", time.into());
        line.add("level", meta.level().as_str().into());
        event.record(&mut line);
        line.add("target", meta.target().into());
        for (name, id) in ids(event) {
            line.add(name, id.into());
        }
        // JSON escapes what could break the line; a terminal minds a few characters more.
        let text = Value::Object(line.0).to_string();
        writeln!(writer, "{}", inert(&text, |c, out| write!(out, "\\u{:04x}", u32::from(c))))
    }
}

struct Members(Map<String, Value>);

impl Members {
    fn add(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }
}

impl Visit for Members {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field.name(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field.name(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Where a record of the log crate came from is in the metadata already.
        if !field.name().starts_with("log.") {
            self.add(field.name().trim_start_matches("r#"), format!("{value:?}").into());
        }
    }
}

/// The ids of the request that is being served, unless the event brings its own.
fn ids(event: &Event<'_>) -> impl Iterator<Item = (&'static str, String)> {
    let own = |name: &str| event.fields().any(|field| field.name() == name);
    let current = CallContext::current();
    let correlation = current.as_ref().map(|context| context.correlation_id.to_string());
    let trace = current.as_ref().and_then(|context| context.trace_id()).map(str::to_owned);
    [
        (CORRELATION_ID, correlation.filter(|_| !own(CORRELATION_ID))),
        (TRACE_ID, trace.filter(|_| !own(TRACE_ID))),
    ]
    .into_iter()
    .filter_map(|(name, id)| Some((name, id?)))
}

/// `text` with every character escaped that could end its line, move a cursor or turn the direction of writing.
fn inert(text: &str, escape: impl Fn(char, &mut String) -> fmt::Result) -> Cow<'_, str> {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if harmful(c) {
            // Writing to a string cannot fail.
            let _ = escape(c, &mut out);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests;
