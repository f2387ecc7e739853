//! Questions that the dependency graph answers: what follows from an object, what holds it back, when it ends, and
//! what would be different.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use chrono::{DateTime, Utc};

use serde::{Deserialize, Serialize};

use super::{Object, Value};

/// What is wanted of the dependency graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum GraphQuestion {
    /// What will not run if the object ends badly, or does not come.
    Impact(Object),
    /// What holds a job or job stream back, at its root, however far up.
    RootCause(Object),
    /// What decides when a job or job stream ends; unset: the whole plan.
    CriticalPath(Option<Object>),
    /// When a job or job stream, or the whole plan, starts and ends.
    Forecast {
        /// Unset: the whole plan.
        object: Option<Object>,
        /// Whether it will have ended by this time.
        by: Option<DateTime<Utc>>,
    },
    /// How likely the deadline of a job or job stream is missed; unset: every deadline.
    Risk(Option<Object>),
    /// What would be different if something happened to an object.
    WhatIf {
        /// Job, job stream, or workstation for a limit.
        object: Object,
        /// What happens to it.
        change: Change,
    },
    /// How one job or job stream leads to another.
    Path {
        /// The first.
        from: Object,
        /// The second.
        to: Object,
    },
    /// What is odd about the structure of the plan itself.
    Structure(Structure),
}

/// Something that might happen to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// It comes so much later.
    Delay(Duration),
    /// It ends with an error.
    Fail,
    /// It is cancelled.
    Cancel,
    /// It is held until somebody releases it.
    Hold,
    /// A workstation runs at most so many jobs at once.
    Limit(u32),
}

/// Which oddities of the structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display, Serialize, Deserialize)]
#[strum(serialize_all = "snake_case")]
pub enum Structure {
    /// Jobs whose failure would cost much and is not unlikely.
    Fragile,
    /// Objects that wait for each other.
    Cycles,
    /// Jobs that hang together with nothing.
    Orphans,
    /// Dependencies on what the plan does not hold.
    Dangling,
}

impl GraphQuestion {
    /// Every object it names.
    pub(crate) fn objects_mut(&mut self) -> Vec<&mut Object> {
        match self {
            Self::Impact(object) | Self::RootCause(object) | Self::WhatIf { object, .. } => vec![object],
            Self::Path { from, to } => vec![from, to],
            Self::CriticalPath(object) | Self::Forecast { object, .. } | Self::Risk(object) => {
                object.iter_mut().collect()
            }
            Self::Structure(_) => Vec::new(),
        }
    }

    /// The object it is about, which "it" refers to afterwards.
    #[must_use]
    pub fn object(&self) -> Option<&Object> {
        match self {
            Self::Impact(object)
            | Self::RootCause(object)
            | Self::WhatIf { object, .. }
            | Self::Path { from: object, .. } => Some(object),
            Self::CriticalPath(object) | Self::Forecast { object, .. } | Self::Risk(object) => {
                object.as_ref()
            }
            Self::Structure(_) => None,
        }
    }
}

impl Display for GraphQuestion {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Impact(object) => write!(f, "impact {object}"),
            Self::RootCause(object) => write!(f, "root_cause {object}"),
            Self::CriticalPath(object) => optional(f, "critical_path", object.as_ref()),
            Self::Forecast { object, by } => {
                optional(f, "forecast", object.as_ref())?;
                match by {
                    Some(by) => write!(f, " by {}", Value::Time(*by)),
                    None => Ok(()),
                }
            }
            Self::Risk(object) => optional(f, "risk", object.as_ref()),
            Self::WhatIf { object, change } => write!(f, "what_if {object} {change}"),
            Self::Path { from, to } => write!(f, "path {from} to {to}"),
            Self::Structure(structure) => write!(f, "structure {structure}"),
        }
    }
}

impl Display for Change {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay(by) => write!(f, "delay {}", Value::Duration(*by)),
            Self::Fail => f.write_str("fail"),
            Self::Cancel => f.write_str("cancel"),
            Self::Hold => f.write_str("hold"),
            Self::Limit(limit) => write!(f, "limit {limit}"),
        }
    }
}

fn optional(f: &mut Formatter<'_>, name: &str, object: Option<&Object>) -> fmt::Result {
    match object {
        Some(object) => write!(f, "{name} {object}"),
        None => f.write_str(name),
    }
}
