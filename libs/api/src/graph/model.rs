//! Domain types of the dependency graph's answers. Every answer names the path that led to each finding and says how
//! much of the dependencies it knew. They are the JSON of the REST API too.

use serde::{Deserialize, Serialize};

use crate::tws::model::{EdgeSource, Freshness, Status};

mod impact;
mod cause;
mod forecast;
mod health;
mod simulation;

pub use cause::*;
pub use forecast::*;
pub use health::*;
pub use impact::*;
pub use simulation::*;

/// What a node of the graph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GraphObjectKind {
    /// A job.
    Job,
    /// A job stream.
    JobStream,
    /// Some or all of several dependencies of one owner.
    Join,
    /// A prompt.
    Prompt,
    /// A file.
    File,
    /// A resource.
    Resource,
    /// A job of another scheduling network.
    RemoteJob,
    /// A predecessor that the plan does not hold.
    Absent,
    /// A workstation.
    Workstation,
}

/// A node of the graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphObject {
    /// What it is.
    pub kind: GraphObjectKind,
    /// Plan id; empty for what has none.
    pub id: String,
    /// As shown to people.
    pub key: String,
    /// For jobs and job streams.
    pub status: Option<Status>,
}

/// How a step of a path hangs on the step before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Relation {
    /// It follows a job, or what a join names.
    Follows,
    /// It follows a whole job stream.
    FollowsJobStream,
    /// It is a job of that stream, held back by what the stream waits for.
    StartsWithJobStream,
    /// It is the stream of that job and cannot end before it.
    EndsWithJob,
    /// It is a join, and that is one of its members.
    JoinMember,
    /// It waits for the answer to that prompt.
    NeedsPrompt,
    /// It waits for that file.
    NeedsFile,
    /// It needs units of that resource.
    NeedsResource,
    /// It waits for that job of another network.
    FollowsRemoteJob,
    /// It follows a predecessor that the plan does not hold.
    FollowsAbsent,
    /// It runs on that workstation.
    RunsOn,
}

/// One step of a path, from what is waited for to what waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathStep {
    /// The object reached.
    pub object: GraphObject,
    /// How it hangs on the step before. Unset: the first step.
    pub relation: Option<Relation>,
    /// States of the step before that it waits for; none: that it ends well.
    pub conditions: Vec<String>,
    /// Where the dependency was read. Unset: the first step, or it follows from a job being part of its stream.
    pub source: Option<EdgeSource>,
}

/// How much of the dependencies an answer knew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Jobs looked at.
    pub jobs: u64,
    /// Of these, their dependencies were read from the plan.
    pub from_plan: u64,
    /// Of these, their dependencies are known from the definition alone.
    pub from_model: u64,
    /// Of these, their dependencies were not read yet.
    pub unknown: u64,
    /// The same for every job of the plan: a dependency that is not known can hide anything.
    pub plan_jobs: u64,
    /// Jobs of the plan whose dependencies were read from the plan.
    pub plan_from_plan: u64,
    /// Jobs of the plan whose dependencies are known from the definition alone.
    pub plan_from_model: u64,
    /// Dependencies on the way with a condition on output, which were assumed to come true.
    pub assumed_conditions: u64,
}

/// Which way between two objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Plan id or key of a job or job stream.
    pub from: String,
    /// Plan id or key of a job or job stream.
    pub to: String,
}

/// The shortest way from one object to another along who waits for whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathBetween {
    /// There is one.
    pub found: bool,
    /// It leads from `to` to `from`: the second waits for the first.
    pub reversed: bool,
    /// From what is waited for to what waits; empty when there is none.
    pub steps: Vec<PathStep>,
    /// How much of the dependencies was known.
    pub coverage: Coverage,
    /// How fresh the plan is.
    pub freshness: Freshness,
}
