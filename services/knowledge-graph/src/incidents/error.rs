//! Why something about incidents is refused.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use resync_fault::{ErrorKind, Fault, FieldViolation};

use crate::audit::AuditError;
use crate::store::StoreError;

/// A job that has just failed is noted within this.
const NOTED: Duration = Duration::from_secs(5);

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum IncidentError {
    /// The store's own error.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The audit log's own error.
    #[error(transparent)]
    Audit(AuditError),
    /// No incident has that id.
    #[error("there is no incident {0}")]
    Unknown(String),
    /// No failure of that job is noted.
    #[error("no failure of {job} is noted")]
    NoFailure {
        /// As it was asked for.
        job: String,
    },
    /// Somebody said before how it was resolved.
    #[error("incident {id} was resolved already, by {by}")]
    Resolved {
        /// The incident.
        id: String,
        /// Who.
        by: String,
    },
    /// There is no resolution that could have helped.
    #[error("incident {0} is not resolved, so there is no resolution to report on")]
    NotResolved(String),
    /// A page token that we did not make.
    #[error("the page token is not one of this list")]
    PageToken,
    /// Others changed the same incident again and again.
    #[error("others change the same incident at this moment")]
    Contended,
}

impl From<AuditError> for IncidentError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Store(error) => Self::Store(error),
            other => Self::Audit(other),
        }
    }
}

impl IncidentError {
    /// Whether others were first, and looking again may help.
    pub(super) fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_conflict())
    }

    /// Whether the same will not help later: what is kept, or asked of the store, is wrong itself.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Store(StoreError::Foreign { .. } | StoreError::Defect { .. }))
    }
}

impl Fault for IncidentError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Audit(error) => error.kind(),
            Self::Unknown(_) | Self::NoFailure { .. } => ErrorKind::NotFound,
            Self::Resolved { .. } | Self::NotResolved(_) => ErrorKind::FailedPrecondition,
            Self::PageToken => ErrorKind::InvalidArgument,
            Self::Contended => ErrorKind::Unavailable,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Store(error) => error.reason(),
            Self::Audit(error) => error.reason(),
            Self::Unknown(_) => "INCIDENT_UNKNOWN",
            Self::NoFailure { .. } => "INCIDENT_NO_FAILURE",
            Self::Resolved { .. } => "INCIDENT_RESOLVED",
            Self::NotResolved(_) => "INCIDENT_NOT_RESOLVED",
            Self::PageToken => "PAGE_TOKEN_INVALID",
            Self::Contended => "INCIDENT_CONTENDED",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Audit(error) => error.hint(),
            Self::Unknown(_) => Some("list the incidents to find its id".into()),
            Self::NoFailure { .. } => Some(
                "give the plan id or the whole key of a job that failed; a failure is noted some seconds after it is seen"
                    .into(),
            ),
            Self::Resolved { .. } => Some("read what was said; a further failure opens a new incident".into()),
            Self::NotResolved(_) => Some("say how it was resolved first".into()),
            Self::PageToken => Some("ask for the first page again".into()),
            Self::Contended => Some("try again in a moment".into()),
        }
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            Self::Audit(error) => error.retryable(),
            _ => self.kind() == ErrorKind::Unavailable,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        matches!(self, Self::NoFailure { .. }).then_some(NOTED)
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::PageToken => vec![FieldViolation::new("page_token", self.to_string())],
            Self::NoFailure { .. } => vec![FieldViolation::new("job", self.to_string())],
            _ => Vec::new(),
        }
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        match self {
            Self::Unknown(id) | Self::NotResolved(id) | Self::Resolved { id, .. } => {
                BTreeMap::from([("incident_id".to_owned(), id.clone())])
            }
            _ => BTreeMap::new(),
        }
    }
}
