//! Why a request with a key, or without the key it needs, is not carried out now.

use chrono::{DateTime, SecondsFormat, Utc};
use resync_fault::{ErrorKind, Fault, FieldViolation};
use std::borrow::Cow;
use std::time::Duration;

/// Most requests have ended by then.
const IN_PROGRESS_RETRY: Duration = Duration::from_secs(1);
const HEADER: &str = "Idempotency-Key";

/// Nothing was executed for this request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The route is not served without a key.
    #[error("this request needs an Idempotency-Key")]
    KeyRequired,
    /// The key is none.
    #[error("the Idempotency-Key cannot be used: {problem}")]
    KeyInvalid {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The key was used for another request.
    #[error("this Idempotency-Key was used for a different request")]
    Mismatch,
    /// The same request is being carried out.
    #[error("the request with this Idempotency-Key is being carried out since {}", stamp(.since))]
    InProgress {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// The same request was begun, and how it ended is not known.
    #[error("whether the request of {} with this Idempotency-Key took effect is not known", stamp(.since))]
    OutcomeUnknown {
        /// When it was begun.
        since: DateTime<Utc>,
        /// When the key is forgotten.
        expires_at: DateTime<Utc>,
    },
    /// Keys cannot be kept now.
    #[error("idempotency keys cannot be kept now, so nothing was done")]
    Unavailable,
}

fn stamp(time: &DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl Fault for Refusal {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::KeyRequired | Self::KeyInvalid { .. } | Self::Mismatch => ErrorKind::InvalidArgument,
            Self::InProgress { .. } | Self::OutcomeUnknown { .. } => ErrorKind::Conflict,
            Self::Unavailable => ErrorKind::Unavailable,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::KeyRequired => "IDEMPOTENCY_KEY_REQUIRED",
            Self::KeyInvalid { .. } => "IDEMPOTENCY_KEY_INVALID",
            Self::Mismatch => "IDEMPOTENCY_MISMATCH",
            Self::InProgress { .. } => "IDEMPOTENCY_IN_PROGRESS",
            Self::OutcomeUnknown { .. } => "IDEMPOTENCY_OUTCOME_UNKNOWN",
            Self::Unavailable => "IDEMPOTENCY_UNAVAILABLE",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::KeyRequired => {
                "Send the header Idempotency-Key with a value of your own, such as a UUID, and the same one with every \
                 retry."
                    .into()
            }
            Self::KeyInvalid { .. } => "1 to 255 visible ASCII characters, sent once.".into(),
            Self::Mismatch => "Use a new key for a new request; a retry repeats the request unchanged.".into(),
            Self::InProgress { .. } => "Send the same request again in a moment to get its answer.".into(),
            Self::OutcomeUnknown { expires_at, .. } => format!(
                "Look at what the request was to change, and decide: if it took effect you are done, if not send it \
                 with a new key. This key stays taken until {}.",
                stamp(expires_at)
            )
            .into(),
            Self::Unavailable => {
                "Try again when GET /api/health/redis says that idempotency is safe.".into()
            }
        })
    }

    fn retryable(&self) -> bool {
        matches!(self, Self::InProgress { .. } | Self::Unavailable)
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retryable().then_some(IN_PROGRESS_RETRY)
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::KeyRequired | Self::KeyInvalid { .. } => {
                vec![FieldViolation::new(HEADER, self.to_string())]
            }
            _ => Vec::new(),
        }
    }
}
