//! What is wrong with a filter or an order, and where.

use resync_fault::{ErrorKind, Fault, FieldViolation};
use std::borrow::Cow;

use super::{MAX_COMPARISONS, MAX_DEPTH, MAX_LENGTH, MAX_ORDER_FIELDS};

/// A text that is not a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("filter, character {position}: {problem}")]
pub struct FilterError {
    /// Where, in characters from 1.
    pub position: usize,
    /// What is wrong there.
    pub problem: FilterProblem,
}

/// What is wrong at a position of a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterProblem {
    /// Something else should stand here.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What should stand here.
        expected: &'static str,
        /// What stands here.
        found: String,
    },
    /// A string that does not end.
    #[error("the string that begins here has no closing quote")]
    OpenString,
    /// A backslash before something that needs none.
    #[error("after a backslash expected one of \\ \" ' * ?, found {found}")]
    Escape {
        /// What stands after the backslash.
        found: String,
    },
    /// Longer than [`MAX_LENGTH`].
    #[error("a filter has at most {MAX_LENGTH} characters")]
    TooLong,
    /// More comparisons than [`MAX_COMPARISONS`].
    #[error("a filter has at most {MAX_COMPARISONS} comparisons")]
    TooManyComparisons,
    /// Deeper than [`MAX_DEPTH`].
    #[error("parentheses and NOT nest at most {MAX_DEPTH} deep")]
    TooDeep,
}

impl Fault for FilterError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidArgument
    }

    fn reason(&self) -> &'static str {
        "FILTER_INVALID"
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some("write it like status = ERROR AND (job_name = \"PAY_*\" OR folder = \"/FIN*\"); see docs/filters.md".into())
    }

    fn violations(&self) -> Vec<FieldViolation> {
        vec![FieldViolation::new("filter", self.to_string())]
    }
}

/// A text that is not an order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// A part is not `field`, `field asc` or `field desc`.
    #[error("order_by takes a field name with asc or desc behind it, found {found:?}")]
    Part {
        /// What was found.
        found: String,
    },
    /// A field named twice.
    #[error("order_by names {field} twice")]
    Twice {
        /// The field.
        field: String,
    },
    /// More fields than [`MAX_ORDER_FIELDS`].
    #[error("order_by names at most {MAX_ORDER_FIELDS} fields")]
    TooMany,
}

impl Fault for OrderError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidArgument
    }

    fn reason(&self) -> &'static str {
        "ORDER_BY_INVALID"
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some("write it like start_time desc, job_name".into())
    }

    fn violations(&self) -> Vec<FieldViolation> {
        vec![FieldViolation::new("order_by", self.to_string())]
    }
}
