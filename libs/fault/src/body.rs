//! An error detached from the type that caused it: what crosses a process boundary or goes into a JSON body.

use crate::{ErrorKind, Fault, http_status};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// One wrong field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldViolation {
    /// Path of the field, in the request's own spelling, such as `filter` or `jobs[2].id`.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

impl FieldViolation {
    /// A violation of `field`.
    pub fn new(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self { field: field.into(), description: description.into() }
    }
}

/// The owned, serializable form of a [`Fault`]: only what the outside may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultBody {
    /// The class of the error.
    pub kind: ErrorKind,
    /// Stable `UPPER_SNAKE_CASE` reason.
    pub reason: String,
    /// Text a person may read.
    pub message: String,
    /// What that person can do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// May the same request be tried again unchanged?
    #[serde(default)]
    pub retryable: bool,
    /// Wait this long before a retry, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// Wrong fields of the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<FieldViolation>,
    /// Variable parts of the message.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

impl FaultBody {
    /// A body of `kind` with nothing but a reason and a message.
    pub fn new(kind: ErrorKind, reason: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind,
            reason: reason.into(),
            message: message.into(),
            hint: None,
            retryable: kind == ErrorKind::Unavailable,
            retry_after_ms: None,
            violations: Vec::new(),
            metadata: BTreeMap::new(),
        }
    }

    /// The same body with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The HTTP status this error is answered with.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        http_status(self.kind, &self.reason)
    }

    /// How long to wait before a retry, when known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after_ms.map(Duration::from_millis)
    }
}

impl<F: Fault + ?Sized> From<&F> for FaultBody {
    fn from(fault: &F) -> Self {
        Self {
            kind: fault.kind(),
            reason: fault.reason().to_owned(),
            message: fault.public_message().into_owned(),
            hint: fault.hint().map(Cow::into_owned),
            retryable: fault.retryable(),
            retry_after_ms: fault
                .retry_after()
                .map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            violations: fault.violations(),
            metadata: fault.metadata(),
        }
    }
}

impl fmt::Display for FaultBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FaultBody {}

/// An error that came from another process is passed on as it was said there.
impl Fault for FaultBody {
    fn kind(&self) -> ErrorKind {
        self.kind
    }
    fn reason(&self) -> &str {
        &self.reason
    }
    fn hint(&self) -> Option<Cow<'_, str>> {
        self.hint.as_deref().map(Cow::Borrowed)
    }
    fn retryable(&self) -> bool {
        self.retryable
    }
    fn retry_after(&self) -> Option<Duration> {
        Self::retry_after(self)
    }
    fn violations(&self) -> Vec<FieldViolation> {
        self.violations.clone()
    }
    fn metadata(&self) -> BTreeMap<String, String> {
        self.metadata.clone()
    }
    fn public_message(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    enum Sample {
        Disk,
        Filter,
    }

    impl fmt::Display for Sample {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(match self {
                Self::Disk => "write to /secret/path failed",
                Self::Filter => "the filter does not parse",
            })
        }
    }

    impl std::error::Error for Sample {}

    impl Fault for Sample {
        fn kind(&self) -> ErrorKind {
            match self {
                Self::Disk => ErrorKind::Internal,
                Self::Filter => ErrorKind::InvalidArgument,
            }
        }
        fn reason(&self) -> &'static str {
            "SAMPLE"
        }
        fn hint(&self) -> Option<Cow<'static, str>> {
            Some("look at the examples".into())
        }
        fn violations(&self) -> Vec<FieldViolation> {
            vec![FieldViolation::new("filter", "unexpected end")]
        }
    }

    #[test]
    fn an_internal_error_never_shows_its_text() {
        let body = FaultBody::from(&Sample::Disk);
        assert!(!serde_json::to_string(&body).unwrap().contains("/secret"));
        assert_eq!(body.http_status(), 500);
    }

    #[test]
    fn a_body_survives_json() {
        let body = FaultBody::from(&Sample::Filter);
        assert_eq!(body.message, "the filter does not parse");
        let json = serde_json::to_string(&body).unwrap();
        let back: FaultBody = serde_json::from_str(&json).unwrap();
        assert_eq!(back, body);
        assert_eq!(FaultBody::from(&back), body, "passing it on changes nothing");
    }
}
