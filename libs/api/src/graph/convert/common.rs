//! Objects, paths and coverage: between domain and Protobuf.

use crate::graph::model::{
    Coverage, GraphObject, GraphObjectKind, PathBetween, PathRequest, PathStep, Relation,
};
use crate::proto::graph::v1 as proto;
use crate::proto::tws::v1 as tws;
use crate::tws::model::{EdgeSource, Status};
use crate::wire::same_enumeration;

same_enumeration!(GraphObjectKind {
    Job,
    JobStream,
    Join,
    Prompt,
    File,
    Resource,
    RemoteJob,
    Absent,
    Workstation
});
same_enumeration!(Relation {
    Follows,
    FollowsJobStream,
    StartsWithJobStream,
    EndsWithJob,
    JoinMember,
    NeedsPrompt,
    NeedsFile,
    NeedsResource,
    FollowsRemoteJob,
    FollowsAbsent,
    RunsOn
});

messages! {
    GraphObject as GraphObject {
        kind: choice(proto::GraphObjectKind, GraphObjectKind),
        id: plain,
        key: plain,
        status: optional_choice(tws::Status, Status),
    }
    PathStep as PathStep {
        object: message,
        relation: optional_choice(proto::Relation, Relation),
        conditions: plain,
        source: optional_choice(tws::EdgeSource, EdgeSource),
    }
    Coverage as Coverage {
        jobs: plain,
        from_plan: plain,
        from_model: plain,
        unknown: plain,
        plan_jobs: plain,
        plan_from_plan: plain,
        plan_from_model: plain,
        assumed_conditions: plain,
    }
    PathRequest as FindPathRequest {
        engine: plain,
        from: plain,
        to: plain,
    }
    PathBetween as FindPathResponse {
        found: plain,
        reversed: plain,
        steps: list,
        coverage: message,
        freshness: message,
    }
}
