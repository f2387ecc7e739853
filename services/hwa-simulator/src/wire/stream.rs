//! `JobStreamInPlanV2`.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::View;
use super::actions::{Action, OF_STREAM};
use super::dependency::{Stats, dependencies};
use super::job::{Restrictions, TimeInfo};
use super::time::Stamp;
use crate::plan::dependency::{DependencyKind, Node, Verdict};
use crate::plan::status::StreamStatus;
use crate::plan::{Plan, Seconds, Stream, StreamIndex};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobStreamInPlan<'a> {
    flow_node_type: &'static str,
    engine_id: &'static str,
    id: Uuid,
    plan_id: Uuid,
    folder_id: Uuid,
    folder: &'a str,
    name: &'a str,
    original_job_stream_name: &'a str,
    workstation_id: Uuid,
    workstation: String,
    job_stream_model_id: Uuid,
    key: String,
    sched_time: Stamp,
    time_zone: &'static str,
    js_definition_flags: DefinitionFlags,
    js_status_flags: StatusFlags,
    js_options: Options,
    composite_status: CompositeStatus,
    common_status: &'static str,
    priority: u8,
    orig_priority: u8,
    time_info: TimeInfo,
    scheduled_date: Stamp,
    job_stream_stats: JobStats,
    #[serde(skip_serializing_if = "Option::is_none")]
    dependencies: Option<Vec<Value>>,
    dependencies_stats: Stats,
    time_restrictions: Restrictions,
    limit: i32,
    internal_identifier: &'a str,
    actions: &'static [Action],
    archived: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DefinitionFlags {
    aliased: bool,
    carried_forward: bool,
    is_service: bool,
    service: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusFlags {
    released: bool,
    late_job_stream: bool,
    pending_predecessor: bool,
    has_every_jobs: bool,
    in_order: bool,
    dont_touch: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    monitored: bool,
    carry_forward: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CompositeStatus {
    cancel_pending: bool,
    canceled: bool,
    started: bool,
    error: bool,
    dont_run: bool,
    status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct JobStats {
    number_of_job: u16,
    number_of_current_nodes: u16,
    // The spelling is the schema's.
    number_of_successfull_job: u16,
    number_of_delta_job: u16,
    number_of_delta_succ_job: u16,
    number_of_not_running_job: u16,
    number_of_executing_job: u16,
    number_of_abended_job: u16,
    number_of_failed_job: u16,
    number_of_undecided_job: u16,
}

/// A stream is late when its deadline passed before it was done.
pub(crate) fn is_late(stream: &Stream, now: Seconds) -> bool {
    stream.times.deadline.is_some_and(|deadline| match stream.status {
        StreamStatus::Succ => stream.ended.is_some_and(|ended| ended > deadline),
        StreamStatus::Cancl => false,
        _ => now > deadline,
    })
}

pub(crate) fn has_pending_predecessor(plan: &Plan, stream: StreamIndex) -> bool {
    let nodes = std::iter::once(Node::Stream(stream)).chain(plan.jobs_of(stream).map(Node::Job));
    nodes.flat_map(|node| plan.dependencies(node)).any(|dependency| {
        matches!(&dependency.kind, DependencyKind::Absent(absent) if absent.pending)
            && plan.verdict(dependency) != Verdict::Satisfied
    })
}

impl<'a> JobStreamInPlan<'a> {
    pub(crate) fn new(view: View<'a>, stream: StreamIndex) -> Self {
        let plan = view.plan;
        let record = &plan[stream];
        let (folder, workstation) = (&plan[record.folder], &plan[record.workstation]);
        let tally = record.tally;
        let late = is_late(record, view.now);
        Self {
            flow_node_type: "JOBSTREAM",
            engine_id: "",
            id: record.id,
            plan_id: plan.id,
            folder_id: folder.id,
            folder: &folder.path,
            name: &record.name,
            original_job_stream_name: &record.name,
            workstation_id: workstation.id,
            workstation: workstation.key(),
            job_stream_model_id: plan[record.model].id,
            key: plan.stream_key(stream),
            sched_time: Stamp(record.sched_time),
            time_zone: view.zone(),
            js_definition_flags: DefinitionFlags {
                aliased: false,
                carried_forward: record.carried_forward,
                is_service: false,
                service: false,
            },
            js_status_flags: StatusFlags {
                released: record.released,
                late_job_stream: late,
                pending_predecessor: has_pending_predecessor(plan, stream),
                has_every_jobs: plan
                    .jobs_of(stream)
                    .any(|job| plan[job].times.as_ref().is_some_and(|times| times.every.is_some())),
                in_order: false,
                dont_touch: false,
            },
            js_options: Options { monitored: false, carry_forward: true },
            composite_status: CompositeStatus {
                cancel_pending: false,
                canceled: record.canceled,
                started: record.started.is_some(),
                error: tally.abend + tally.fail > 0,
                dont_run: false,
                status: record.status.name(),
            },
            common_status: record.status.common(record.priority).name(),
            priority: record.priority,
            orig_priority: record.original_priority,
            time_info: TimeInfo::new(record.estimated, record.started, record.ended, view.now),
            scheduled_date: Stamp(scheduled_date(plan, record.sched_time)),
            job_stream_stats: JobStats {
                number_of_job: record.job_count,
                number_of_current_nodes: record.job_count,
                number_of_successfull_job: tally.succ,
                number_of_delta_job: 0,
                number_of_delta_succ_job: 0,
                number_of_not_running_job: tally.hold + tally.ready + tally.pending,
                number_of_executing_job: tally.active,
                number_of_abended_job: tally.abend,
                number_of_failed_job: tally.fail,
                number_of_undecided_job: 0,
            },
            dependencies: view.dependencies.then(|| dependencies(view, Node::Stream(stream))),
            dependencies_stats: Stats::new(plan, Node::Stream(stream)),
            time_restrictions: Restrictions::new(&record.times, late, false, view.now),
            limit: record.limit,
            internal_identifier: &record.internal_identifier,
            actions: OF_STREAM,
            archived: false,
        }
    }
}

/// Midnight, in the engine's zone, of the day a stream was scheduled for.
fn scheduled_date(plan: &Plan, sched_time: Seconds) -> Seconds {
    let local = Stamp(sched_time).instant().with_timezone(&plan.zone);
    let midnight = local.date_naive().and_hms_opt(0, 0, 0);
    let midnight = midnight.and_then(|midnight| midnight.and_local_timezone(plan.zone).earliest());
    midnight.map_or(sched_time, |midnight| midnight.timestamp())
}
