//! What callers of the bridge are told when they get no answer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use resync_fault::{ErrorKind, Fault, FaultBody, FieldViolation};

use crate::plan::QueryError;

/// A plan that is being read for the first time is asked for again after this.
const READING_RETRY: Duration = Duration::from_secs(1);

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// No engine of that name is configured.
    #[error("there is no engine {name:?}")]
    UnknownEngine {
        /// What was asked for.
        name: String,
        /// Those the caller may see, most similar first.
        known: Vec<String>,
    },
    /// Several engines and none named.
    #[error("there are several engines; name one")]
    EngineNotNamed {
        /// Those the caller may see.
        known: Vec<String>,
    },
    /// The plan was never read completely.
    #[error("the plan of engine {engine:?} has not been read yet{}", because(.cause))]
    NotSynced {
        /// The engine.
        engine: String,
        /// Why, when the engine does not answer; else empty.
        cause: String,
    },
    /// The question cannot be answered as asked.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The engine answered with an error, or not at all.
    #[error(transparent)]
    Engine(#[from] FaultBody),
    /// A subscriber fell behind the memory of changes.
    #[error("this subscriber reads more slowly than the plan changes")]
    SlowReader {
        /// To go on from.
        resume_token: String,
    },
    /// The bridge is stopping.
    #[error("the bridge is stopping")]
    Stopping,
}

fn because(cause: &str) -> String {
    if cause.is_empty() { String::new() } else { format!(": {cause}") }
}

impl Fault for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownEngine { .. } => ErrorKind::NotFound,
            Self::EngineNotNamed { .. } => ErrorKind::InvalidArgument,
            Self::NotSynced { .. } | Self::SlowReader { .. } | Self::Stopping => ErrorKind::Unavailable,
            Self::Query(error) => error.kind(),
            Self::Engine(error) => error.kind(),
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::UnknownEngine { .. } => "ENGINE_UNKNOWN",
            Self::EngineNotNamed { .. } => "ENGINE_NOT_NAMED",
            Self::NotSynced { .. } => "PLAN_NOT_READ",
            Self::Query(error) => error.reason(),
            Self::Engine(error) => error.reason(),
            Self::SlowReader { .. } => "SLOW_READER",
            Self::Stopping => "STOPPING",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::UnknownEngine { known, .. } | Self::EngineNotNamed { known } if known.is_empty() => {
                Some("no engine is configured that you may see".into())
            }
            Self::UnknownEngine { known, .. } | Self::EngineNotNamed { known } => {
                Some(format!("engines: {}", known.join(", ")).into())
            }
            Self::NotSynced { cause, .. } if cause.is_empty() => Some("try again in a moment".into()),
            Self::NotSynced { engine, .. } => Some(
                format!("run `resync engines check {engine}` to see what fails and how to fix it").into(),
            ),
            Self::Query(error) => error.hint(),
            Self::Engine(error) => error.hint.as_deref().map(Cow::Borrowed),
            Self::SlowReader { .. } => {
                Some("go on with the resume token; changes in between may be missing".into())
            }
            Self::Stopping => Some("connect again".into()),
        }
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Engine(error) => error.retryable,
            _ => self.kind() == ErrorKind::Unavailable,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::NotSynced { .. } => Some(READING_RETRY),
            Self::Engine(error) => error.retry_after(),
            _ => None,
        }
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::EngineNotNamed { .. } => vec![FieldViolation::new("engine", self.to_string())],
            Self::Query(error) => error.violations(),
            Self::Engine(error) => error.violations.clone(),
            _ => Vec::new(),
        }
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        let one = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
        match self {
            Self::UnknownEngine { name, .. } => one("engine", name),
            Self::NotSynced { engine, .. } => one("engine", engine),
            Self::Query(error) => error.metadata(),
            Self::Engine(error) => error.metadata.clone(),
            Self::SlowReader { resume_token } => one("resume_token", resume_token),
            Self::EngineNotNamed { .. } | Self::Stopping => BTreeMap::new(),
        }
    }
}

/// Why a bridge cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Nothing to bridge.
    #[error("no engine is configured")]
    NoEngine,
    /// Two engines of one name.
    #[error("two engines are named {0:?}")]
    Duplicate(String),
    /// An engine's settings cannot work.
    #[error("engine {engine:?}: {source}")]
    Engine {
        /// The engine.
        engine: String,
        /// What is wrong.
        source: Box<resync_hwa::Error>,
    },
}

impl Fault for ConfigError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidArgument
    }

    fn reason(&self) -> &str {
        match self {
            Self::NoEngine => "ENGINE_MISSING",
            Self::Duplicate(_) => "ENGINE_DUPLICATE",
            Self::Engine { source, .. } => source.reason(),
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::NoEngine => {
                Some("set TWS_HOST, TWS_USER and TWS_PASSWORD, or use the built-in simulator".into())
            }
            Self::Duplicate(_) => Some("give each engine a name of its own".into()),
            Self::Engine { source, .. } => source.hint(),
        }
    }
}
