//! What an object waits for, or what waits for it.

use resync_api::tws::model::{
    Dependency, DependencyNode, Direction, FlowNode, Freshness, ObjectKind, Status, WalkDependenciesRequest,
};
use serde::{Deserialize, Serialize};

use super::plan_object::PlanObject;
use super::{PlanReader, Tool};
use crate::error::Error;

/// Steps of a walk all the way.
const ALL_THE_WAY: u32 = 100;
/// Objects walked at most.
pub(super) const MAX_NODES: u32 = 5_000;
/// Rows in the result; the counts are over all that were walked.
const MAX_SHOWN: usize = 60;

/// Walk the dependencies of a job or job stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct WalkDependencies {
    /// `JOB` or `JOB_STREAM`.
    pub(crate) kind: ObjectKind,
    /// Plan id.
    pub(crate) object: String,
    /// Which way.
    pub(crate) direction: Direction,
    /// All the way instead of direct neighbours.
    pub(crate) transitive: bool,
}

/// What the walk met.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WalkReport {
    /// The object asked about.
    pub(crate) subject: PlanObject,
    pub(crate) direction: Direction,
    pub(crate) transitive: bool,
    /// Nearest first.
    pub(crate) nodes: Vec<Node>,
    /// Objects met, shown or not.
    pub(crate) node_count: usize,
    /// Jobs among them.
    pub(crate) job_count: usize,
    /// Job streams among them.
    pub(crate) job_stream_count: usize,
    /// Neither ended well nor canceled.
    pub(crate) unfinished_count: usize,
    /// In error.
    pub(crate) failed_count: usize,
    /// Files, resources, prompts and joins of the object itself.
    pub(crate) other_dependencies: Vec<Dependency>,
    /// How many of those.
    pub(crate) other_count: usize,
    /// There are more than were walked: the counts are what there is at least.
    pub(crate) at_least: bool,
    /// The walk met its bound, or not all rows are shown.
    pub(crate) truncated: bool,
    /// Share of the walked jobs whose edges were read from the plan, 0 to 1; the rest come from definitions.
    pub(crate) plan_edge_coverage: f64,
    pub(crate) freshness: Freshness,
}

/// One object met.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Node {
    #[serde(flatten)]
    pub(crate) object: PlanObject,
    pub(crate) depth: u32,
    /// The edge that led here.
    pub(crate) via: Dependency,
}

impl Tool for WalkDependencies {
    const NAME: &'static str = "walk_dependencies";
    const DESCRIPTION: &'static str =
        "Predecessors or successors of a job or job stream, direct or all the way, with their status.";
    type Output = WalkReport;

    async fn run(&self, plan: &PlanReader) -> Result<WalkReport, Error> {
        let request = WalkDependenciesRequest {
            engine: String::new(),
            object: self.object.clone(),
            direction: self.direction,
            max_depth: if self.transitive { ALL_THE_WAY } else { 1 },
            max_nodes: MAX_NODES,
        };
        let (subject, walk) = tokio::try_join!(subject(plan, self.kind, &self.object), plan.walk(request))?;
        let statuses: Vec<_> = walk.nodes.iter().map(status).collect();
        let count = |wanted: fn(&Status) -> bool| statuses.iter().filter(|status| wanted(status)).count();
        let is_job = |node: &&DependencyNode| matches!(node.node, FlowNode::Job(_));
        let job_count = walk.nodes.iter().filter(is_job).count();
        Ok(WalkReport {
            subject,
            direction: self.direction,
            transitive: self.transitive,
            node_count: walk.nodes.len(),
            job_count,
            job_stream_count: walk.nodes.len() - job_count,
            unfinished_count: count(|status| !matches!(status, Status::Successful | Status::Canceled)),
            failed_count: count(|status| *status == Status::Error),
            at_least: walk.truncated,
            truncated: walk.truncated || walk.nodes.len() > MAX_SHOWN,
            nodes: walk.nodes.into_iter().take(MAX_SHOWN).map(Node::from).collect(),
            other_count: walk.other_dependencies.len(),
            other_dependencies: walk.other_dependencies,
            plan_edge_coverage: walk.plan_edge_coverage,
            freshness: walk.freshness,
        })
    }

    fn summary(report: &WalkReport) -> String {
        format!("{} objects", report.node_count)
    }
}

impl From<DependencyNode> for Node {
    fn from(node: DependencyNode) -> Self {
        let object = match &node.node {
            FlowNode::Job(job) => PlanObject::from(job.as_ref()),
            FlowNode::JobStream(stream) => PlanObject::from(stream.as_ref()),
        };
        Self { object, depth: node.depth, via: node.via }
    }
}

fn status(node: &DependencyNode) -> Status {
    match &node.node {
        FlowNode::Job(job) => job.status,
        FlowNode::JobStream(stream) => stream.status,
    }
}

/// The row of the object asked about.
pub(super) async fn subject(plan: &PlanReader, kind: ObjectKind, id: &str) -> Result<PlanObject, Error> {
    Ok(match kind {
        ObjectKind::JobStream => PlanObject::from(&plan.job_stream(id).await?.job_stream),
        _ => PlanObject::from(&plan.job(id).await?.job),
    })
}
