//! What is said of the dependency graph's answers: impact, causes, paths, forecasts, risk, comparisons, structure.

use super::Pieces;
use crate::evidence::Fact;
use crate::findings::Lack;
use crate::query::Structure;

#[derive(Clone, Debug)]
pub(crate) enum GraphMessage {
    /// The graph cannot be asked, and what that means.
    Unavailable {
        lack: Lack,
        instead: bool,
    },

    /// What will not run if a job or job stream fails.
    WouldBlock {
        subject: Fact,
        jobs: Fact,
        streams: Fact,
    },
    /// It has failed already: what cannot run now.
    Blocks {
        subject: Fact,
        jobs: Fact,
        streams: Fact,
    },
    /// What will not run if a workstation, resource or prompt does not come.
    WouldBlockWithout {
        subject: Fact,
        jobs: Fact,
        streams: Fact,
    },
    BlocksNothing {
        subject: Fact,
        jobs: Fact,
    },
    /// Of the jobs that will not run.
    OfThese {
        critical: Fact,
        deadlines: Fact,
    },
    First {
        names: Vec<Pieces>,
    },
    Alternatives {
        count: Fact,
    },

    /// Root causes in the graph.
    NoCauseUpstream {
        subject: Fact,
        count: Fact,
    },
    Causes {
        subject: Fact,
        count: Fact,
        between: Fact,
    },
    Cause {
        sort: Option<Fact>,
        object: Fact,
        kind: Fact,
        since: Option<Fact>,
        steps: Fact,
    },
    Ways,

    /// Critical path.
    CriticalPath {
        subject: Option<Fact>,
        steps: Fact,
        end: Option<Fact>,
    },
    /// The job that decides when the plan ends.
    EndsLast {
        job: Fact,
    },
    NoPath {
        subject: Option<Fact>,
        steps: Fact,
    },
    Longest {
        object: Fact,
        duration: Fact,
    },
    Slack {
        deadline: Fact,
        slack: Fact,
    },
    TooLate {
        deadline: Fact,
        by: Fact,
    },
    /// The object does not run unless somebody acts.
    DoesNotRun {
        subject: Fact,
    },

    /// Forecast.
    HasEnded {
        subject: Fact,
        at: Option<Fact>,
    },
    RunsUntil {
        subject: Fact,
        end: Fact,
    },
    WillRun {
        subject: Fact,
        start: Fact,
        end: Fact,
    },
    WillBeSkipped {
        subject: Fact,
    },
    Range {
        low: Fact,
        high: Fact,
    },
    Compared {
        verdict: Fact,
        by: Fact,
    },
    LateShare {
        deadline: Fact,
        share: Fact,
    },
    HasDeadline {
        deadline: Fact,
    },
    OwnBasis {
        basis: Fact,
    },
    RestsOn {
        history: Fact,
        estimates: Fact,
        guessed: Fact,
    },
    TakenAsMet {
        count: Fact,
    },
    LimitsIgnored {
        count: Fact,
    },
    PlanEnds {
        end: Fact,
    },
    NothingLeft {
        jobs: Fact,
    },
    PlanJobs {
        to_run: Fact,
        blocked: Fact,
        watched: Fact,
    },

    /// Risk.
    Risk {
        object: Fact,
        deadline: Fact,
        class: Fact,
        share: Fact,
    },
    Expected {
        end: Fact,
    },
    FailureShare {
        share: Fact,
    },
    NoDeadline {
        deadlines: Fact,
    },
    Risks {
        endangered: Fact,
        total: Fact,
        at_least: bool,
    },
    RiskParts {
        missed: Fact,
        blocked: Fact,
        high: Fact,
        potential: Fact,
    },

    /// Comparison.
    Supposed {
        target: Fact,
        change: Supposition,
    },
    NothingChanges {
        total: Fact,
    },
    Changes {
        later: Fact,
        earlier: Fact,
        stopped: Fact,
        started: Fact,
    },
    Ends {
        before: Fact,
        after: Fact,
    },
    SameEnd {
        at: Fact,
    },
    Shift {
        by: Fact,
        later: bool,
    },
    NoEnd {
        before: Fact,
    },
    Deadlines {
        lost: Fact,
        won: Fact,
    },
    WithLimits,

    /// Path.
    LeadsTo {
        first: Fact,
        last: Fact,
        steps: Fact,
    },
    NoWay {
        first: Fact,
        last: Fact,
    },
    Step {
        object: Fact,
        relation: Option<Fact>,
        status: Option<Fact>,
    },

    /// Structure.
    Oddities {
        which: Structure,
        count: Fact,
    },
    Fragile {
        job: Fact,
        rate: Fact,
        jobs: Fact,
    },
    Extent {
        jobs: Fact,
        dependencies: Fact,
    },

    /// How much of the dependencies was known.
    Coverage {
        share: Fact,
        known: Fact,
        definitions: Fact,
    },
    MoreThanShown,
    /// What can be asked next.
    Next(Follow),
}

/// What a comparison supposes.
#[derive(Clone, Debug)]
pub(crate) enum Supposition {
    Delay(Fact),
    Fail,
    Cancel,
    Hold,
    Limit(Fact),
}

/// Questions that go on from an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follow {
    Impact,
    Forecast,
    CriticalPath,
    WhatIf,
}
