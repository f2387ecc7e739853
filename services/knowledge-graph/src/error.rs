//! What callers of the graph are told when they get no answer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use resync_fault::{ErrorKind, Fault, FieldViolation};

use crate::topology::TopologyError;

/// A graph that is not there yet is asked for again after this.
const RETRY: Duration = Duration::from_secs(2);

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The question cannot be answered as asked.
    #[error(transparent)]
    Topology(#[from] TopologyError),
    /// Several engines, or none, and none named.
    #[error("it is not clear which engine is meant; name one")]
    EngineNotNamed {
        /// Those the caller may see.
        known: Vec<String>,
    },
    /// The plan of the engine was not received yet.
    #[error("the dependencies of engine {engine:?} have not been received yet{}", because(.cause))]
    NotReceived {
        /// The engine.
        engine: String,
        /// Why, when it is known; else empty.
        cause: String,
    },
    /// The work was given up because the process stops.
    #[error("the knowledge graph is stopping")]
    Stopping,
}

fn because(cause: &str) -> String {
    if cause.is_empty() { String::new() } else { format!(": {cause}") }
}

impl Fault for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Topology(error) => error.kind(),
            Self::EngineNotNamed { .. } => ErrorKind::InvalidArgument,
            Self::NotReceived { .. } | Self::Stopping => ErrorKind::Unavailable,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Topology(error) => error.reason(),
            Self::EngineNotNamed { .. } => "ENGINE_NOT_NAMED",
            Self::NotReceived { .. } => "GRAPH_NOT_READY",
            Self::Stopping => "STOPPING",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Topology(error) => error.hint(),
            Self::EngineNotNamed { known } if known.is_empty() => {
                Some("no engine is followed that you may see; try again in a moment".into())
            }
            Self::EngineNotNamed { known } => Some(format!("engines: {}", known.join(", ")).into()),
            Self::NotReceived { .. } => Some("check the engine's name, or try again in a moment".into()),
            Self::Stopping => Some("try again in a moment".into()),
        }
    }

    fn retryable(&self) -> bool {
        self.kind() == ErrorKind::Unavailable
    }

    fn retry_after(&self) -> Option<Duration> {
        matches!(self, Self::NotReceived { .. }).then_some(RETRY)
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::Topology(error) => error.violations(),
            Self::EngineNotNamed { .. } => vec![FieldViolation::new("engine", self.to_string())],
            _ => Vec::new(),
        }
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        match self {
            Self::Topology(error) => error.metadata(),
            Self::NotReceived { engine, .. } => BTreeMap::from([("engine".to_owned(), engine.clone())]),
            _ => BTreeMap::new(),
        }
    }
}
