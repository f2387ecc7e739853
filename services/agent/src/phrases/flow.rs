//! What is said of dependencies, progress and changes.

use super::Pieces;
use crate::evidence::Fact;

#[derive(Clone, Debug)]
pub(crate) enum FlowMessage {
    /// How many objects the subject waits for.
    WaitsFor {
        subject: Fact,
        count: Fact,
        transitive: bool,
        at_least: bool,
    },
    /// How many wait for the subject.
    WaitedForBy {
        subject: Fact,
        count: Fact,
        transitive: bool,
        at_least: bool,
    },
    /// None.
    NoPredecessors {
        subject: Fact,
        count: Fact,
    },
    NoSuccessors {
        subject: Fact,
        count: Fact,
    },
    /// Of which kinds.
    Kinds {
        jobs: Fact,
        job_streams: Fact,
    },
    /// Of those, unfinished and failed.
    Unfinished {
        unfinished: Fact,
        failed: Fact,
    },
    These {
        names: Vec<Pieces>,
    },
    /// Files, resources, prompts, joins.
    Others {
        count: Fact,
    },
    /// How much of it is certain.
    Coverage {
        share: Fact,
    },
    Truncated,
    /// How far a stream is.
    Progress {
        stream: Fact,
        done: Fact,
        jobs: Fact,
        share: Fact,
        status: Fact,
    },
    Left {
        left: Fact,
        running: Fact,
        failed: Fact,
    },
    ExpectedEnd {
        at: Fact,
    },
    WorkLeft {
        work: Fact,
    },
    StreamNotStarted {
        at: Option<Fact>,
    },
    StreamEnded {
        at: Fact,
    },
    /// Changes.
    Changes {
        count: Fact,
        since: Option<Fact>,
        key: Option<Fact>,
        at_least: bool,
    },
    NoChanges {
        count: Fact,
        since: Option<Fact>,
        key: Option<Fact>,
    },
    ChangesByKind {
        parts: Vec<(Fact, Fact)>,
    },
    Forgotten {
        since: Fact,
    },
    ChangesTruncated,
}
