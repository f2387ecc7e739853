//! What jobs and job streams wait for, and walks over it.

use serde::{Deserialize, Serialize};

use super::{Freshness, Job, JobStream, PromptStatus, Status};

/// Whether a dependency still holds its owner back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DependencyState {
    /// It holds nothing back any more.
    Satisfied,
    /// It holds its owner back.
    Unsatisfied,
    /// The engine cannot tell yet, or the edge is known from the model only.
    Undecided,
    /// The predecessor is not in the plan (pending), or can never come (zombie).
    Unbound,
}

/// Where an edge was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EdgeSource {
    /// From the job stream's definition, matched to plan instances.
    Model,
    /// From the instance in the plan.
    Plan,
}

/// Whose dependency it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DependencyOwner {
    /// The job's own.
    Job,
    /// Its job stream's: it holds back every job of the stream.
    JobStream,
}

/// What one job or job stream waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dependency {
    /// The engine's identifier; empty for edges from the model.
    pub id: String,
    /// Whether it still holds its owner back.
    pub state: DependencyState,
    /// Where it was read.
    pub source: EdgeSource,
    /// Whose dependency it is.
    pub owner: DependencyOwner,
    /// What is waited for.
    #[serde(flatten)]
    pub target: DependencyTarget,
}

/// A job or job stream that must reach a state first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Predecessor {
    /// Plan id of the job, or of the job stream for a stream dependency; empty when unbound.
    pub id: String,
    /// Key as shown to people, also when unbound.
    pub key: String,
    /// In the mirror, or as the engine gave it; unset when unbound.
    pub status: Option<Status>,
    /// Engine's internal status; empty when unbound.
    pub internal_status: String,
    /// `SUCC`, `ABEND`… or output condition names; empty: SUCC.
    pub conditions: Vec<String>,
    /// It can never resolve.
    pub zombie: bool,
    /// It is not in the plan yet.
    pub pending: bool,
}

/// What is waited for, by kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DependencyTarget {
    /// A job of the same stream.
    Internal(Predecessor),
    /// A job of another stream.
    ExternalJob(Predecessor),
    /// A whole other stream.
    ExternalJobStream(Predecessor),
    /// Some or all of several dependencies.
    Join {
        /// Name of the join.
        join_name: String,
        /// How many members are needed; 0: all.
        quantity: u32,
        /// The members.
        members: Vec<Dependency>,
    },
    /// A file.
    File {
        /// Path on the workstation.
        path: String,
        /// Workstation without folder.
        workstation: String,
        /// Test applied to the file, such as `-s %p`; empty: it exists.
        qualifier: String,
        /// Not Checked, Checking, Exists, Unavailable, Resync; empty when the engine does not say.
        status: String,
    },
    /// Units of a resource.
    Resource {
        /// Bare name.
        resource_name: String,
        /// Workstation without folder.
        workstation: String,
        /// Units needed.
        quantity: i32,
    },
    /// An answer by an operator.
    Prompt {
        /// Empty for ad hoc prompts.
        prompt_name: String,
        /// Number to reply to; 0: not asked yet.
        number: i64,
        /// The question.
        text: String,
        /// Whether it was asked and answered.
        status: PromptStatus,
    },
    /// A job of another scheduling network.
    Internetwork {
        /// Workstation that stands for the other network.
        network_agent: String,
        /// The remote job as defined.
        remote_dependency: String,
    },
}

impl DependencyTarget {
    /// The predecessor, for the kinds that name a job or job stream.
    #[must_use]
    pub fn predecessor(&self) -> Option<&Predecessor> {
        match self {
            Self::Internal(predecessor)
            | Self::ExternalJob(predecessor)
            | Self::ExternalJobStream(predecessor) => Some(predecessor),
            Self::Join { .. }
            | Self::File { .. }
            | Self::Resource { .. }
            | Self::Prompt { .. }
            | Self::Internetwork { .. } => None,
        }
    }
}

/// A job or a job stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowNode {
    /// A job.
    Job(Box<Job>),
    /// A job stream.
    JobStream(Box<JobStream>),
}

/// A job or job stream in a dependency walk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DependencyNode {
    /// The job or job stream.
    pub node: FlowNode,
    /// Steps from the object asked about, from 1.
    pub depth: u32,
    /// The edge that led here.
    pub via: Dependency,
    /// Id of the node one step nearer to the object asked about.
    pub from_id: String,
}

/// Which way to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Direction {
    /// What the object waits for.
    Predecessors,
    /// What waits for the object.
    Successors,
}

/// Walk predecessors or successors of a job or job stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WalkDependenciesRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Plan id of a job or job stream, or a key that names exactly one.
    pub object: String,
    /// Which way.
    pub direction: Direction,
    /// Steps to walk; 0 means 1, at most 100.
    pub max_depth: u32,
    /// Most nodes to return; 0 means 200, at most 5000.
    pub max_nodes: u32,
}

/// What a walk found, nearest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DependencyWalk {
    /// Nodes by depth.
    pub nodes: Vec<DependencyNode>,
    /// There were more than `max_nodes`.
    pub truncated: bool,
    /// Share of the walked jobs whose edges were read from the plan, 0 to 1.
    pub plan_edge_coverage: f64,
    /// How fresh the rows are.
    pub freshness: Freshness,
    /// Dependencies of the object itself that are no jobs or job streams.
    pub other_dependencies: Vec<Dependency>,
}
