//! The shortest way between two objects, found by trying all.

use std::collections::BTreeMap;

use proptest::prelude::*;
use resync_api::graph::model::PathRequest;

use crate::plan::{Dep, On, Plan, Shape, job_id, stream_id};

type Name = String;

pub(crate) fn gate(stream: usize) -> Name {
    format!("gate {stream}")
}

pub(crate) fn end(stream: usize) -> Name {
    format!("end {stream}")
}

pub(crate) fn edges(plan: &Plan) -> Vec<(Name, Name)> {
    let mut edges = Vec::new();
    let mut joins = 0;
    for (number, job) in plan.jobs.iter().enumerate() {
        edges.push((gate(job.stream), job_id(number)));
        edges.push((job_id(number), end(job.stream)));
        job.deps.iter().for_each(|dep| add(&mut edges, &mut joins, dep, &job_id(number)));
    }
    for (number, stream) in plan.streams.iter().enumerate() {
        stream.deps.iter().for_each(|dep| add(&mut edges, &mut joins, dep, &gate(number)));
    }
    edges
}

fn add(edges: &mut Vec<(Name, Name)>, joins: &mut usize, dep: &Dep, owner: &str) {
    match &dep.on {
        On::Job(job) => edges.push((job_id(*job), owner.to_owned())),
        On::Stream(stream) => edges.push((end(*stream), owner.to_owned())),
        On::Join { members, .. } => {
            *joins += 1;
            let join = format!("join {joins}");
            edges.push((join.clone(), owner.to_owned()));
            members.iter().for_each(|member| add(edges, joins, member, &join));
        }
        _ => {}
    }
}

/// Steps from any of the first to any of the second, relaxing all edges as often as there are any.
fn distance(edges: &[(Name, Name)], from: &[Name], to: &[Name]) -> Option<usize> {
    let mut steps: BTreeMap<&str, usize> = from.iter().map(|name| (name.as_str(), 0)).collect();
    for _ in 0..=edges.len() {
        for (before, after) in edges {
            if let Some(known) = steps.get(before.as_str()).copied() {
                let slot = steps.entry(after).or_insert(usize::MAX);
                *slot = (*slot).min(known + 1);
            }
        }
    }
    to.iter().filter_map(|name| steps.get(name.as_str()).copied()).min()
}

proptest! {
    #![proptest_config(crate::plans(600))]

    #[test]
    fn the_shortest_way_is_found_in_either_direction(seed in any::<u64>(), size in 1_usize..8, any_shape in any::<bool>()) {
        let plan = Plan::random(seed, size, if any_shape { Shape::Any } else { Shape::Acyclic });
        let (graph, edges) = (plan.graph(), edges(&plan));
        let jobs = (0..plan.jobs.len()).map(|job| (job_id(job), vec![job_id(job)]));
        let streams = (0..plan.streams.len()).map(|stream| (stream_id(stream), vec![gate(stream), end(stream)]));
        let objects: Vec<_> = jobs.chain(streams).collect();
        for (from, starts) in &objects {
            for (to, goals) in &objects {
                let request = PathRequest { engine: String::new(), from: from.clone(), to: to.clone() };
                let answer = graph.path_between(&request).expect("in the plan");
                let straight = distance(&edges, starts, goals);
                let steps = straight.or_else(|| distance(&edges, goals, starts));
                prop_assert_eq!(answer.found, steps.is_some(), "{} to {}", from, to);
                prop_assert_eq!(answer.reversed, straight.is_none() && steps.is_some());
                prop_assert_eq!(answer.steps.len(), steps.map_or(0, |steps| steps + 1));
            }
        }
    }
}
