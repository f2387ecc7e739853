//! Why something about the audit log failed.

use std::borrow::Cow;

use resync_fault::{ErrorKind, Fault, FieldViolation};

use resync_service_kit::spool::SpoolError;

use crate::store::StoreError;

impl From<SpoolError> for AuditError {
    fn from(error: SpoolError) -> Self {
        match error {
            SpoolError::Unusable(cause) => Self::Spool(cause),
            SpoolError::Full { bytes } => Self::SpoolFull { bytes },
        }
    }
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The store's own error.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The local file for events cannot be used.
    #[error("the local file for security events cannot be used: {0}")]
    Spool(String),
    /// The local file is full.
    #[error("the local file for security events is full ({bytes} bytes) while the store is out")]
    SpoolFull {
        /// Its bound.
        bytes: u64,
    },
    /// The file of checkpoints cannot be used.
    #[error("the file of audit checkpoints cannot be used: {0}")]
    Checkpoints(String),
    /// A page token that we did not make.
    #[error("the page token is not one of this list")]
    PageToken,
}

impl Fault for AuditError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Spool(_) | Self::SpoolFull { .. } => ErrorKind::Unavailable,
            Self::Checkpoints(_) => ErrorKind::FailedPrecondition,
            Self::PageToken => ErrorKind::InvalidArgument,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Store(error) => error.reason(),
            Self::Spool(_) => "AUDIT_SPOOL_UNUSABLE",
            Self::SpoolFull { .. } => "AUDIT_SPOOL_FULL",
            Self::Checkpoints(_) => "AUDIT_CHECKPOINTS_UNUSABLE",
            Self::PageToken => "PAGE_TOKEN_INVALID",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Spool(_) | Self::Checkpoints(_) => {
                Some("check the data folder: its permissions, its space, its content".into())
            }
            Self::SpoolFull { .. } => Some("bring the store back; nothing can be audited until then".into()),
            Self::PageToken => Some("ask for the first page again".into()),
        }
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            _ => self.kind() == ErrorKind::Unavailable,
        }
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::PageToken => vec![FieldViolation::new("page_token", self.to_string())],
            _ => Vec::new(),
        }
    }
}
