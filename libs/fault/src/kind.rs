//! The closed set of error kinds and the only table from them to gRPC codes and HTTP statuses.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The class of an error. Closed on purpose: a new situation is a new reason, not a new kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorKind {
    /// The request itself is wrong, whatever the state of the system.
    InvalidArgument,
    /// Nobody is logged in, or the token is not acceptable.
    Unauthenticated,
    /// The caller is known and may not do this.
    PermissionDenied,
    /// The thing named does not exist, or the caller may not know that it does.
    NotFound,
    /// Another writer or an earlier request got there first.
    Conflict,
    /// The system is not in the state this request needs.
    FailedPrecondition,
    /// A limit or quota is used up.
    ResourceExhausted,
    /// A part that is needed cannot be reached now; trying later may help.
    Unavailable,
    /// The caller's time ran out.
    DeadlineExceeded,
    /// This build or this part does not do that.
    Unimplemented,
    /// A defect or an unexpected failure on our side.
    Internal,
}

/// One row a kind: kind, name, gRPC code, HTTP status.
const TABLE: [(ErrorKind, &str, i32, u16); 11] = [
    (ErrorKind::InvalidArgument, "INVALID_ARGUMENT", 3, 400),
    (ErrorKind::Unauthenticated, "UNAUTHENTICATED", 16, 401),
    (ErrorKind::PermissionDenied, "PERMISSION_DENIED", 7, 403),
    (ErrorKind::NotFound, "NOT_FOUND", 5, 404),
    (ErrorKind::Conflict, "CONFLICT", 10, 409),
    (ErrorKind::FailedPrecondition, "FAILED_PRECONDITION", 9, 400),
    (ErrorKind::ResourceExhausted, "RESOURCE_EXHAUSTED", 8, 429),
    (ErrorKind::Unavailable, "UNAVAILABLE", 14, 503),
    (ErrorKind::DeadlineExceeded, "DEADLINE_EXCEEDED", 4, 504),
    (ErrorKind::Unimplemented, "UNIMPLEMENTED", 12, 501),
    (ErrorKind::Internal, "INTERNAL", 13, 500),
];

/// Reasons whose HTTP status differs from their kind's.
const HTTP_BY_REASON: [(&str, u16); 3] =
    [("IDEMPOTENCY_MISMATCH", 422), ("IDEMPOTENCY_IN_PROGRESS", 409), ("STALE_TARGET", 409)];

impl ErrorKind {
    /// All kinds, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    fn row(self) -> &'static (Self, &'static str, i32, u16) {
        // The last row is Internal: the honest answer should the table ever miss a kind (a test says it does not).
        TABLE.iter().find(|row| row.0 == self).unwrap_or(&TABLE[TABLE.len() - 1])
    }

    /// The kind's name as it appears in JSON and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// The number of the gRPC status code.
    #[must_use]
    pub fn grpc_code(self) -> i32 {
        self.row().2
    }

    /// The HTTP status of this kind when its reason does not override it; see [`http_status`].
    #[must_use]
    pub fn http_status(self) -> u16 {
        self.row().3
    }

    /// The kind for a gRPC status code number, including the codes this product never sends itself.
    #[must_use]
    pub fn from_grpc_code(code: i32) -> Self {
        match code {
            // Cancelled reaches a caller only when its own deadline or wish ended the call.
            1 => Self::DeadlineExceeded,
            6 => Self::Conflict,
            11 => Self::InvalidArgument,
            other => TABLE.iter().find(|row| row.2 == other).map_or(Self::Internal, |row| row.0),
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The HTTP status for an error: the reason's own, else its kind's.
#[must_use]
pub fn http_status(kind: ErrorKind, reason: &str) -> u16 {
    HTTP_BY_REASON.iter().find(|row| row.0 == reason).map_or_else(|| kind.http_status(), |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_row_and_survives_the_grpc_code() {
        assert_eq!(ErrorKind::all().count(), TABLE.len());
        for kind in ErrorKind::all() {
            assert_eq!(kind.row().0, kind);
            assert_eq!(ErrorKind::from_grpc_code(kind.grpc_code()), kind);
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("\"{}\"", kind.as_str()), "JSON and log name agree");
        }
    }

    #[test]
    fn foreign_codes_fall_into_the_nearest_kind() {
        for (code, kind) in [
            (1, ErrorKind::DeadlineExceeded),
            (2, ErrorKind::Internal),
            (6, ErrorKind::Conflict),
            (11, ErrorKind::InvalidArgument),
            (15, ErrorKind::Internal),
            (99, ErrorKind::Internal),
        ] {
            assert_eq!(ErrorKind::from_grpc_code(code), kind, "code {code}");
        }
    }

    #[test]
    fn three_reasons_override_the_http_status() {
        assert_eq!(http_status(ErrorKind::InvalidArgument, "IDEMPOTENCY_MISMATCH"), 422);
        assert_eq!(http_status(ErrorKind::Conflict, "IDEMPOTENCY_IN_PROGRESS"), 409);
        assert_eq!(http_status(ErrorKind::FailedPrecondition, "STALE_TARGET"), 409);
        assert_eq!(http_status(ErrorKind::FailedPrecondition, "ENGINE_STOPPED"), 400);
    }
}
