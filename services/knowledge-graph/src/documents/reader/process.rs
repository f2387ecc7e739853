//! The reading process: reads one document from its standard input, under limits it sets itself before the first byte.
//!
//! Parsers of documents are large, and documents are anybody's. So every document is read in a process of its own that
//! holds no secrets, can open no file and no connection, and may use so much memory and time and no more. It is the same
//! program, started again; whoever composes the program calls [`main`] before anything else.

use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use resync_api::documents::model::DocumentFormat;
use rustix::process::{Resource, Rlimit, setrlimit};

use super::outline::{Failure, Outline};
use super::read;

/// What the asking process tells this one, as arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) format: DocumentFormat,
    pub(super) text_bytes: usize,
    pub(super) memory_bytes: u64,
    pub(super) cpu_seconds: u64,
}

/// By the names that arguments have.
const FORMATS: [(&str, DocumentFormat); 4] = [
    ("markdown", DocumentFormat::Markdown),
    ("text", DocumentFormat::Text),
    ("html", DocumentFormat::Html),
    ("pdf", DocumentFormat::Pdf),
];

impl Order {
    pub(super) fn arguments(self) -> [String; 4] {
        let name = FORMATS.iter().find(|row| row.1 == self.format).map_or("text", |row| row.0);
        [
            name.to_owned(),
            self.text_bytes.to_string(),
            self.memory_bytes.to_string(),
            self.cpu_seconds.to_string(),
        ]
    }

    fn parse(arguments: impl IntoIterator<Item = OsString>) -> Option<Self> {
        let texts: Vec<String> =
            arguments.into_iter().map(OsString::into_string).collect::<Result<_, _>>().ok()?;
        let [format, text_bytes, memory_bytes, cpu_seconds] = texts.as_slice() else { return None };
        Some(Self {
            format: FORMATS.iter().find(|row| row.0 == format)?.1,
            text_bytes: text_bytes.parse().ok()?,
            memory_bytes: memory_bytes.parse().ok()?,
            cpu_seconds: cpu_seconds.parse().ok()?,
        })
    }
}

/// Reads the document on standard input and writes what it found to standard output. `arguments` are those that the
/// asking process appended to the command in its settings.
///
/// Start no thread and open nothing before: the limits are meant for the whole process.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let Some(order) = Order::parse(arguments) else { return ExitCode::from(2) };
    if confine(order).is_err() {
        return ExitCode::from(3);
    }
    let mut bytes = Vec::new();
    if std::io::stdin().lock().read_to_end(&mut bytes).is_err() {
        return ExitCode::from(4);
    }
    let answer: Result<Outline, Failure> = read(order.format, &bytes, order.text_bytes);
    let mut output = std::io::stdout().lock();
    let written = serde_json::to_writer(&mut output, &answer).is_ok() && output.flush().is_ok();
    if written { ExitCode::SUCCESS } else { ExitCode::from(5) }
}

/// Most memory and processor time; no new file, no written byte but the answer, no memory image when it crashes.
fn confine(order: Order) -> rustix::io::Result<()> {
    let exactly = |value| Rlimit { current: Some(value), maximum: Some(value) };
    setrlimit(Resource::As, exactly(order.memory_bytes))?;
    setrlimit(Resource::Cpu, exactly(order.cpu_seconds))?;
    setrlimit(Resource::Fsize, exactly(0))?;
    setrlimit(Resource::Core, exactly(0))?;
    setrlimit(Resource::Nofile, exactly(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_survives_its_arguments() {
        let order =
            Order { format: DocumentFormat::Html, text_bytes: 7, memory_bytes: 1 << 40, cpu_seconds: 3 };
        assert_eq!(Order::parse(order.arguments().map(OsString::from)), Some(order));
        for wrong in [vec![], vec!["pdf"], vec!["exe", "1", "1", "1"], vec!["pdf", "-1", "1", "1"]] {
            assert_eq!(Order::parse(wrong.into_iter().map(OsString::from)), None);
        }
    }
}
