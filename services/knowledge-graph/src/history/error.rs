//! Why a question about runs has no answer.

use std::borrow::Cow;

use resync_fault::{ErrorKind, Fault, FieldViolation};

use crate::store::StoreError;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The store's own error.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A page token that we did not make.
    #[error("the page token is not one of this list")]
    PageToken,
}

impl Fault for HistoryError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Store(error) => error.kind(),
            Self::PageToken => ErrorKind::InvalidArgument,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Store(error) => error.reason(),
            Self::PageToken => "PAGE_TOKEN_INVALID",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Store(error) => error.hint(),
            Self::PageToken => Some("ask for the first page again".into()),
        }
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            Self::PageToken => false,
        }
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::PageToken => vec![FieldViolation::new("page_token", self.to_string())],
            Self::Store(_) => Vec::new(),
        }
    }
}
