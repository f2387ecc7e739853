//! Questions that what was kept answers: documents, earlier incidents, and how a job usually runs.

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

use super::Object;

/// What is wanted of what was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecallQuestion {
    /// Passages of runbooks and manuals.
    Passages {
        /// Content words of the message, as typed.
        words: String,
        /// What they are to be about besides.
        object: Option<Object>,
    },
    /// Earlier incidents that look like a job's failure, and how they were resolved.
    Similar(Object),
    /// Incidents nobody has resolved.
    OpenIncidents,
    /// Whether a job's run is unusually long, or unusually late.
    Unusual(Object),
    /// How a job usually runs: how long, from when, how often it fails.
    Usual(Object),
}

impl RecallQuestion {
    /// Every object it names.
    pub(crate) fn objects_mut(&mut self) -> Vec<&mut Object> {
        match self {
            Self::Passages { object, .. } => object.iter_mut().collect(),
            Self::Similar(object) | Self::Unusual(object) | Self::Usual(object) => vec![object],
            Self::OpenIncidents => Vec::new(),
        }
    }

    /// The object it is about, which "it" refers to afterwards.
    #[must_use]
    pub fn object(&self) -> Option<&Object> {
        match self {
            Self::Passages { object, .. } => object.as_ref(),
            Self::Similar(object) | Self::Unusual(object) | Self::Usual(object) => Some(object),
            Self::OpenIncidents => None,
        }
    }
}

impl Display for RecallQuestion {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passages { words, object: Some(object) } => write!(f, "passages {object} about {words:?}"),
            Self::Passages { words, object: None } => write!(f, "passages {words:?}"),
            Self::Similar(object) => write!(f, "similar_incidents {object}"),
            Self::OpenIncidents => f.write_str("open_incidents"),
            Self::Unusual(object) => write!(f, "unusual {object}"),
            Self::Usual(object) => write!(f, "usual {object}"),
        }
    }
}
