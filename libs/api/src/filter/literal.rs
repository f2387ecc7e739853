//! A value as written in a filter, and the readings a typed field may want.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Pattern;

/// A value as written: a quoted string or a bare word. It keeps its backslashes, because `\*` and `*` differ to a field
/// that takes wildcards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    raw: String,
    quoted: bool,
}

impl Literal {
    /// A literal that stands for exactly this text, wildcards included.
    #[must_use]
    pub fn exactly(text: &str) -> Self {
        let mut raw = String::with_capacity(text.len());
        for character in text.chars() {
            if matches!(character, '\\' | '"' | '*' | '?') {
                raw.push('\\');
            }
            raw.push(character);
        }
        Self { raw, quoted: true }
    }

    /// A bare word; the caller has checked its characters.
    pub(super) fn word(raw: &str) -> Self {
        Self { raw: raw.to_owned(), quoted: false }
    }

    /// The inside of a quoted string; the caller has checked its escapes.
    pub(super) fn string(raw: String) -> Self {
        Self { raw, quoted: true }
    }

    /// The text without its escapes.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.raw.len());
        let mut characters = self.raw.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' if self.quoted => text.extend(characters.next()),
                other => text.push(other),
            }
        }
        text
    }

    /// The text as a pattern with `*` and `?`.
    #[must_use]
    pub fn pattern(&self) -> Pattern {
        Pattern::from_literal(&self.raw, self.quoted)
    }

    /// Written with quotes.
    #[must_use]
    pub fn is_quoted(&self) -> bool {
        self.quoted
    }

    /// The bare `*`: any value at all.
    #[must_use]
    pub fn is_any(&self) -> bool {
        !self.quoted && self.raw == "*"
    }

    /// `true` or `false`.
    #[must_use]
    pub fn boolean(&self) -> Option<bool> {
        match self.raw.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// A whole number.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        self.raw.parse().ok()
    }

    /// An RFC 3339 time, bare or quoted.
    #[must_use]
    pub fn time(&self) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(&self.raw).ok().map(|time| time.to_utc())
    }

    /// A length of time: numbers with the units d, h, m, s or ms, largest first, such as `90s`, `1h30m` or `1.5s`.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        const UNITS: [(&str, f64); 5] =
            [("ms", 0.001), ("d", 86_400.0), ("h", 3_600.0), ("m", 60.0), ("s", 1.0)];
        let mut rest = self.raw.as_str();
        let mut seconds = 0.0;
        let mut last = f64::INFINITY;
        while !rest.is_empty() {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let number: f64 = rest[..end].parse().ok()?;
            let (unit, factor) = UNITS.into_iter().find(|(unit, _)| rest[end..].starts_with(unit))?;
            if factor >= last {
                return None;
            }
            last = factor;
            seconds += number * factor;
            rest = &rest[end + unit.len()..];
        }
        if last.is_infinite() {
            return None;
        }
        Duration::try_from_secs_f64(seconds).ok()
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.quoted { write!(f, "\"{}\"", self.raw) } else { f.write_str(&self.raw) }
    }
}

/// `text` as a quoted string that stands for exactly this text: for programs that build filters.
#[must_use]
pub fn quote(text: &str) -> String {
    Literal::exactly(text).to_string()
}
