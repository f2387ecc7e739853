//! Cycles, orphans, dangling dependencies and fragile jobs.

use std::collections::BTreeSet;

use proptest::prelude::*;
use resync_api::graph::model::{Assumption, HealthRequest, ImpactRequest, TopologyHealth};
use resync_knowledge_graph::topology::NoHistory;

use crate::paths::{edges, end, gate};
use crate::plan::{Dep, On, Plan, Shape, job_id};

fn health(plan: &Plan) -> TopologyHealth {
    plan.graph().health(&HealthRequest { engine: String::new(), max_results: 1000 }, &NoHistory)
}

/// Everything that can be reached from a name by at least one edge.
fn reached(edges: &[(String, String)], from: &str) -> BTreeSet<String> {
    let mut met = BTreeSet::new();
    let mut waiting = vec![from.to_owned()];
    while let Some(at) = waiting.pop() {
        for (before, after) in edges {
            if *before == at && met.insert(after.clone()) {
                waiting.push(after.clone());
            }
        }
    }
    met
}

fn count_deps(deps: &[Dep]) -> usize {
    deps.iter()
        .map(|dep| match &dep.on {
            On::Join { members, .. } => 1 + count_deps(members),
            _ => 1,
        })
        .sum()
}

fn dangling(deps: &[Dep]) -> usize {
    deps.iter()
        .map(|dep| match &dep.on {
            On::Join { members, .. } => dangling(members),
            On::Absent(..) => usize::from(dep.from_plan),
            _ => 0,
        })
        .sum()
}

proptest! {
    #![proptest_config(crate::plans(800))]

    #[test]
    fn cycles_are_what_can_be_reached_from_itself(seed in any::<u64>(), size in 1_usize..10) {
        let plan = Plan::random(seed, size, Shape::Any);
        let (edges, found) = (edges(&plan), health(&plan));
        let mut cyclic: BTreeSet<BTreeSet<String>> = BTreeSet::new();
        let names: BTreeSet<&String> = edges.iter().flat_map(|(before, after)| [before, after]).collect();
        for name in names {
            let there = reached(&edges, name);
            if there.contains(name) {
                cyclic.insert(there.into_iter().filter(|other| reached(&edges, other).contains(name)).collect());
            }
        }
        prop_assert_eq!(found.cycles_total, cyclic.len() as u64);
        let sizes = |mut sizes: Vec<u64>| { sizes.sort_unstable(); sizes };
        prop_assert_eq!(
            sizes(found.cycles.iter().map(|cycle| cycle.objects).collect()),
            sizes(cyclic.iter().map(|cycle| cycle.len() as u64).collect())
        );
        for cycle in &found.cycles {
            prop_assert_eq!(&cycle.path.first().expect("a way").object, &cycle.path.last().expect("a way").object);
            prop_assert!(cycle.path.len() > 1 && cycle.path.iter().skip(1).all(|step| step.relation.is_some()));
        }
    }

    #[test]
    fn orphans_and_dangling_dependencies_are_all_found(seed in any::<u64>(), size in 1_usize..12) {
        let plan = Plan::random(seed, size, Shape::Any);
        let (edges, found) = (edges(&plan), health(&plan));
        let alone = |job: usize| {
            let stream = plan.jobs[job].stream;
            plan.jobs[job].deps.is_empty()
                && plan.streams[stream].deps.is_empty()
                && !edges.iter().any(|(before, after)| {
                    *before == job_id(job) && *after != end(stream) || *before == end(stream) || *after == gate(stream)
                })
        };
        let orphans: BTreeSet<String> = (0..plan.jobs.len()).filter(|job| alone(*job)).map(job_id).collect();
        prop_assert_eq!(found.orphans.iter().map(|job| job.id.clone()).collect::<BTreeSet<_>>(), orphans);
        let all = || plan.jobs.iter().map(|job| &job.deps).chain(plan.streams.iter().map(|stream| &stream.deps));
        prop_assert_eq!(found.dangling_total, all().map(|deps| dangling(deps)).sum::<usize>() as u64);
        prop_assert_eq!(found.dependencies, all().map(|deps| count_deps(deps)).sum::<usize>() as u64);
        prop_assert_eq!(found.jobs, plan.jobs.len() as u64);
    }

    #[test]
    fn fragile_jobs_are_ranked_by_the_impact_they_have(seed in any::<u64>(), size in 1_usize..12) {
        let plan = Plan::random(seed, size, Shape::Acyclic);
        let (graph, found) = (plan.graph(), health(&plan));
        prop_assert!(found.fragile.iter().map(|job| -job.score).is_sorted_by(|one, other| one <= other));
        for fragile in &found.fragile {
            let request = ImpactRequest {
                engine: String::new(),
                object: fragile.job.id.clone(),
                assumption: Assumption::Fails,
                max_results: 1,
            };
            let impact = graph.impact(&request).expect("in the plan");
            prop_assert_eq!(
                (fragile.blocked_jobs, fragile.critical_jobs, fragile.deadline_jobs),
                (impact.blocked_jobs, impact.critical_jobs, impact.deadline_jobs)
            );
        }
    }
}
