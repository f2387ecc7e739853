//! Why a store did not do what it was asked.

use std::borrow::Cow;

use resync_fault::{ErrorKind, Fault};

/// What can go wrong with any store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A record stands where none may, or not at the revision expected, or an end of a relation is missing.
    #[error("another writer changed {collection} first")]
    Conflict {
        /// Of the write that failed.
        collection: &'static str,
    },
    /// It cannot be reached or does not work now.
    #[error("the store ({store}) cannot be used now: {cause}")]
    Unavailable {
        /// Which.
        store: &'static str,
        /// What it said.
        cause: String,
    },
    /// The connection broke while a batch was committed, and it cannot be looked up whether it was.
    #[error("the store ({store}) did not say whether it kept the last write: {cause}")]
    Unknown {
        /// Which.
        store: &'static str,
        /// What it said.
        cause: String,
    },
    /// Its schema is one this version does not know.
    #[error("the store ({store}) has schema {found}; this version knows up to {known}")]
    Newer {
        /// Which.
        store: &'static str,
        /// In the store.
        found: i64,
        /// Of this version.
        known: i64,
    },
    /// It does not let us in.
    #[error("the store ({store}) refuses the login: {cause}")]
    Login {
        /// Which.
        store: &'static str,
        /// What it said.
        cause: String,
    },
    /// What was read, or the place itself, is not what this product writes.
    #[error("the store ({store}) holds what Resync did not write: {cause}")]
    Foreign {
        /// Which.
        store: &'static str,
        /// What is wrong.
        cause: String,
    },
    /// A request the store does not understand: a defect of this product.
    #[error("the store ({store}) does not understand a request: {cause}")]
    Defect {
        /// Which.
        store: &'static str,
        /// What it said.
        cause: String,
    },
}

impl StoreError {
    /// Whether the same write may succeed once others have finished.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }

    /// Whether nothing is wrong but the store's reachability.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Unknown { .. })
    }
}

impl Fault for StoreError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Conflict { .. } => ErrorKind::Conflict,
            Self::Unavailable { .. } | Self::Unknown { .. } => ErrorKind::Unavailable,
            Self::Newer { .. } | Self::Login { .. } | Self::Foreign { .. } => ErrorKind::FailedPrecondition,
            Self::Defect { .. } => ErrorKind::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "STORE_CONFLICT",
            Self::Unavailable { .. } => "STORE_UNAVAILABLE",
            Self::Unknown { .. } => "STORE_OUTCOME_UNKNOWN",
            Self::Newer { .. } => "STORE_SCHEMA_NEWER",
            Self::Login { .. } => "STORE_LOGIN_REFUSED",
            Self::Foreign { .. } => "STORE_FOREIGN",
            Self::Defect { .. } => "STORE_DEFECT",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Conflict { .. } => "read it again and decide anew".into(),
            Self::Unavailable { .. } => "check that the store runs and can be reached, then try again".into(),
            Self::Unknown { .. } => "look whether it took effect before trying again".into(),
            Self::Newer { .. } => "use the version of Resync that made it, or restore an older backup".into(),
            Self::Login { .. } => "check user and password of the store in the settings".into(),
            Self::Foreign { .. } => "restore a backup, or choose another place for the store".into(),
            Self::Defect { .. } => return None,
        })
    }

    fn retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}
