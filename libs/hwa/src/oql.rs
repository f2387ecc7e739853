//! Builds filters in the engine's Orchestration Query Language.
//!
//! A text value stands between single quotes and no way to escape a quote is documented, so a value with a quote is
//! refused here rather than sent: it could change the meaning of the filter. Wildcards (`@`, `?`) mean something only
//! in `LIKE`.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};

/// A filter and an order, ready to send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Oql {
    condition: Option<Condition>,
    order: Vec<(String, Order)>,
}

/// A condition on an object's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    text: String,
    /// Loosest operator at the top of `text`, to know when brackets are needed.
    top: Top,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Top {
    Term,
    And,
    Or,
}

/// Direction of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text, between quotes.
    Text(String),
    /// Whole number.
    Number(i64),
    /// True or false.
    Flag(bool),
    /// Moment.
    Instant(DateTime<Utc>),
    /// No value.
    Null,
}

/// A filter that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OqlError {
    /// The language cannot carry this text.
    #[error("the filter language cannot carry {0:?}: quotes and control characters cannot be escaped")]
    UnquotableText(String),
    /// Not a field name.
    #[error("{0:?} is not a field name")]
    BadField(String),
    /// `IN` over nothing.
    #[error("a list to choose from must not be empty")]
    EmptyList,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}
impl From<DateTime<Utc>> for Value {
    fn from(instant: DateTime<Utc>) -> Self {
        Self::Instant(instant)
    }
}

impl Value {
    fn write(&self) -> Result<String, OqlError> {
        Ok(match self {
            Self::Text(text) => {
                if text.chars().any(|c| c == '\'' || c.is_control()) {
                    return Err(OqlError::UnquotableText(text.clone()));
                }
                format!("'{text}'")
            }
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Instant(instant) => format!("'{}'", instant.to_rfc3339_opts(SecondsFormat::Millis, true)),
            Self::Null => "null".to_owned(),
        })
    }
}

fn field(name: &str) -> Result<&str, OqlError> {
    let mut characters = name.chars();
    let starts = characters.next().is_some_and(|c| c.is_ascii_alphabetic());
    if starts && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '#' | '.')) {
        Ok(name)
    } else {
        Err(OqlError::BadField(name.to_owned()))
    }
}

impl Condition {
    /// `name <comparison> value`
    pub fn compare(name: &str, comparison: Comparison, value: impl Into<Value>) -> Result<Self, OqlError> {
        let sign = match comparison {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        };
        Ok(Self::term(format!("{} {sign} {}", field(name)?, value.into().write()?)))
    }

    /// `name = value`
    pub fn equal(name: &str, value: impl Into<Value>) -> Result<Self, OqlError> {
        Self::compare(name, Comparison::Equal, value)
    }

    /// `name LIKE 'pattern'`, where `@` stands for any characters and `?` for one.
    pub fn like(name: &str, pattern: &str) -> Result<Self, OqlError> {
        Ok(Self::term(format!("{} LIKE {}", field(name)?, Value::from(pattern).write()?)))
    }

    /// `name IN [a, b]`
    pub fn one_of<V: Into<Value>>(name: &str, values: impl IntoIterator<Item = V>) -> Result<Self, OqlError> {
        let values = values.into_iter().map(|value| value.into().write()).collect::<Result<Vec<_>, _>>()?;
        if values.is_empty() {
            return Err(OqlError::EmptyList);
        }
        Ok(Self::term(format!("{} IN [{}]", field(name)?, values.join(","))))
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let text = format!("{} AND {}", self.within(Top::And), other.within(Top::And));
        Self { text, top: Top::And }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let text = format!("{} OR {}", self.within(Top::Or), other.within(Top::Or));
        Self { text, top: Top::Or }
    }

    fn term(text: String) -> Self {
        Self { text, top: Top::Term }
    }

    /// The text inside a larger condition: brackets wherever the operators differ, so that nobody has to know which
    /// binds tighter.
    fn within(&self, outer: Top) -> String {
        if self.top == Top::Term || self.top == outer {
            self.text.clone()
        } else {
            format!("({})", self.text)
        }
    }
}

impl Oql {
    /// Everything, in the engine's order.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Adds an order; the first one added weighs most.
    pub fn order_by(mut self, name: &str, order: Order) -> Result<Self, OqlError> {
        self.order.push((field(name)?.to_owned(), order));
        Ok(self)
    }

    /// True when there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.condition.is_none() && self.order.is_empty()
    }
}

impl From<Condition> for Oql {
    fn from(condition: Condition) -> Self {
        Self { condition: Some(condition), order: Vec::new() }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Oql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(condition) = &self.condition {
            write!(f, "{condition}")?;
        }
        for (index, (name, order)) in self.order.iter().enumerate() {
            let lead = match (index, &self.condition) {
                (0, None) => "ORDER BY ",
                (0, Some(_)) => " ORDER BY ",
                _ => ", ",
            };
            let direction = if *order == Order::Ascending { "ASC" } else { "DESC" };
            write!(f, "{lead}{name} {direction}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
