//! One line of the Prometheus text format. Label values and help texts stay as they are written, escapes included.

/// Longer lines are not understood.
const MAX_LINE_BYTES: usize = 16 * 1024;

/// What a family measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Summary,
    #[default]
    Untyped,
}

const KINDS: [(&str, Kind); 5] = [
    ("counter", Kind::Counter),
    ("gauge", Kind::Gauge),
    ("histogram", Kind::Histogram),
    ("summary", Kind::Summary),
    ("untyped", Kind::Untyped),
];

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        KINDS.iter().find(|row| row.1 == self).map_or("untyped", |row| row.0)
    }
}

/// What a line says.
#[derive(Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// Empty, or a comment.
    Nothing,
    Help {
        name: &'a str,
        text: &'a str,
    },
    Kind {
        name: &'a str,
        kind: Kind,
    },
    Sample(Sample<'a>),
}

/// A value; its time, should it have one, is dropped: it is the time of this answer.
#[derive(Debug, PartialEq)]
pub(super) struct Sample<'a> {
    pub(super) name: &'a str,
    pub(super) labels: Vec<(&'a str, &'a str)>,
    pub(super) value: &'a str,
}

/// Reads a line; unset when it is none of the format.
pub(super) fn parse(line: &str) -> Option<Line<'_>> {
    if line.len() > MAX_LINE_BYTES
        || line.contains(|character: char| character != '\t' && character.is_control())
    {
        return None;
    }
    let line = line.trim();
    if line.is_empty() {
        return Some(Line::Nothing);
    }
    if let Some(comment) = line.strip_prefix('#') {
        return parse_comment(comment.trim_start());
    }
    parse_sample(line).map(Line::Sample)
}

fn parse_comment(comment: &str) -> Option<Line<'_>> {
    let (keyword, rest) = comment.split_once([' ', '\t']).unwrap_or((comment, ""));
    let rest = rest.trim_start();
    let (name, text) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    let text = text.trim_start();
    match keyword {
        "HELP" if is_metric_name(name) && is_escaped(text, false) => Some(Line::Help { name, text }),
        "TYPE" if is_metric_name(name) => {
            let kind = KINDS.iter().find(|row| row.0 == text)?.1;
            Some(Line::Kind { name, kind })
        }
        "HELP" | "TYPE" => None,
        _ => Some(Line::Nothing),
    }
}

fn parse_sample(line: &str) -> Option<Sample<'_>> {
    let end = line.find(['{', ' ', '\t'])?;
    let name = Some(&line[..end]).filter(|name| is_metric_name(name))?;
    let rest = line[end..].trim_start();
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(rest) => {
            let (inside, rest) = split_braces(rest)?;
            (labels(inside)?, rest)
        }
        None => (Vec::new(), rest),
    };
    let mut words = rest.split_ascii_whitespace();
    let value = words.next().filter(|value| value.parse::<f64>().is_ok())?;
    let time_is_fine = words.next().is_none_or(|time| time.parse::<i64>().is_ok());
    (time_is_fine && words.next().is_none()).then_some(Sample { name, labels, value })
}

/// What stands before the closing brace, and what after it.
fn split_braces(text: &str) -> Option<(&str, &str)> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'}' if !quoted => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

/// Labels as they stand between the braces; unset when they are malformed or one is there twice.
pub(super) fn labels(mut text: &str) -> Option<Vec<(&str, &str)>> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    loop {
        text = text.trim_start();
        if text.is_empty() {
            return Some(found);
        }
        let (name, rest) = text.split_once('=')?;
        let name = name.trim_end();
        let rest = rest.trim_start().strip_prefix('"')?;
        let end = closing_quote(rest)?;
        let value = &rest[..end];
        if !is_label_name(name) || !is_escaped(value, true) || found.iter().any(|(known, _)| *known == name) {
            return None;
        }
        found.push((name, value));
        text = rest[end + 1..].trim_start();
        match text.strip_prefix(',') {
            Some(rest) => text = rest,
            None if text.is_empty() => {}
            None => return None,
        }
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

/// Whether every backslash begins one of the format's escapes.
fn is_escaped(text: &str, quotes: bool) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'\\' {
            match bytes.next() {
                Some(b'\\' | b'n') => {}
                Some(b'"') if quotes => {}
                _ => return false,
            }
        }
    }
    true
}

fn is_metric_name(name: &str) -> bool {
    is_name(name, |byte| byte == b'_' || byte == b':')
}

fn is_label_name(name: &str) -> bool {
    is_name(name, |byte| byte == b'_')
}

fn is_name(name: &str, sign: impl Fn(u8) -> bool) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || sign(first))
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || sign(byte))
}
