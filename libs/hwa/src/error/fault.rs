//! Engine failures in the product's common error vocabulary.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use resync_fault::{ErrorKind, Fault};

use super::{Error, Kind};

impl Fault for Error {
    fn kind(&self) -> ErrorKind {
        match self.failure() {
            Kind::Dns | Kind::Connect | Kind::Tls | Kind::Unavailable | Kind::Unauthorized => {
                ErrorKind::Unavailable
            }
            Kind::Timeout => ErrorKind::Unavailable,
            Kind::Forbidden => ErrorKind::PermissionDenied,
            Kind::NotFound => ErrorKind::NotFound,
            Kind::BadRequest => ErrorKind::InvalidArgument,
            Kind::Refused => ErrorKind::FailedPrecondition,
            Kind::Protocol => ErrorKind::Unavailable,
            Kind::Config => ErrorKind::FailedPrecondition,
        }
    }

    fn reason(&self) -> &str {
        match self.failure() {
            Kind::Dns => "ENGINE_NAME_UNKNOWN",
            Kind::Connect => "ENGINE_UNREACHABLE",
            Kind::Tls => "ENGINE_TLS_FAILED",
            Kind::Timeout => "ENGINE_TIMEOUT",
            Kind::Unauthorized => "ENGINE_LOGIN_REFUSED",
            Kind::Forbidden => "ENGINE_FORBIDS",
            Kind::NotFound => "ENGINE_OBJECT_NOT_FOUND",
            Kind::BadRequest => "ENGINE_REQUEST_NOT_UNDERSTOOD",
            Kind::Refused => "ENGINE_REFUSED",
            Kind::Unavailable => "ENGINE_UNAVAILABLE",
            Kind::Protocol => "ENGINE_PROTOCOL",
            Kind::Config => "ENGINE_SETTINGS_INVALID",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Owned(self.advice()))
    }

    /// Wrong credentials and distrusted certificates stay wrong until a person acts.
    fn retryable(&self) -> bool {
        matches!(
            self.failure(),
            Kind::Dns | Kind::Connect | Kind::Timeout | Kind::Unavailable | Kind::Protocol
        )
    }

    fn retry_after(&self) -> Option<Duration> {
        self.refusal()?.retry_after
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        let mut metadata = BTreeMap::new();
        if let Some(refusal) = self.refusal() {
            metadata.insert("engine_status".to_owned(), refusal.status.to_string());
            if let Some(code) = refusal.messages.cause() {
                metadata.insert("engine_code".to_owned(), code.to_owned());
            }
        }
        metadata
    }
}
