//! Writes metrics that are read when somebody asks, in Prometheus' text format.

use std::fmt::{Display, Write as _};

/// A text that grows by whole metrics.
#[derive(Debug, Default)]
pub(super) struct Exposition(String);

/// One metric whose samples are being written.
pub(super) struct Metric<'a> {
    text: &'a mut String,
    name: &'a str,
}

impl Exposition {
    /// Goes on where `text` ends.
    pub(super) fn after(text: String) -> Self {
        Self(text)
    }

    pub(super) fn counter(&mut self, name: &'static str, help: &str) -> Metric<'_> {
        self.metric(name, "counter", help)
    }

    pub(super) fn gauge(&mut self, name: &'static str, help: &str) -> Metric<'_> {
        self.metric(name, "gauge", help)
    }

    pub(super) fn summary(&mut self, name: &'static str, help: &str) -> Metric<'_> {
        self.metric(name, "summary", help)
    }

    pub(super) fn histogram(&mut self, name: &'static str, help: &str) -> Metric<'_> {
        self.metric(name, "histogram", help)
    }

    /// A metric is named also when it has no samples, so that who checks a dashboard knows that it exists.
    pub(super) fn metric<'a>(&'a mut self, name: &'a str, kind: &str, help: &str) -> Metric<'a> {
        // Writing to a string cannot fail.
        let _ = write!(self.0, "\n# HELP {name} {help}\n# TYPE {name} {kind}\n");
        Metric { text: &mut self.0, name }
    }

    /// Names of the metrics so far.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next())
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}

impl Metric<'_> {
    pub(super) fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) {
        self.suffixed("", labels, value);
    }

    pub(super) fn suffixed(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) {
        self.text.push_str(self.name);
        self.text.push_str(suffix);
        for (position, (name, value)) in labels.iter().enumerate() {
            let _ = write!(self.text, "{}{name}=\"", if position == 0 { '{' } else { ',' });
            for c in value.chars() {
                match c {
                    '\\' | '"' => self.text.extend(['\\', c]),
                    '\n' => self.text.push_str("\\n"),
                    _ => self.text.push(c),
                }
            }
            self.text.push('"');
        }
        let _ = writeln!(self.text, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }
}
