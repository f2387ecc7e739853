//! `order_by`: fields to sort by.

use std::fmt;
use std::str::FromStr;

use super::OrderError;

/// Most fields in one order.
pub const MAX_ORDER_FIELDS: usize = 5;

/// Fields to sort by, most important first. Empty: the order the list says it has by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderBy {
    /// The fields.
    pub fields: Vec<Order>,
}

/// One field to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Name of the field.
    pub field: String,
    /// Largest first.
    pub descending: bool,
}

impl OrderBy {
    /// Parses `field [asc|desc], …`.
    ///
    /// # Errors
    /// When a part is something else, a field comes twice, or there are more than [`MAX_ORDER_FIELDS`].
    pub fn parse(text: &str) -> Result<Self, OrderError> {
        let mut fields: Vec<Order> = Vec::new();
        if text.trim().is_empty() {
            return Ok(Self { fields });
        }
        for part in text.split(',') {
            let wrong = || OrderError::Part { found: part.trim().chars().take(60).collect() };
            let mut words = part.split_whitespace();
            let field = words.next().filter(|word| is_field(word)).ok_or_else(wrong)?;
            let descending = match words.next() {
                None => false,
                Some(word) if word.eq_ignore_ascii_case("asc") => false,
                Some(word) if word.eq_ignore_ascii_case("desc") => true,
                Some(_) => return Err(wrong()),
            };
            if words.next().is_some() {
                return Err(wrong());
            }
            if fields.iter().any(|known| known.field == field) {
                return Err(OrderError::Twice { field: field.to_owned() });
            }
            if fields.len() == MAX_ORDER_FIELDS {
                return Err(OrderError::TooMany);
            }
            fields.push(Order { field: field.to_owned(), descending });
        }
        Ok(Self { fields })
    }
}

fn is_field(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && word.starts_with(|first: char| first.is_ascii_alphabetic())
}

impl FromStr for OrderBy {
    type Err = OrderError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for OrderBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, order) in self.fields.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let direction = if order.descending { " desc" } else { "" };
            write!(f, "{comma}{}{direction}", order.field)?;
        }
        Ok(())
    }
}
