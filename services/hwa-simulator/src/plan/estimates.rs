//! What a plan's estimates imply: how long streams take, and when jobs on the way to a critical one must start.

use super::dependency::DependencyKind;
use super::{JobIndex, Plan, Seconds, StreamIndex};

/// Fills in everything that follows from the jobs' estimates.
pub(super) fn complete(plan: &mut Plan) {
    estimate_streams(plan);
    find_critical_network(plan);
}

/// A stream takes as long as its longest path of estimates.
fn estimate_streams(plan: &mut Plan) {
    let mut ends: Vec<Seconds> = Vec::new();
    for stream in 0..plan.streams.len() {
        let first = plan.streams[stream].first_job;
        ends.clear();
        for job in plan.jobs_of(StreamIndex(u32::try_from(stream).unwrap_or(u32::MAX))) {
            let before = plan[job].dependencies.iter().filter_map(|dependency| match dependency.kind {
                DependencyKind::Job { job, .. } if job.0 >= first => {
                    ends.get((job.0 - first) as usize).copied()
                }
                _ => None,
            });
            let end = before.max().unwrap_or_default() + Seconds::from(plan[job].estimated);
            ends.push(end);
        }
        plan.streams[stream].estimated = ends.iter().copied().max().unwrap_or_default();
    }
}

/// Walks back from every critical job: each predecessor must start early enough for its follower.
fn find_critical_network(plan: &mut Plan) {
    let mut open: Vec<JobIndex> = Vec::new();
    for (job, at) in plan.jobs.iter_mut().zip(0..) {
        if let (true, Some(deadline)) = (job.critical, job.times.as_ref().and_then(|times| times.deadline)) {
            job.critical_start = Some(deadline - Seconds::from(job.estimated));
            open.push(JobIndex(at));
        }
    }
    while let Some(job) = open.pop() {
        let Some(start) = plan[job].critical_start else { continue };
        let predecessors: Vec<JobIndex> = plan[job]
            .dependencies
            .iter()
            .filter_map(|dependency| match dependency.kind {
                DependencyKind::Job { job, .. } => Some(job),
                _ => None,
            })
            .collect();
        for predecessor in predecessors {
            let latest = start - Seconds::from(plan[predecessor].estimated);
            let known = &mut plan[predecessor].critical_start;
            if known.is_none_or(|known| latest < known) {
                *known = Some(latest);
                open.push(predecessor);
            }
        }
    }
}
