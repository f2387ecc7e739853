//! Predecessors and successors, which only variant A has.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::json;
use super::listing::Parameters;
use super::{jobs, streams};
use crate::engine::Engine;
use crate::plan::Plan;
use crate::plan::dependency::{Dependency, DependencyKind, Node};
use crate::problem::Problem;
use crate::shared::Shared;
use crate::wire::View;
use crate::wire::job::JobInPlan;
use crate::wire::stream::JobStreamInPlan;

/// Answers stop growing here; a real engine's would take minutes.
const MOST_NEIGHBOURS: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Predecessors,
    Successors,
}

fn walk(engine: &Engine, from: Node, direction: Direction, query: Option<&str>) -> Result<Response, Problem> {
    let plan = &engine.plan;
    let depth = Parameters::new(query)?.number("depth")?.unwrap_or(1);
    let mut seen = BTreeSet::from([from]);
    let mut found = Vec::new();
    let mut edge = vec![from];
    for _ in 0..depth {
        let next: Vec<Node> = edge.iter().flat_map(|node| step(plan, *node, direction)).collect();
        edge = next.into_iter().filter(|node| seen.insert(*node)).collect();
        found.extend(&edge);
        if edge.is_empty() || found.len() >= MOST_NEIGHBOURS {
            break;
        }
    }
    found.truncate(MOST_NEIGHBOURS);
    let view = View { plan, now: engine.now, definitions: true, dependencies: false };
    let results: Vec<Value> = found
        .into_iter()
        .filter_map(|node| match node {
            Node::Job(job) => serde_json::to_value(JobInPlan::new(view, job)).ok(),
            Node::Stream(stream) => serde_json::to_value(JobStreamInPlan::new(view, stream)).ok(),
        })
        .collect();
    json(&json!({ "count": results.len(), "results": results }))
}

fn step(plan: &Plan, node: Node, direction: Direction) -> Vec<Node> {
    fn targets(dependency: &Dependency, into: &mut Vec<Node>) {
        match &dependency.kind {
            DependencyKind::Job { job, .. } => into.push(Node::Job(*job)),
            DependencyKind::Stream { stream, .. } => into.push(Node::Stream(*stream)),
            DependencyKind::Join(join) => join.members.iter().for_each(|member| targets(member, into)),
            _ => {}
        }
    }
    match (direction, node) {
        (Direction::Predecessors, node) => {
            let mut found = Vec::new();
            plan.dependencies(node).iter().for_each(|dependency| targets(dependency, &mut found));
            found
        }
        (Direction::Successors, Node::Job(job)) => plan[job].followers.clone(),
        (Direction::Successors, Node::Stream(stream)) => plan[stream].followers.clone(),
    }
}

async fn of_job(
    shared: &Shared,
    id: &str,
    direction: Direction,
    query: Option<&str>,
) -> Result<Response, Problem> {
    let engine = shared.engine();
    walk(&engine, Node::Job(jobs::find(&engine, id)?), direction, query)
}

async fn of_stream(
    shared: &Shared,
    id: &str,
    direction: Direction,
    query: Option<&str>,
) -> Result<Response, Problem> {
    let engine = shared.engine();
    walk(&engine, Node::Stream(streams::find(&engine, id)?), direction, query)
}

type Answer = Result<Response, Problem>;

pub(super) async fn job_predecessors(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    of_job(&shared, &id, Direction::Predecessors, query.as_deref()).await
}

pub(super) async fn job_successors(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    of_job(&shared, &id, Direction::Successors, query.as_deref()).await
}

pub(super) async fn stream_predecessors(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    of_stream(&shared, &id, Direction::Predecessors, query.as_deref()).await
}

pub(super) async fn stream_successors(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    of_stream(&shared, &id, Direction::Successors, query.as_deref()).await
}
