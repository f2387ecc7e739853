//! Root causes: between domain and Protobuf.

use crate::graph::model::{CauseKind, RootCause, RootCauseRequest, RootCauses};
use crate::proto::graph::v1 as proto;
use crate::wire::same_enumeration;

same_enumeration!(CauseKind {
    Failed,
    CouldNotLaunch,
    Cycle,
    Suppressed,
    ConditionNotMet,
    Held,
    PromptRefused,
    PredecessorNeverComes,
    WorkstationDown,
    LimitZero,
    Fenced,
    Unconfirmed,
    PromptOpen,
    FileMissing,
    ResourceTaken,
    RemoteJob,
    PredecessorAbsent,
    Time,
    CancelPending,
    Running,
    Ready,
    Unexplained
});

messages! {
    RootCauseRequest as FindRootCauseRequest {
        engine: plain,
        object: plain,
        max_results: plain,
    }
    RootCause as RootCause {
        kind: choice(proto::CauseKind, CauseKind),
        object: message,
        needs_action: plain,
        since: moment,
        until: moment,
        holders: plain,
        steps: plain,
        path: list,
    }
    RootCauses as FindRootCauseResponse {
        subject: message,
        free: plain,
        causes: list,
        total: plain,
        waiting_between: plain,
        coverage: message,
        freshness: message,
    }
}
