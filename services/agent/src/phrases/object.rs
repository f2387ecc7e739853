//! What is said of one object.

use super::Pieces;
use crate::evidence::Fact;

#[derive(Clone, Debug)]
pub(crate) enum ObjectMessage {
    /// Status of a job or job stream.
    Status {
        name: Fact,
        status: Fact,
        internal: Option<Fact>,
    },
    /// Since when it runs and until when.
    Runs {
        since: Fact,
        elapsed: Option<Fact>,
        expected_end: Option<Fact>,
    },
    /// It runs longer than it usually does.
    LongerThanUsual {
        usual: Fact,
    },
    /// When and how it ended.
    Ended {
        at: Fact,
        elapsed: Option<Fact>,
        return_code: Option<Fact>,
    },
    /// When it may start.
    Scheduled {
        at: Fact,
    },
    /// Its deadline.
    Late {
        deadline: Option<Fact>,
    },
    AtRisk {
        deadline: Option<Fact>,
    },
    /// Dependencies that hold it back.
    Unresolved {
        unresolved: Fact,
        all: Fact,
    },
    /// Jobs of a stream, folder or user by status.
    JobsOf {
        name: Fact,
        jobs: Fact,
    },
    Parts {
        parts: Vec<(Fact, Fact)>,
    },
    /// Health of a workstation in one sentence.
    Workstation {
        name: Fact,
        kind: Fact,
        healthy: bool,
        problems: Pieces,
    },
    /// Units of a resource.
    Resource {
        name: Fact,
        available: Fact,
        quantity: Fact,
        in_use: Fact,
    },
    /// A prompt.
    Prompt {
        text: Fact,
        status: Fact,
        number: Option<Fact>,
    },
}
