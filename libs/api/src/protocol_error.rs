//! What is wrong with a message that arrived: found where it is received, so that domain values are sound.

use resync_fault::{ErrorKind, Fault, FieldViolation};

/// A message that breaks the contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// A required field is not set.
    #[error("field {field} is required")]
    Missing {
        /// Name of the field in the contract.
        field: &'static str,
    },
    /// A field holds a value that is not allowed.
    #[error("field {field} does not take {value:?}")]
    Invalid {
        /// Name of the field in the contract.
        field: &'static str,
        /// What was received.
        value: String,
    },
    /// A field breaks its rule, and the value is too long or too secret to repeat.
    #[error("field {field} takes {rule}")]
    Rule {
        /// Name of the field in the contract.
        field: &'static str,
        /// What it takes.
        rule: &'static str,
    },
}

impl ProtocolError {
    pub(crate) fn invalid(field: &'static str, value: impl ToString) -> Self {
        Self::Invalid { field, value: value.to_string() }
    }

    pub(crate) fn rule(field: &'static str, rule: &'static str) -> Self {
        Self::Rule { field, rule }
    }

    /// Name of the field in the contract.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::Missing { field } | Self::Invalid { field, .. } | Self::Rule { field, .. } => field,
        }
    }
}

impl Fault for ProtocolError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidArgument
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "FIELD_MISSING",
            Self::Invalid { .. } | Self::Rule { .. } => "FIELD_INVALID",
        }
    }

    fn violations(&self) -> Vec<FieldViolation> {
        vec![FieldViolation { field: self.field().to_owned(), description: self.to_string() }]
    }
}
