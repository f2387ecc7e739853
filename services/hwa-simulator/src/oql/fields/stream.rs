//! Fields of job streams in the plan.

use super::{dependency_job, dependency_stream, field, id, of_dependencies, stats};
use crate::oql::query::Field;
use crate::oql::value::Value;
use crate::plan::dependency::Node;
use crate::plan::{Plan, Seconds, StreamIndex as Index};
use crate::wire::stream::has_pending_predecessor;

pub(crate) static STREAM: &[Field<Index>] = &[
    field!("id", Text, |plan, now, stream| id(plan[stream].id)),
    field!("name", Text, |plan, now, stream| Value::text(&*plan[stream].name)),
    field!("key", Text, |plan, now, stream| Value::text(plan.stream_key(stream))),
    field!("folder", Text, |plan, now, stream| Value::text(&*plan[plan[stream].folder].path)),
    field!("folderId", Text, |plan, now, stream| id(plan[plan[stream].folder].id)),
    field!("workstation", Text, |plan, now, stream| Value::text(plan[plan[stream].workstation].key())),
    field!("aliasJobStreamName", Text, |plan, now, stream| Value::text(&*plan[stream].name)),
    field!("originalJobStreamName", Text, |plan, now, stream| Value::text(&*plan[stream].name)),
    field!("commonStatus", Text, |plan, now, stream| {
        Value::text(plan[stream].status.common(plan[stream].priority).name())
    }),
    field!("compositeStatus.status", Text, |plan, now, stream| Value::text(plan[stream].status.name())),
    field!("priority", Number, |plan, now, stream| Value::number(plan[stream].priority)),
    field!("origPriority", Number, |plan, now, stream| Value::number(plan[stream].original_priority)),
    field!("limit", Number, |plan, now, stream| Value::number(plan[stream].limit)),
    field!("schedTime", Instant, |plan, now, stream| Value::number(plan[stream].sched_time)),
    field!("pendingPredecessor", Flag, |plan, now, stream| Value::Flag(has_pending_predecessor(
        plan, stream
    ))),
    field!("jsDefinitionFlags.carriedForward", Flag, |plan, now, stream| {
        Value::Flag(plan[stream].carried_forward)
    }),
    field!("jsOptions.carryForward", Flag, |plan, now, stream| Value::Flag(true)),
    field!("jsOptions.monitored", Flag, |plan, now, stream| Value::Flag(false)),
    field!("timeInfo.actualStartTime", Instant, |plan, now, stream| Value::instant(plan[stream].started)),
    field!("timeInfo.actualEndTime", Instant, |plan, now, stream| Value::instant(plan[stream].ended)),
    field!("timeInfo.elapsedTime", Duration, |plan, now, stream| {
        let stream = &plan[stream];
        Value::instant(stream.started.map(|started| stream.ended.unwrap_or(now) - started))
    }),
    field!("timeInfo.estimatedDuration", Duration, |plan, now, stream| Value::number(plan[stream].estimated)),
    field!("timeRestrictions.deadlineTime", Instant, |plan, now, stream| {
        Value::instant(plan[stream].times.deadline)
    }),
    field!("timeRestrictions.startTime", Instant, |plan, now, stream| Value::instant(plan[stream].times.at)),
    field!("timeRestrictions.untilTime", Instant, |plan, now, stream| Value::instant(
        plan[stream].times.until
    )),
    field!("dependencies.dependencyStatus", Text, |plan, now, stream| {
        of_dependencies(plan, Node::Stream(stream), |plan, dependency| {
            Some(Value::text(plan.verdict(dependency).name()))
        })
    }),
    field!("dependencies.jobId", Text, |plan, now, stream| {
        of_dependencies(plan, Node::Stream(stream), |plan, dependency| {
            dependency_job(plan, dependency).map(|job| id(job.id))
        })
    }),
    field!("dependencies.jobName", Text, |plan, now, stream| {
        of_dependencies(plan, Node::Stream(stream), |plan, dependency| {
            dependency_job(plan, dependency).map(|job| Value::text(&*job.name))
        })
    }),
    field!("dependencies.jobStreamId", Text, |plan, now, stream| {
        of_dependencies(plan, Node::Stream(stream), |plan, dependency| {
            dependency_stream(plan, Node::Stream(stream), dependency).map(|stream| id(plan[stream].id))
        })
    }),
    field!("dependencies.jobStreamName", Text, |plan, now, stream| {
        of_dependencies(plan, Node::Stream(stream), |plan, dependency| {
            dependency_stream(plan, Node::Stream(stream), dependency)
                .map(|stream| Value::text(&*plan[stream].name))
        })
    }),
    field!("dependenciesStats.numberOfDependencies", Number, |plan, now, stream| {
        stats(plan, Node::Stream(stream), |stats| stats.number_of_dependencies)
    }),
    field!("dependenciesStats.numberOfUnresolvedDependencies", Number, |plan, now, stream| {
        stats(plan, Node::Stream(stream), |stats| stats.number_of_unresolved_dependencies)
    }),
    field!("jobStreamStats.numberOfJob", Number, |plan, now, stream| Value::number(plan[stream].job_count)),
    field!("jobStreamStats.numberOfCurrentNodes", Number, |plan, now, stream| {
        Value::number(plan[stream].job_count)
    }),
    field!("jobStreamStats.numberOfAbendedJob", Number, |plan, now, stream| {
        Value::number(plan[stream].tally.abend)
    }),
    field!("jobStreamStats.numberOfFailedJob", Number, |plan, now, stream| {
        Value::number(plan[stream].tally.fail)
    }),
    field!("jobStreamStats.numberOfExecutingJob", Number, |plan, now, stream| {
        Value::number(plan[stream].tally.active)
    }),
    field!("jobStreamStats.numberOfSuccessfullJob", Number, |plan, now, stream| {
        Value::number(plan[stream].tally.succ)
    }),
    field!("jobStreamStats.numberOfNotRunningJob", Number, |plan, now, stream| {
        let tally = plan[stream].tally;
        Value::number(tally.hold + tally.ready + tally.pending)
    }),
    field!("jobStreamStats.numberOfUndecidedJob", Number, |plan, now, stream| Value::number(0)),
];
