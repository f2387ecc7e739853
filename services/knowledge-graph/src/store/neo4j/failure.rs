//! What an error of the driver means: try again, give up, or look whether it happened.

use neo4rs::{Error, Neo4jClientErrorKind, Neo4jErrorKind};

use super::STORE;
use crate::store::StoreError;

const TAKEN: &str = "Neo.ClientError.Schema.ConstraintValidationFailed";

/// Why an attempt failed.
#[derive(Debug)]
pub(super) struct Failure {
    kind: Kind,
    at_commit: bool,
}

#[derive(Debug)]
enum Kind {
    /// The connection, or the server for now.
    Passing(String),
    Final(StoreError),
}

impl Failure {
    /// An error before the commit was asked for: nothing is kept.
    pub(super) fn before(error: Error) -> Self {
        Self { kind: kind(error, ""), at_commit: false }
    }

    /// An error of a statement that writes a collection.
    pub(super) fn writing(error: Error, collection: &'static str) -> Self {
        Self { kind: kind(error, collection), at_commit: false }
    }

    /// An error of the commit itself.
    pub(super) fn committing(error: Error) -> Self {
        Self { kind: kind(error, ""), at_commit: true }
    }

    /// Others were first.
    pub(super) fn conflict(collection: &'static str) -> Self {
        Self::lasting(StoreError::Conflict { collection })
    }

    /// An error that no other attempt mends.
    pub(super) fn lasting(error: StoreError) -> Self {
        Self { kind: Kind::Final(error), at_commit: false }
    }

    /// Another attempt may succeed.
    pub(super) fn passes(&self) -> bool {
        matches!(self.kind, Kind::Passing(_))
    }

    /// The writes may have been kept all the same.
    pub(super) fn leaves_doubt(&self) -> bool {
        self.at_commit && self.passes()
    }

    pub(super) fn is_conflict(&self) -> bool {
        matches!(&self.kind, Kind::Final(error) if error.is_conflict())
    }

    pub(super) fn cause(&self) -> String {
        match &self.kind {
            Kind::Passing(cause) => cause.clone(),
            Kind::Final(error) => error.to_string(),
        }
    }

    pub(super) fn into_error(self) -> StoreError {
        match self.kind {
            Kind::Passing(cause) => StoreError::Unavailable { store: STORE, cause },
            Kind::Final(error) => error,
        }
    }
}

fn kind(error: Error, collection: &'static str) -> Kind {
    let cause = error.to_string();
    match error {
        Error::Neo4j(error) => match error.kind() {
            _ if error.code() == TAKEN => Kind::Final(StoreError::Conflict { collection }),
            Neo4jErrorKind::Client(Neo4jClientErrorKind::Security(_)) => {
                Kind::Final(StoreError::Login { store: STORE, cause })
            }
            Neo4jErrorKind::Client(
                Neo4jClientErrorKind::SessionExpired | Neo4jClientErrorKind::TransactionTerminated,
            )
            | Neo4jErrorKind::Transient
            | Neo4jErrorKind::Database => Kind::Passing(cause),
            Neo4jErrorKind::Client(_) | Neo4jErrorKind::Unknown => {
                Kind::Final(StoreError::Defect { store: STORE, cause })
            }
        },
        Error::AuthenticationError(_) => Kind::Final(StoreError::Login { store: STORE, cause }),
        Error::IOError { .. }
        | Error::ConnectionError
        | Error::IncompleteBoltExchange
        | Error::Ignored(_)
        | Error::RequestIgnoredError
        | Error::ServerUnavailableError(_)
        | Error::ConnectionTimedOut
        // What a server says that dies in the middle of an answer.
        | Error::UnexpectedMessage(_) => Kind::Passing(cause),
        _ => Kind::Final(StoreError::Defect { store: STORE, cause }),
    }
}
