//! Why something about a conversation failed.

use std::borrow::Cow;

use resync_fault::{ErrorKind, Fault, FieldViolation};

use crate::audit::AuditError;
use crate::store::StoreError;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum ConversationError {
    /// The store's own error.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The audit log's own error.
    #[error(transparent)]
    Audit(AuditError),
    /// The caller has no such conversation.
    #[error("you have no conversation {0:?}")]
    Unknown(String),
    /// A page token that is not of this list.
    #[error("the page token is not one of this list")]
    PageToken,
    /// Others came first too often.
    #[error("the conversation is changed by others at this moment")]
    Contended,
}

impl From<AuditError> for ConversationError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Store(error) => Self::Store(error),
            other => Self::Audit(other),
        }
    }
}

impl Fault for ConversationError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Audit(error) => error.kind(),
            Self::Unknown(_) => ErrorKind::NotFound,
            Self::PageToken => ErrorKind::InvalidArgument,
            Self::Contended => ErrorKind::Unavailable,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Store(error) => error.reason(),
            Self::Audit(error) => error.reason(),
            Self::Unknown(_) => "CONVERSATION_UNKNOWN",
            Self::PageToken => "PAGE_TOKEN_INVALID",
            Self::Contended => "CONVERSATION_CONTENDED",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Audit(error) => error.hint(),
            Self::Unknown(_) => Some("list your conversations; it may have been deleted".into()),
            Self::PageToken => Some("ask for the first page again".into()),
            Self::Contended => Some("try again in a moment".into()),
        }
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            Self::Audit(error) => error.retryable(),
            Self::Contended => true,
            Self::Unknown(_) | Self::PageToken => false,
        }
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::PageToken => vec![FieldViolation::new("page_token", self.to_string())],
            _ => Vec::new(),
        }
    }
}
