//! Values of settings: from text (environment, flags, defaults) and from TOML, checked against their kind.

use super::Kind;
use std::fmt;
use std::time::Duration;

/// A checked value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, choice or secret.
    Text(String),
    /// Whole number.
    Integer(i64),
    /// Number.
    Number(f64),
    /// Switch.
    Boolean(bool),
    /// Span of time.
    Duration(Duration),
    /// Texts.
    List(Vec<String>),
}

impl Value {
    pub(crate) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(crate) fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }

    pub(crate) fn as_number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    pub(crate) fn as_boolean(&self) -> Option<bool> {
        if let Self::Boolean(on) = self { Some(*on) } else { None }
    }

    pub(crate) fn as_duration(&self) -> Option<Duration> {
        if let Self::Duration(span) = self { Some(*span) } else { None }
    }

    pub(crate) fn as_list(&self) -> Option<&[String]> {
        if let Self::List(texts) = self { Some(texts) } else { None }
    }

    /// Reads text as `kind`; `None` when it is not of that kind.
    pub(crate) fn from_text(kind: Kind, text: &str) -> Option<Self> {
        let text = text.trim();
        match kind {
            Kind::Text | Kind::Secret => Some(Self::Text(text.to_owned())),
            Kind::Integer(min, max) => {
                let number = text.parse().ok()?;
                (min..=max).contains(&number).then_some(Self::Integer(number))
            }
            Kind::Number(min, max) => {
                let number = text.parse().ok()?;
                (min..=max).contains(&number).then_some(Self::Number(number))
            }
            Kind::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Some(Self::Boolean(true)),
                "false" | "0" | "no" | "off" => Some(Self::Boolean(false)),
                _ => None,
            },
            Kind::Duration => parse_duration(text).map(Self::Duration),
            Kind::List => {
                let texts = text.split(',').map(str::trim).filter(|text| !text.is_empty());
                Some(Self::List(texts.map(str::to_owned).collect()))
            }
            Kind::Choice(words) => {
                let word = words.iter().find(|word| word.eq_ignore_ascii_case(text))?;
                Some(Self::Text((*word).to_owned()))
            }
        }
    }

    /// Reads a TOML value as `kind`.
    pub(crate) fn from_toml(kind: Kind, value: &toml::Value) -> Option<Self> {
        match (kind, value) {
            (Kind::List, toml::Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .map(Self::List),
            (_, toml::Value::String(text)) => Self::from_text(kind, text),
            (Kind::Text | Kind::Secret | Kind::Choice(_) | Kind::List, _) => None,
            (Kind::Boolean, toml::Value::Boolean(on)) => Some(Self::Boolean(*on)),
            (Kind::Boolean, _) => None,
            (_, toml::Value::Integer(number)) => Self::from_text(kind, &number.to_string()),
            (Kind::Number(..) | Kind::Duration, toml::Value::Float(number)) => {
                Self::from_text(kind, &number.to_string())
            }
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Boolean(on) => write!(f, "{on}"),
            Self::Duration(span) if span.subsec_millis() > 0 => write!(f, "{}ms", span.as_millis()),
            Self::Duration(span) => write!(f, "{}s", span.as_secs()),
            Self::List(texts) => f.write_str(&texts.join(", ")),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text | Self::Secret => f.write_str("a text"),
            Self::Integer(min, max) => write!(f, "a whole number from {min} to {max}"),
            Self::Number(min, max) => write!(f, "a number from {min} to {max}"),
            Self::Boolean => f.write_str("true or false"),
            Self::Duration => f.write_str("a time such as 250ms, 30s, 5m, 12h, or seconds"),
            Self::List => f.write_str("a list of texts"),
            Self::Choice(words) => write!(f, "one of {}", words.join(", ")),
        }
    }
}

/// Reads `250ms`, `30s`, `5m`, `12h`, `7d`, or bare seconds such as `1.5`.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (amount, unit) = text.split_at(end);
    let amount: f64 = amount.parse().ok()?;
    let seconds = match unit.trim() {
        "ms" => amount / 1000.0,
        "" | "s" => amount,
        "m" | "min" => amount * 60.0,
        "h" => amount * 3_600.0,
        "d" => amount * 86_400.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok()
}
