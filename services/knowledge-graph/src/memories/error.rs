//! Why a memory is not kept, changed or found.

use std::borrow::Cow;
use std::collections::BTreeMap;

use resync_api::memories::model::{MemoryAction, MemoryState};
use resync_fault::{ErrorKind, Fault};

use crate::audit::AuditError;
use crate::store::StoreError;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    /// The store's own error.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The audit log's own error.
    #[error(transparent)]
    Audit(AuditError),
    /// No such memory.
    #[error("there is no memory {0}")]
    Unknown(String),
    /// Somebody decided since it was looked at.
    #[error("memory {memory_id} was changed since revision {expected}; it is at {revision} now")]
    Changed {
        /// Which.
        memory_id: String,
        /// The revision that was looked at.
        expected: u64,
        /// The present one.
        revision: u64,
    },
    /// Only a person may decide this.
    #[error("only a person may decide about a memory")]
    NotAPerson,
    /// It stands otherwise than this needs.
    #[error("memory {memory_id} is {}; it cannot be {} now", state_word(*.state), action_word(*.action))]
    State {
        /// Which.
        memory_id: String,
        /// How it stands.
        state: MemoryState,
        /// What was wanted.
        action: MemoryAction,
    },
    /// The time is over before it begins.
    #[error("the time at which it stops to hold has passed")]
    ExpiryPast,
    /// Nothing is said in its place.
    #[error("an edit says what the memory says from now on")]
    NoText,
    /// A fact has no query.
    #[error("only a correction has an intended query")]
    NoQuery,
    /// A page token that we did not make.
    #[error("the page token is not one of this list")]
    PageToken,
    /// A reviewer has to decide first.
    #[error("{limit} proposals of yours wait for a reviewer")]
    TooMany {
        /// As many as may wait.
        limit: u64,
    },
    /// Others were first, again and again.
    #[error("too many others changed the same rows")]
    Contended,
}

fn state_word(state: MemoryState) -> &'static str {
    match state {
        MemoryState::Proposed => "proposed",
        MemoryState::Approved => "approved",
        MemoryState::Rejected => "rejected",
        MemoryState::Expired => "expired",
        MemoryState::Quarantined => "in quarantine",
    }
}

fn action_word(action: MemoryAction) -> &'static str {
    match action {
        MemoryAction::Approve => "approved",
        MemoryAction::Edit => "edited",
        MemoryAction::Reject => "rejected",
        MemoryAction::Expire => "expired",
        MemoryAction::Quarantine => "put into quarantine",
    }
}

impl From<AuditError> for MemoryError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Store(error) => Self::Store(error),
            other => Self::Audit(other),
        }
    }
}

impl Fault for MemoryError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Audit(error) => error.kind(),
            Self::Unknown(_) => ErrorKind::NotFound,
            Self::Changed { .. } | Self::Contended => ErrorKind::Conflict,
            Self::NotAPerson => ErrorKind::PermissionDenied,
            Self::TooMany { .. } => ErrorKind::ResourceExhausted,
            Self::State { .. } => ErrorKind::FailedPrecondition,
            Self::ExpiryPast | Self::NoText | Self::NoQuery | Self::PageToken => ErrorKind::InvalidArgument,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Store(error) => error.reason(),
            Self::Audit(error) => error.reason(),
            Self::Unknown(_) => "MEMORY_UNKNOWN",
            Self::Changed { .. } => "MEMORY_CHANGED",
            Self::NotAPerson => "NEEDS_A_PERSON",
            Self::State { .. } => "MEMORY_STATE",
            Self::ExpiryPast => "EXPIRY_PAST",
            Self::NoText => "TEXT_MISSING",
            Self::NoQuery => "NOT_A_CORRECTION",
            Self::PageToken => "PAGE_TOKEN_INVALID",
            Self::TooMany { .. } => "MEMORIES_WAITING",
            Self::Contended => "MEMORIES_CONTENDED",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Store(error) => return error.hint(),
            Self::Audit(error) => return error.hint(),
            Self::Changed { .. } | Self::State { .. } => "look at the memory again, then decide".into(),
            Self::NotAPerson => "log in as a person who may review memories".into(),
            Self::ExpiryPast => "give a time in the future, or none".into(),
            Self::NoText => "give the new text, or of a correction its query or note".into(),
            Self::NoQuery => "change its text instead".into(),
            Self::PageToken => "ask for the first page again".into(),
            Self::TooMany { .. } => "ask a reviewer to decide about those that wait".into(),
            Self::Contended => "try again in a moment".into(),
            Self::Unknown(_) => return None,
        })
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            Self::Audit(error) => error.retryable(),
            Self::Contended => true,
            _ => false,
        }
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        let of = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        match self {
            Self::Unknown(id) => of(&[("memory_id", id)]),
            Self::Changed { memory_id, revision, .. } => {
                of(&[("memory_id", memory_id), ("revision", &revision.to_string())])
            }
            Self::State { memory_id, state, .. } => {
                of(&[("memory_id", memory_id), ("state", state_word(*state))])
            }
            _ => BTreeMap::new(),
        }
    }
}
