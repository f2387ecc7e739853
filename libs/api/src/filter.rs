//! The filter and order languages of list calls: a subset of AIP-160, and `order_by` of AIP-132. `docs/filters.md` is the
//! page for users.
//!
//! This module knows grammar only. Which fields exist, and of which type, is the business of whoever evaluates a
//! filter; [`Literal`] offers the readings a typed field may want.

mod error;
mod literal;
mod pattern;
mod parse;
mod order;

pub use error::{FilterError, FilterProblem, OrderError};
pub use literal::{Literal, quote};
pub use order::{MAX_ORDER_FIELDS, Order, OrderBy};
pub use parse::{MAX_COMPARISONS, MAX_DEPTH, MAX_LENGTH};
pub use pattern::Pattern;

use std::fmt;
use std::str::FromStr;

/// A parsed filter. The empty text is the filter that everything passes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Unset: everything passes.
    pub expression: Option<Expression>,
}

/// Conditions and how they combine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// All must hold; at least two.
    And(Vec<Expression>),
    /// One must hold; at least two.
    Or(Vec<Expression>),
    /// Must not hold.
    Not(Box<Expression>),
    /// A condition on one field.
    Comparison(Comparison),
}

/// A condition on one field.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Name of the field.
    pub field: String,
    /// How it is compared.
    pub operator: Operator,
    /// What with.
    pub literal: Literal,
    /// Where the field stands in the text, in characters from 1; for messages, not part of equality.
    pub field_position: usize,
    /// Where the literal stands in the text.
    pub literal_position: usize,
}

impl PartialEq for Comparison {
    fn eq(&self, other: &Self) -> bool {
        (&self.field, self.operator, &self.literal) == (&other.field, other.operator, &other.literal)
    }
}

impl Eq for Comparison {}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `=`: equal; text may hold wildcards.
    Equal,
    /// `!=`: not equal.
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `:`: text contains it, a list has it; `:*` means the field is set.
    Has,
}

impl Operator {
    /// Every operator, longest spelling first where one begins another.
    pub const ALL: [Self; 7] = [
        Self::NotEqual,
        Self::LessOrEqual,
        Self::GreaterOrEqual,
        Self::Equal,
        Self::Less,
        Self::Greater,
        Self::Has,
    ];

    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Has => ":",
        }
    }
}

impl Filter {
    /// Parses a filter.
    ///
    /// # Errors
    /// When the text is not a filter of this subset, or larger than its bounds; the error says where and what was
    /// expected.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::filter(text)
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression.as_ref().map_or(Ok(()), |expression| expression.fmt(f))
    }
}

impl fmt::Display for Expression {
    /// Prints parentheses around every combination inside another, so that nobody needs to know which of AND and OR
    /// binds closer.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    write!(f, " {word} ")?;
                }
                part.fmt_operand(f)?;
            }
            Ok(())
        };
        match self {
            Self::And(parts) => joined(f, parts, "AND"),
            Self::Or(parts) => joined(f, parts, "OR"),
            Self::Not(inner) => {
                f.write_str("NOT ")?;
                inner.fmt_operand(f)
            }
            Self::Comparison(comparison) => comparison.fmt(f),
        }
    }
}

impl Expression {
    fn fmt_operand(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Comparison(_) => write!(f, "{self}"),
            Self::And(_) | Self::Or(_) | Self::Not(_) => write!(f, "({self})"),
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, operator, literal, .. } = self;
        match operator {
            Operator::Has => write!(f, "{field}:{literal}"),
            _ => write!(f, "{field} {} {literal}", operator.as_str()),
        }
    }
}

#[cfg(test)]
mod tests;
