//! What is said of lists and counts: which rows are meant, how many there are, what comes first.

use resync_api::tws::model::ObjectKind;

use super::Pieces;
use crate::evidence::Fact;

#[derive(Clone, Debug)]
pub(crate) enum RowsMessage {
    /// How many rows there are.
    HowMany { count: Fact, noun: Noun, qualifiers: Pieces },
    /// The few that there are.
    These { names: Vec<Pieces> },
    /// The first of an order, with the value it is ordered by.
    First { name: Fact, value: Option<Fact>, by: &'static str },
    /// In which order.
    Ordered { by: &'static str, descending: bool },
    /// Rows left out.
    NotShown { not_shown: Fact },
    /// The largest group.
    LargestGroup { values: Pieces, count: Fact, share: Fact },
    /// How many groups.
    Groups { count: Fact },
    /// There are more groups than shown.
    MoreGroups,
    /// A name with its status.
    Named { name: Fact, status: Option<Fact> },
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Noun(pub(crate) ObjectKind);

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Is,
    IsNot,
    Above,
    Below,
}

/// A condition, as it stands after the noun.
#[derive(Clone, Debug)]
pub(crate) enum Qualifier {
    Status(Comparison, Vec<Pieces>),
    InternalStatus(Comparison, Vec<Pieces>),
    Substatus(Comparison, Vec<Pieces>),
    Name(Comparison, Vec<Pieces>),
    OfStream(Comparison, Vec<Pieces>),
    OfStreamsOn(Comparison, Vec<Pieces>),
    OnWorkstation(Comparison, Vec<Pieces>),
    InFolder(Comparison, Vec<Pieces>),
    OfUser(Comparison, Vec<Pieces>),
    OfType(Comparison, Vec<Pieces>),
    Started(Comparison, Vec<Pieces>),
    Ended(Comparison, Vec<Pieces>),
    Scheduled(Comparison, Vec<Pieces>),
    Deadline(Comparison, Vec<Pieces>),
    RunTime(Comparison, Vec<Pieces>),
    /// Any other field by its label.
    Other(&'static str, Comparison, Vec<Pieces>),
    Flag(Flag, bool),
    /// Of the job stream of the rows.
    OfThatStream(Option<Fact>),
}

/// Conditions that hold or do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flag {
    Late,
    AtRisk,
    LongRunning,
    Critical,
    Every,
    CarriedForward,
    RequiresConfirmation,
    Healthy,
    Linked,
}
