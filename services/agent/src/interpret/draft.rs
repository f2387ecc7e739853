//! A question as far as its grammar goes: what is wanted and which words are names, before the names
//! are linked and earlier turns are taken in.

use chrono::{DateTime, Utc};
use resync_api::tws::model::{Direction, ObjectKind};

use super::times::Window;
use super::{AskBackReason, ScopeReason};
use crate::query::{Argument, Change, Condition, Field, Order, Structure, Term, Verb};

/// What the grammar made of a message.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    /// Enough to go on with.
    Draft(Draft),
    /// Not enough.
    Ask(AskBackReason),
    /// Not about the plan.
    Outside(ScopeReason),
}

/// A question with unlinked names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    /// What is wanted.
    pub(super) wanted: Wanted,
    /// Of which object.
    pub(super) target: Target,
    /// Mentions that narrow the target, such as its stream.
    pub(super) qualifiers: Vec<usize>,
    /// Of which objects, for questions about several.
    pub(super) selection: Selected,
    /// How it hangs together with what was said before.
    pub(super) marks: Marks,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wanted {
    Overview,
    Rows,
    Count,
    Detail,
    Why(Why),
    Dependencies {
        direction: Direction,
        transitive: bool,
    },
    /// How far, or a detail when the object is no stream.
    Progress,
    Health,
    Holders,
    Prompts,
    Changes {
        since: Option<Window>,
    },
    Meaning(Term),
    Log {
        tail_lines: Option<u32>,
    },
    /// What the dependency graph answers.
    Graph(GraphWanted),
    /// What was kept.
    Recall(RecallWanted),
    Help,
    Act {
        verb: Verb,
        argument: Option<Argument>,
    },
}

/// What is wanted of what was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RecallWanted {
    /// Passages of documents about these words.
    Passages {
        words: String,
    },
    Similar,
    OpenIncidents,
    Unusual,
    Usual,
}

/// What is wanted of the dependency graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum GraphWanted {
    Impact,
    CriticalPath,
    Forecast {
        by: Option<DateTime<Utc>>,
    },
    Risk,
    WhatIf(Change),
    /// The other end is a mention, by position.
    Path {
        to: usize,
    },
    Structure(Structure),
}

/// Which reason is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Waiting,
    Failed,
    /// The object's status tells.
    ByStatus,
    /// The first ancestors that hold it back.
    Root,
}

/// The object a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// None named.
    None,
    /// A mention, by position.
    Mention(usize),
    /// The object talked about.
    Earlier,
    /// A row of the last list, from 1; -1 is the last one.
    Row(i64),
}

/// Objects of a kind under conditions, some of which are still names.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Selected {
    /// Which kind, when it was said or follows from a state.
    pub(super) kind: Option<ObjectKind>,
    /// The kind was said in so many words.
    pub(super) kind_said: bool,
    /// Conditions on values.
    pub(super) conditions: Vec<Condition>,
    /// Conditions on names.
    pub(super) scopes: Vec<Scope>,
    /// Groups of a count.
    pub(super) group_by: Vec<Field>,
    /// Order of rows or groups.
    pub(super) order: Option<Order>,
    /// Most rows or groups.
    pub(super) limit: Option<u32>,
    /// Nothing excludes that one object is meant.
    pub(super) vague: bool,
}

impl Selected {
    /// Nothing but a kind was said.
    pub(super) fn is_empty(&self) -> bool {
        self.conditions.is_empty()
            && self.scopes.is_empty()
            && self.group_by.is_empty()
            && self.order.is_none()
            && self.limit.is_none()
    }
}

/// A mention that narrows a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// The mention, by position.
    pub(super) mention: usize,
    /// Everything but this.
    pub(super) negated: bool,
}

/// How a message hangs together with what was said before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// "only the …".
    pub(super) only: bool,
    /// "and …", "what about …".
    pub(super) also: bool,
    /// "of those", "the … ones".
    pub(super) them: bool,
    /// "it", "its".
    pub(super) it: bool,
    /// Too short to stand alone: no question word, no kind.
    pub(super) fragment: bool,
    /// "there": in the place talked about.
    pub(super) there: bool,
    /// Every name stands after a preposition of place.
    pub(super) placed: bool,
    /// "which ones?": a question word and nothing else.
    pub(super) which: bool,
    /// Rows are asked for in so many words.
    pub(super) lists: bool,
    /// Nothing but names, times and words that join.
    pub(super) bare: bool,
}
