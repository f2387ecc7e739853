//! Enumerations: between domain and Protobuf. The unspecified value is rejected on receipt.

use crate::proto::tws::v1 as proto;
use crate::tws::model::{
    ChangeKind, DependencyState, Direction, EdgeSource, MatchKind, ObjectKind, PromptStatus, Status,
};
use crate::wire::same_enumeration;

same_enumeration!(Status {
    Waiting,
    Ready,
    Running,
    Successful,
    Error,
    Canceled,
    Held,
    Undecided,
    Blocked,
    Suppressed
});

same_enumeration!(PromptStatus { NotAsked, Asked, AnsweredYes, AnsweredNo });

same_enumeration!(ChangeKind {
    JobStarted,
    JobSucceeded,
    JobFailed,
    JobLate,
    JobLongRunning,
    JobChanged,
    JobAdded,
    JobRemoved,
    JobStreamCompleted,
    JobStreamBlocked,
    JobStreamChanged,
    WorkstationLinked,
    WorkstationUnlinked,
    WorkstationChanged,
    PromptAsked,
    PromptAnswered,
    EngineUnreachable,
    EngineRecovered,
    PlanReplaced,
    ResourceChanged
});

same_enumeration!(DependencyState { Satisfied, Unsatisfied, Undecided, Unbound });

same_enumeration!(EdgeSource { Model, Plan });

same_enumeration!(Direction { Predecessors, Successors });

same_enumeration!(ObjectKind { Job, JobStream, Workstation, Resource, Prompt, Folder, User });

same_enumeration!(MatchKind { Exact, Wildcard, Prefix, Fuzzy });
