//! What is said of what was kept: passages of documents, earlier incidents, how a job usually runs.

use super::Pieces;
use crate::evidence::Fact;
use crate::findings::Lack;

#[derive(Clone, Debug)]
pub(crate) enum RecallMessage {
    /// What was kept cannot be asked.
    Unavailable(Lack),

    /// No passage fits; how much was searched.
    NoPassage {
        text: Fact,
        count: Fact,
        documents: Fact,
    },
    Passages {
        count: Fact,
        documents: Fact,
    },
    /// A quotation and where it stands.
    Passage {
        citation: Fact,
        excerpt: Fact,
    },
    /// Documents that could not be read or are not searched yet.
    NotSearched {
        unreadable: Fact,
        pending: Fact,
    },
    Degraded,

    /// Nothing like it was kept.
    NoneSimilar {
        count: Fact,
    },
    NothingFailed {
        job: Fact,
        status: Fact,
    },
    /// It failed a moment ago.
    NotNoted {
        job: Fact,
    },
    Similar {
        count: Fact,
        resolved: Fact,
    },
    /// The best of them.
    Likest {
        incident: Fact,
        opened: Fact,
        likeness: Fact,
        reasons: Vec<Pieces>,
    },
    Reason {
        kind: Fact,
        shared: Option<Fact>,
    },
    ResolvedBy {
        incident: Fact,
        text: Fact,
        by: Fact,
        at: Fact,
        confirmed: Option<Fact>,
    },
    NotResolved {
        incident: Fact,
        state: Fact,
    },
    Reported {
        worked: Fact,
        failed: Fact,
    },

    NoOpenIncident {
        count: Fact,
    },
    OpenIncidents {
        count: Fact,
        failing: Fact,
        more: bool,
    },

    /// How long a run takes, against the usual.
    RunTime {
        job: Fact,
        unusual: bool,
        goes_on: bool,
        earlier: bool,
        seconds: Fact,
        usual: Fact,
    },
    /// When it started, against the usual.
    StartTime {
        job: Fact,
        unusual: bool,
        waits: bool,
        seconds: Fact,
        usual: Fact,
    },
    ComparedWith {
        runs: Fact,
        which: Fact,
        share: Option<Fact>,
        limit: Option<Fact>,
    },
    TooFewRuns {
        job: Fact,
        runs: Fact,
        needed: Fact,
    },
    NothingToCompare {
        job: Fact,
    },

    NoRuns {
        job: Fact,
        runs: Fact,
    },
    Runs {
        job: Fact,
        /// There are more than were looked at.
        latest: bool,
        runs: Fact,
        failed: Fact,
        rate: Option<Fact>,
    },
    UsuallyTakes {
        usual: Fact,
        short: Fact,
        long: Fact,
    },
    UsuallyStarts {
        at: Fact,
        early: Fact,
        late: Fact,
        zone: Fact,
    },
    Since {
        first: Fact,
        last: Fact,
    },
}
