//! What callers are told when they get no answer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use resync_fault::{ErrorKind, Fault, FieldViolation};

use crate::store::{Cause, StoreError};

/// The store is asked again after this while it is out.
const RETRY: Duration = Duration::from_secs(1);

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Entries cannot be stored or invalidated.
    #[error("the cache cannot reach its store: {0}")]
    Entries(StoreError),
    /// Nothing may be executed under a key now.
    #[error("idempotency cannot be guaranteed now, so nothing was executed: {0}")]
    Idempotency(StoreError),
    /// Nothing is known of a limit now.
    #[error("the rate limit cannot be checked now: {0}")]
    Quota(StoreError),
    /// Nothing is known of a lease now.
    #[error("the lease cannot be checked now: {0}")]
    Lease(StoreError),
    /// The attempt does not hold the key.
    #[error("the idempotency key is not held by this attempt any more")]
    ClaimLost,
    /// The record was written by a version that is not known here.
    #[error("the record of the idempotency key cannot be read")]
    RecordUnreadable,
    /// The holder does not hold the lease.
    #[error("the lease {name:?} is not held by {holder:?} any more")]
    LeaseLost {
        /// What was leased.
        name: String,
        /// Who thought to hold it.
        holder: String,
    },
    /// A watcher fell behind the queue of invalidations.
    #[error("this watcher reads more slowly than entries are invalidated")]
    SlowReader {
        /// To go on from.
        after: u64,
    },
    /// The role is stopping.
    #[error("the cache is stopping")]
    Stopping,
    /// A token that no grant gave.
    #[error("field token holds no token of a grant")]
    Token,
    /// A limit finer than its clock.
    #[error("field limit takes at most one unit per microsecond of the window")]
    Rate,
}

impl Error {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Entries(error) | Self::Idempotency(error) | Self::Quota(error) | Self::Lease(error) => {
                Some(error)
            }
            _ => None,
        }
    }
}

impl Fault for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::ClaimLost | Self::LeaseLost { .. } => ErrorKind::Conflict,
            Self::RecordUnreadable => ErrorKind::FailedPrecondition,
            Self::Token | Self::Rate => ErrorKind::InvalidArgument,
            _ => ErrorKind::Unavailable,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Entries(_) => "CACHE_STORE_UNAVAILABLE",
            Self::Idempotency(_) => "IDEMPOTENCY_UNAVAILABLE",
            Self::Quota(_) => "QUOTA_UNAVAILABLE",
            Self::Lease(_) => "LEASE_UNAVAILABLE",
            Self::ClaimLost => "IDEMPOTENCY_CLAIM_LOST",
            Self::RecordUnreadable => "IDEMPOTENCY_RECORD_UNREADABLE",
            Self::LeaseLost { .. } => "LEASE_LOST",
            Self::SlowReader { .. } => "SLOW_READER",
            Self::Stopping => "STOPPING",
            Self::Token | Self::Rate => "FIELD_INVALID",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        if let Some(error) = self.store() {
            return Some(error.cause.hint().into());
        }
        match self {
            Self::ClaimLost => {
                Some("the outcome is not stored: look at the object before asking again".into())
            }
            Self::RecordUnreadable => Some("use another idempotency key".into()),
            Self::LeaseLost { .. } => {
                Some("stop the work that the lease protects, then acquire it again".into())
            }
            Self::SlowReader { .. } => Some("watch again after the last position".into()),
            Self::Stopping => Some("connect again".into()),
            _ => None,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        self.store().map(|_| RETRY)
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::Token => vec![FieldViolation::new("token", self.to_string())],
            Self::Rate => vec![FieldViolation::new("limit", self.to_string())],
            _ => Vec::new(),
        }
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        match (self, self.store().map(|error| error.cause)) {
            (_, Some(cause)) => one("cause", Cause::reason(cause)),
            (Self::SlowReader { after }, _) => one("after", &after.to_string()),
            (Self::LeaseLost { name, .. }, _) => one("lease", name),
            _ => BTreeMap::new(),
        }
    }
}

fn one(name: &str, value: &str) -> BTreeMap<String, String> {
    BTreeMap::from([(name.to_owned(), value.to_owned())])
}
