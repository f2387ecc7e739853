//! Why a question about the graph has no answer.

use std::borrow::Cow;
use std::collections::BTreeMap;

use resync_fault::{ErrorKind, Fault, FieldViolation};

/// Why a question about the graph has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopologyError {
    /// The question names nothing.
    #[error("the question names no object")]
    ObjectNotNamed,
    /// Nothing has that id or key.
    #[error("the plan holds no object {object:?}")]
    UnknownObject {
        /// As asked.
        object: String,
    },
    /// Several objects have that key.
    #[error("{matches} objects are called {object:?}")]
    AmbiguousObject {
        /// As asked.
        object: String,
        /// How many.
        matches: usize,
    },
    /// The question makes no sense for an object of that kind.
    #[error("{object:?} is no job or job stream")]
    NotAFlow {
        /// As asked.
        object: String,
    },
    /// Only a job can do that.
    #[error("{object:?} is no job")]
    NotAJob {
        /// As asked.
        object: String,
    },
    /// Too much at once.
    #[error("{given} changes are more than {most}")]
    TooManyChanges {
        /// As asked.
        given: usize,
        /// The bound.
        most: usize,
    },
    /// Nothing to compare.
    #[error("no change is given")]
    NoChange,
}

impl Fault for TopologyError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownObject { .. } => ErrorKind::NotFound,
            _ => ErrorKind::InvalidArgument,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::ObjectNotNamed => "OBJECT_NOT_NAMED",
            Self::UnknownObject { .. } => "OBJECT_UNKNOWN",
            Self::AmbiguousObject { .. } => "OBJECT_AMBIGUOUS",
            Self::NotAFlow { .. } => "OBJECT_NOT_A_FLOW",
            Self::NotAJob { .. } => "OBJECT_NOT_A_JOB",
            Self::TooManyChanges { .. } => "TOO_MANY_CHANGES",
            Self::NoChange => "NO_CHANGE",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(match self {
            Self::ObjectNotNamed => "give a plan id or a key such as WORKSTATION#/FOLDER/STREAM.JOB",
            Self::UnknownObject { .. } => "look it up with FindObjects; it may have left the plan",
            Self::AmbiguousObject { .. } => "give the plan id of the instance meant",
            Self::NotAFlow { .. } => "name a job or a job stream",
            Self::NotAJob { .. } => "name a job; a job stream can be held, cancelled or delayed",
            Self::TooManyChanges { .. } => "ask about fewer changes at once",
            Self::NoChange => "say what happens: delay, fail, cancel, hold or a limit",
        }))
    }

    fn retryable(&self) -> bool {
        false
    }

    fn violations(&self) -> Vec<FieldViolation> {
        let field = match self {
            Self::TooManyChanges { .. } | Self::NoChange => "changes",
            _ => "object",
        };
        vec![FieldViolation::new(field, self.to_string())]
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        match self {
            Self::UnknownObject { object }
            | Self::AmbiguousObject { object, .. }
            | Self::NotAFlow { object }
            | Self::NotAJob { object } => BTreeMap::from([("object".to_owned(), object.clone())]),
            _ => BTreeMap::new(),
        }
    }
}
