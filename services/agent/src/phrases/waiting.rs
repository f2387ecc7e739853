//! What is said of why something waits.

use super::Pieces;
use crate::evidence::Fact;

#[derive(Clone, Debug)]
pub(crate) enum WaitingMessage {
    /// One root cause.
    Because { subject: Fact, cause: Pieces },
    /// Several.
    SeveralCauses { subject: Fact, count: Fact },
    /// It does not wait: it runs.
    Runs { subject: Fact, since: Option<Fact>, expected_end: Option<Fact> },
    /// It does not wait: it ended well.
    EndedWell { subject: Fact, at: Option<Fact> },
    /// It does not wait: it is canceled.
    Canceled { subject: Fact },
    /// It does not wait: it failed; the reason follows.
    Failed { subject: Fact },
    /// It will not run as things are.
    Suppressed { subject: Fact, cause: Pieces },
    /// Its state now.
    State { status: Fact, internal: Fact, substatus: Option<Fact> },
    /// A step of the chain: what is held, and by what.
    Step { held: Fact, cause: Pieces },
    /// How long it runs, and how long it usually does.
    LongRun { elapsed: Fact, estimated: Option<Fact> },
    /// A root of several.
    Root { cause: Pieces },
    /// The walk met a bound.
    Truncated,
}

/// What holds something back, as it stands after "because".
#[derive(Clone, Debug)]
pub(crate) enum Clause {
    Failed { cause: Fact, return_code: Option<Fact> },
    LaunchFailed { cause: Fact },
    Running { cause: Fact, since: Option<Fact>, expected_end: Option<Fact>, usual: Option<Fact> },
    Waiting { cause: Fact, status: Option<Fact> },
    Stuck { cause: Fact },
    ToConfirm { cause: Fact },
    Pending { cause: Fact },
    Zombie { cause: Fact },
    Unknown { cause: Fact },
    ConditionNotMet { cause: Fact, status: Option<Fact>, conditions: Option<Fact> },
    StartTime { held: Fact, at: Fact, wait: Fact },
    LatestStartPassed { held: Fact, at: Fact },
    PriorityZero { held: Fact, priority: Fact },
    StreamPriorityZero { cause: Fact, priority: Fact },
    StreamLimitZero { cause: Fact, limit: Fact },
    StreamLimitReached { cause: Fact, limit: Fact, running: Fact },
    WorkstationLimitZero { cause: Fact, limit: Fact },
    WorkstationLimitReached { cause: Fact, limit: Fact, running: Fact },
    Fence { cause: Fact, fence: Fact, priority: Fact },
    WorkstationUnlinked { cause: Fact },
    AgentDown { cause: Fact },
    WorkstationNotInitialized { cause: Fact },
    PoolWithoutMembers { cause: Fact },
    WorkstationIgnored { cause: Fact },
    Resource { cause: Fact, needed: Fact, available: Option<Fact>, quantity: Option<Fact> },
    ResourceHeld { cause: Fact, units: Fact, resource: Fact },
    PromptAsked { cause: Fact, number: Option<Fact>, text: Fact },
    PromptNotAsked { cause: Fact, text: Fact },
    PromptAnsweredNo { cause: Fact, text: Fact },
    File { path: Fact, workstation: Fact, qualifier: Option<Fact> },
    Join { cause: Fact, needed: Fact, members: Fact, satisfied: Fact },
    Internetwork { remote: Fact, agent: Fact },
    Submitted { cause: Fact, workstation: Fact },
    Unexplained { cause: Fact, internal: Fact, substatus: Option<Fact> },
}

/// What to do about a root cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Advice {
    FixAndRerun,
    WaitForRun,
    WatchLongRun,
    Confirm,
    CheckPredecessor,
    ReleaseZombie,
    DecideCondition,
    WaitForTime,
    RaisePriority,
    RaiseLimit,
    WaitForSlot,
    LowerFence,
    LinkWorkstation,
    StartAgent,
    LinkPoolMember,
    FreeResource,
    AnswerPrompt,
    PromptStaysNo,
    WaitForPrompt,
    BringFile,
    CheckOtherNetwork,
    LatestStart,
    RestoreWorkstation,
    WaitForAgent,
    CheckPlan,
}
