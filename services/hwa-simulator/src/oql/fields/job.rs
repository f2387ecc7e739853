//! Fields of jobs in the plan.

use super::{dependency_job, dependency_stream, field, id, of_dependencies, stats};
use crate::oql::query::Field;
use crate::oql::value::Value;
use crate::plan::dependency::{DependencyKind, Node};
use crate::plan::{Job, JobIndex as Index, LateStart, Plan, Seconds};
use crate::wire::job::task_type;

fn of_runs<'a>(job: &'a Job, read: impl Fn(&'a crate::plan::Run) -> Value<'a>) -> Value<'a> {
    Value::Any(job.runs.iter().map(read).collect())
}

/// Status of the runs; a job without a run counts with its own.
fn run_statuses<'a>(
    job: &'a Job,
    read: impl Fn(crate::plan::status::JobStatus) -> &'static str,
) -> Value<'a> {
    let mut values: Vec<Value<'a>> =
        job.runs.iter().rev().skip(1).map(|run| Value::text(read(run.status))).collect();
    values.push(Value::text(read(job.status)));
    Value::Any(values)
}

pub(crate) static JOB: &[Field<Index>] = &[
    field!("id", Text, |plan, now, job| id(plan[job].id)),
    field!("name", Text, |plan, now, job| Value::text(&*plan[job].name)),
    field!("folder", Text, |plan, now, job| Value::text(&*plan[plan[plan[job].stream].folder].path)),
    field!("folderId", Text, |plan, now, job| id(plan[plan[plan[job].stream].folder].id)),
    field!("workstation", Text, |plan, now, job| Value::text(plan[plan[job].workstation].key())),
    field!("priority", Number, |plan, now, job| Value::number(plan[job].priority)),
    field!("jobStreamId", Text, |plan, now, job| id(plan[plan[job].stream].id)),
    field!("jobStreamName", Text, |plan, now, job| Value::text(&*plan[plan[job].stream].name)),
    field!("jobStreamWorkstation", Text, |plan, now, job| {
        Value::text(plan[plan[plan[job].stream].workstation].key())
    }),
    field!("jobDefinition.isCommand", Flag, |plan, now, job| {
        Value::Flag(plan[plan[job].definition].task == crate::plan::TaskKind::Command)
    }),
    field!("jobDefinition.key.name", Text, |plan, now, job| Value::text(&*plan[plan[job].definition].name)),
    field!("jobDefinition.recoveryOption", Text, |plan, now, job| {
        Value::text(<&str>::from(plan[plan[job].definition].recovery.option))
    }),
    field!("jobDefinition.taskType", Text, |plan, now, job| {
        Value::text(task_type(plan[plan[job].definition].task))
    }),
    field!("jobDefinition.userLogin", Text, |plan, now, job| Value::text(plan[plan[job].definition].user)),
    field!("jobDefinition.workstation", Text, |plan, now, job| {
        Value::text(plan[plan[plan[job].definition].workstation].key())
    }),
    field!("jobOptions.critical", Flag, |plan, now, job| Value::Flag(plan[job].critical)),
    field!("jobOptions.every", Flag, |plan, now, job| {
        Value::Flag(plan[job].times.as_ref().is_some_and(|times| times.every.is_some()))
    }),
    field!("jobOptions.noOperation", Flag, |plan, now, job| Value::Flag(plan[job].no_operation)),
    field!("jobOptions.requiresConfirmation", Flag, |plan, now, job| {
        Value::Flag(plan[job].requires_confirmation)
    }),
    field!("jobruns.actualWorkstation", Text, |plan, now, job| {
        of_runs(&plan[job], |run| Value::text(plan[run.workstation].key()))
    }),
    field!("jobruns.commonStatus", Text, |plan, now, job| {
        run_statuses(&plan[job], |status| status.common(plan[job].priority).name())
    }),
    field!("jobruns.compositeStatus.status", Text, |plan, now, job| {
        run_statuses(&plan[job], |status| status.name())
    }),
    field!("compositeStatus.status", Text, |plan, now, job| Value::text(plan[job].status.name())),
    field!("jobruns.timeInfo.actualStartTime", Instant, |plan, now, job| {
        of_runs(&plan[job], |run| Value::instant(run.started))
    }),
    field!("jobruns.timeInfo.actualEndTime", Instant, |plan, now, job| {
        of_runs(&plan[job], |run| Value::instant(run.ended))
    }),
    field!("timeInfo.actualStartTime", Instant, |plan, now, job| {
        Value::instant(plan[job].current_run().and_then(|run| run.started))
    }),
    field!("timeInfo.actualEndTime", Instant, |plan, now, job| {
        Value::instant(plan[job].current_run().and_then(|run| run.ended))
    }),
    field!("timeRestrictions.untilAction", Text, |plan, now, job| {
        match plan[job].times.as_ref().and_then(|times| times.on_until) {
            Some(LateStart::DoNotRun) => Value::text("SUPPRESS"),
            Some(LateStart::Cancel) => Value::text("CANCEL"),
            None => Value::Null,
        }
    }),
    field!("timeRestrictions.untilTime", Instant, |plan, now, job| {
        Value::instant(plan[job].times.as_ref().and_then(|times| times.until))
    }),
    field!("dependencies.dependencyStatus", Text, |plan, now, job| {
        of_dependencies(plan, Node::Job(job), |plan, dependency| {
            Some(Value::text(plan.verdict(dependency).name()))
        })
    }),
    field!("dependencies.jobId", Text, |plan, now, job| {
        of_dependencies(plan, Node::Job(job), |plan, dependency| {
            dependency_job(plan, dependency).map(|job| id(job.id))
        })
    }),
    field!("dependencies.jobName", Text, |plan, now, job| {
        of_dependencies(plan, Node::Job(job), |plan, dependency| {
            dependency_job(plan, dependency).map(|job| Value::text(&*job.name))
        })
    }),
    field!("dependencies.jobKey.name", Text, |plan, now, job| {
        of_dependencies(plan, Node::Job(job), |plan, dependency| {
            dependency_job(plan, dependency).map(|job| Value::text(&*job.name))
        })
    }),
    field!("dependencies.jobStreamId", Text, |plan, now, job| {
        of_dependencies(plan, Node::Job(job), |plan, dependency| {
            dependency_stream(plan, Node::Job(job), dependency).map(|stream| id(plan[stream].id))
        })
    }),
    field!("dependencies.jobStreamName", Text, |plan, now, job| {
        of_dependencies(plan, Node::Job(job), |plan, dependency| match &dependency.kind {
            DependencyKind::Absent(absent) => Some(Value::text(&*absent.stream)),
            _ => dependency_stream(plan, Node::Job(job), dependency)
                .map(|stream| Value::text(&*plan[stream].name)),
        })
    }),
    field!("dependencies.jobStreamFolder", Text, |plan, now, job| {
        of_dependencies(plan, Node::Job(job), |plan, dependency| {
            dependency_stream(plan, Node::Job(job), dependency)
                .map(|stream| Value::text(&*plan[plan[stream].folder].path))
        })
    }),
    field!("dependencies.jobStreamWorkstation", Text, |plan, now, job| {
        of_dependencies(plan, Node::Job(job), |plan, dependency| {
            dependency_stream(plan, Node::Job(job), dependency)
                .map(|stream| Value::text(plan[plan[stream].workstation].key()))
        })
    }),
    field!("dependenciesStats.numberOfDependencies", Number, |plan, now, job| {
        stats(plan, Node::Job(job), |stats| stats.number_of_dependencies)
    }),
    field!("dependenciesStats.numberOfFileDependencies", Number, |plan, now, job| {
        stats(plan, Node::Job(job), |stats| stats.number_of_file_dependencies)
    }),
    field!("dependenciesStats.numberOfInternetworkDependencies", Number, |plan, now, job| {
        stats(plan, Node::Job(job), |stats| stats.number_of_internetwork_dependencies)
    }),
    field!("dependenciesStats.numberOfJobDependencies", Number, |plan, now, job| {
        stats(plan, Node::Job(job), |stats| stats.number_of_job_dependencies)
    }),
    field!("dependenciesStats.numberOfJobStreamDependencies", Number, |plan, now, job| {
        stats(plan, Node::Job(job), |stats| stats.number_of_job_stream_dependencies)
    }),
    field!("dependenciesStats.numberOfPromptDependencies", Number, |plan, now, job| {
        stats(plan, Node::Job(job), |stats| stats.number_of_prompt_dependencies)
    }),
    field!("dependenciesStats.numberOfResourceDependencies", Number, |plan, now, job| {
        stats(plan, Node::Job(job), |stats| stats.number_of_resource_dependencies)
    }),
    field!("dependenciesStats.numberOfUnresolvedDependencies", Number, |plan, now, job| {
        stats(plan, Node::Job(job), |stats| stats.number_of_unresolved_dependencies)
    }),
];
