//! What is said about the conversation itself: meanings, help, asking back, declining, proposals.

use super::Pieces;
use crate::evidence::Fact;
use crate::interpret::{AskBackReason, ScopeReason};
use crate::query::Verb;

#[derive(Clone, Debug)]
pub(crate) enum DialogueMessage {
    /// What a status or code means.
    Means {
        term: Fact,
        meaning: Fact,
    },
    /// What a return code means for a family of programs.
    MeansIn {
        term: Fact,
        family: Fact,
        meaning: Fact,
    },
    UsualCause {
        cause: Fact,
    },
    WhatToDo {
        advice: Fact,
    },
    Confidence {
        confidence: Fact,
    },
    NotInCatalogue {
        term: Fact,
        count: Fact,
    },
    /// What the letters of an unknown code name.
    LettersOf {
        letters: Fact,
        component: Fact,
    },
    ProgramsDiffer,
    /// Help.
    CanAsk,
    Example(Example),
    /// Not about the plan.
    OutOfScope(ScopeReason),
    AskBack(AskBackReason),
    /// A name was taken for an object although it was not typed exactly.
    Took {
        text: Fact,
        name: Fact,
    },
    /// Which of several objects.
    WhichOne {
        text: Fact,
        count: Fact,
    },
    WhichOfThese,
    /// No object of that name.
    NoSuchName {
        text: Fact,
        count: Fact,
    },
    Nearest {
        names: Vec<Pieces>,
    },
    /// A proposal.
    Would {
        verb: Fact,
        target: Fact,
        number: Option<Fact>,
        choice: Option<Fact>,
    },
    NotPossible {
        verb: Fact,
        target: Fact,
        reason: Fact,
    },
    StateNow {
        status: Fact,
        internal: Fact,
    },
    WaitsForIt {
        count: Fact,
    },
    Caution(Verb),
    WouldForAll {
        count: Fact,
    },
    NotAvailableYet,
    /// The conversation goes on, but what was said before could not be had.
    EarlierNotKnown,
}

/// Questions to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
pub(crate) enum Example {
    Overview,
    InError,
    WhyFailed,
    WhyWaiting,
    Dependencies,
    Late,
    Longest,
    Progress,
    Workstations,
    Resources,
    Prompts,
    Changes,
    Code,
    Log,
    Impact,
    RootCause,
    CriticalPath,
    Forecast,
    WhatIf,
    Fragile,
    Unusual,
    Similar,
    Runbook,
    FollowUp,
}
