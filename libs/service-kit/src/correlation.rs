//! The id that ties one outside request to everything it caused: in logs, in answers, in calls to other roles.

use std::fmt;
use std::sync::Arc;

/// Header and gRPC metadata key of the id.
pub const CORRELATION_HEADER: &str = "x-correlation-id";

const MAX_LENGTH: usize = 64;

/// A correlation id: 1 to 64 characters of `A-Z a-z 0-9 - _ .`, so that it can neither break a log line nor a header.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CorrelationId(Arc<str>);

impl CorrelationId {
    /// A new id, sortable by time.
    #[must_use]
    pub fn generate() -> Self {
        Self(uuid::Uuid::now_v7().simple().to_string().into())
    }

    /// The id a caller sent, if it is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        ((1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(allowed)).then(|| Self(text.into()))
    }

    /// The id in `headers`, or a new one.
    #[must_use]
    pub fn from_headers(headers: &http::HeaderMap) -> Self {
        headers
            .get(CORRELATION_HEADER)
            .and_then(|value| value.to_str().ok())
            .and_then(Self::parse)
            .unwrap_or_else(Self::generate)
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a header value.
    #[must_use]
    pub fn header_value(&self) -> http::HeaderValue {
        http::HeaderValue::from_str(&self.0).unwrap_or_else(|_| http::HeaderValue::from_static("invalid"))
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_could_forge_a_log_line_are_refused() {
        for text in ["", "a b", "a\nb", "é", &"x".repeat(65), "a\"b"] {
            assert_eq!(CorrelationId::parse(text), None, "{text:?}");
        }
        let own = CorrelationId::generate();
        assert_eq!(CorrelationId::parse(own.as_str()), Some(own));
    }
}
