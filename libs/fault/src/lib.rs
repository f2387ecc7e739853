//! What an error of this product is, below every other crate.
//!
//! Each crate keeps its own error enum; what a caller may learn about it (kind, stable reason, hint, may it be
//! retried) is said through [`Fault`]. The one table from kinds to gRPC codes and HTTP statuses is in [`ErrorKind`].
//! HTTP bodies are made by the gateway; the gRPC form is `status`, behind the feature `grpc`.

mod kind;
mod body;
#[cfg(feature = "grpc")]
pub mod status;

pub use body::{FaultBody, FieldViolation};
pub use kind::{ErrorKind, http_status};

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

/// The `domain` of every `google.rpc.ErrorInfo` this product sends.
pub const DOMAIN: &str = "resync";

/// What an error tells the outside. Implemented by the error enum of each crate whose errors reach a user.
///
/// `Display` stays free for operators and logs. Callers see [`Fault::public_message`], which must be chosen on purpose:
/// its default is the `Display` text for kinds that describe the caller's own request, and a bare sentence for
/// [`ErrorKind::Internal`], so that internals never leak by accident.
pub trait Fault: Error {
    /// The closed class that decides gRPC code and HTTP status.
    fn kind(&self) -> ErrorKind;

    /// Stable machine-readable reason, `UPPER_SNAKE_CASE`, at most 63 characters. An error enum answers with
    /// literals and may say `&'static str`.
    fn reason(&self) -> &str;

    /// What the person who sees this can do about it.
    fn hint(&self) -> Option<Cow<'_, str>> {
        None
    }

    /// May the same request be sent again, unchanged, with a chance of success?
    fn retryable(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unavailable)
    }

    /// How long to wait before a retry, when known.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// The request's fields that were wrong, for [`ErrorKind::InvalidArgument`].
    fn violations(&self) -> Vec<FieldViolation> {
        Vec::new()
    }

    /// The variable parts of the message, as key and value.
    fn metadata(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// The text a caller may read.
    fn public_message(&self) -> Cow<'_, str> {
        match self.kind() {
            ErrorKind::Internal => Cow::Borrowed("something went wrong inside Resync"),
            _ => Cow::Owned(self.to_string()),
        }
    }
}
