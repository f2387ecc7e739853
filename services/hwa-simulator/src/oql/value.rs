//! Values of fields, literals of queries, and how the two compare.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{Check, Comparison, SyntaxError};
use crate::plan::Seconds;
use crate::wire::time::parse_span;

/// What a query may write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Text(String),
    Number(i64),
    Flag(bool),
    Null,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Number,
    Flag,
    Instant,
    Duration,
}

/// The value of one field of one object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Text(Cow<'a, str>),
    /// Numbers, instants and durations, in seconds.
    Number(i64),
    Flag(bool),
    Null,
    /// Of a list-valued field; a test holds when it holds for one of them.
    Any(Vec<Value<'a>>),
}

impl<'a> Value<'a> {
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn number(number: impl Into<i64>) -> Self {
        Self::Number(number.into())
    }

    pub(crate) fn instant(instant: Option<Seconds>) -> Self {
        instant.map_or(Self::Null, Self::Number)
    }

    /// Total order for ORDER BY: absent values come first.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(left), Self::Text(right)) => left.cmp(right),
            (Self::Number(left), Self::Number(right)) => left.cmp(right),
            (Self::Flag(left), Self::Flag(right)) => left.cmp(right),
            (Self::Any(left), right) => left.first().unwrap_or(&Self::Null).order(right),
            (left, Self::Any(right)) => left.order(right.first().unwrap_or(&Self::Null)),
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            _ => Ordering::Equal,
        }
    }
}

/// A check whose literals are of the field's type.
#[derive(Debug, Clone)]
pub(crate) enum Typed {
    Compare(Comparison, Value<'static>),
    In { values: Vec<Value<'static>>, negated: bool },
    Like { pattern: String, negated: bool },
}

impl Typed {
    /// Fits a check to the type of its field.
    pub(crate) fn new(check: Check, field_type: Type) -> Result<Self, SyntaxError> {
        Ok(match check {
            Check::Compare(comparison, literal) => Self::Compare(comparison, fit(literal, field_type)?),
            Check::In { values, negated } => {
                let values =
                    values.into_iter().map(|value| fit(value, field_type)).collect::<Result<_, _>>()?;
                Self::In { values, negated }
            }
            Check::Like { pattern, negated } if field_type == Type::Text => Self::Like { pattern, negated },
            Check::Like { .. } => return Err(SyntaxError("LIKE needs a field that holds text".to_owned())),
        })
    }

    /// The only texts that pass, when there are but a few.
    pub(crate) fn only_texts(&self) -> Option<Vec<&str>> {
        let text = |value: &'_ Value<'static>| matches!(value, Value::Text(_));
        let values = match self {
            Self::Compare(Comparison::Equal, value) if text(value) => std::slice::from_ref(value),
            Self::In { values, negated: false } => values,
            _ => return None,
        };
        let texts = values.iter().filter_map(|value| match value {
            Value::Text(text) => Some(&**text),
            _ => None,
        });
        Some(texts.collect())
    }

    pub(crate) fn holds(&self, value: &Value<'_>) -> bool {
        if let Value::Any(values) = value {
            return match self {
                // "Not" speaks of all values of a list.
                Self::In { negated: true, .. }
                | Self::Like { negated: true, .. }
                | Self::Compare(Comparison::NotEqual, _) => values.iter().all(|value| self.holds(value)),
                _ => values.iter().any(|value| self.holds(value)),
            };
        }
        match self {
            Self::Compare(comparison, wanted) => compare(*comparison, value, wanted),
            Self::In { values, negated } => values.contains(value) != *negated,
            Self::Like { pattern, negated } => match value {
                Value::Text(text) => matches_wildcards(pattern, text) != *negated,
                _ => *negated,
            },
        }
    }
}

fn fit(literal: Literal, field_type: Type) -> Result<Value<'static>, SyntaxError> {
    let misfit = |literal: &dyn std::fmt::Debug| SyntaxError(format!("{literal:?} does not fit the field"));
    Ok(match (field_type, literal) {
        (_, Literal::Null) => Value::Null,
        (Type::Text, Literal::Text(text)) => Value::text(text),
        (Type::Text, Literal::Number(number)) => Value::text(number.to_string()),
        (Type::Number, Literal::Number(number)) => Value::Number(number),
        // Numbers are written with and without quotes.
        (Type::Number, Literal::Text(text)) => Value::Number(text.trim().parse().map_err(|_| misfit(&text))?),
        (Type::Flag, Literal::Flag(flag)) => Value::Flag(flag),
        (Type::Flag, Literal::Text(text)) => Value::Flag(text.parse().map_err(|_| misfit(&text))?),
        (Type::Instant, Literal::Text(text)) => {
            let instant = chrono::DateTime::parse_from_rfc3339(&text).map_err(|_| misfit(&text))?;
            Value::Number(instant.timestamp())
        }
        (Type::Duration, Literal::Text(text)) => {
            Value::Number(parse_span(&text).ok_or_else(|| misfit(&text))?)
        }
        (_, literal) => return Err(misfit(&literal)),
    })
}

fn compare(comparison: Comparison, value: &Value<'_>, wanted: &Value<'_>) -> bool {
    match comparison {
        Comparison::Equal => value == wanted,
        Comparison::NotEqual => value != wanted,
        // An absent value is neither less nor greater than anything.
        _ if *value == Value::Null || *wanted == Value::Null => false,
        Comparison::Less => value.order(wanted).is_lt(),
        Comparison::Greater => value.order(wanted).is_gt(),
        Comparison::LessOrEqual => value.order(wanted).is_le(),
        Comparison::GreaterOrEqual => value.order(wanted).is_ge(),
    }
}

/// `@` stands for any run of characters, `?` for one.
pub(crate) fn matches_wildcards(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'@') => {
                retry = Some((at, from));
                at += 1;
            }
            Some(letter) if *letter == b'?' || *letter == text[from] => {
                at += 1;
                from += 1;
            }
            _ => match retry {
                Some((star, taken)) => {
                    retry = Some((star, taken + 1));
                    at = star + 1;
                    from = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'@')
}
