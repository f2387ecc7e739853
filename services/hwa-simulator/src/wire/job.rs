//! `JobInPlanV2`.

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::View;
use super::actions::{Action, of_job};
use super::dependency::{Stats, dependencies};
use super::time::{Span, Stamp};
use crate::plan::dependency::Node;
use crate::plan::dice::{Identifiers, Kind};
use crate::plan::status::{JobStatus, RunKind};
use crate::plan::{
    Definition, Job, JobIndex, LateStart, RecoveryOption, Run, Seconds, TaskKind, TimeRestrictions,
};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobInPlan<'a> {
    flow_node_type: &'static str,
    engine_id: &'static str,
    id: Uuid,
    plan_id: Uuid,
    folder_id: Uuid,
    folder: &'a str,
    name: &'a str,
    workstation_id: Uuid,
    workstation: String,
    job_stream_id: Uuid,
    job_stream_name: &'a str,
    job_stream_workstation_id: Uuid,
    job_stream_workstation: String,
    position: u16,
    key: String,
    job_definition_flags: DefinitionFlags,
    job_status_flags: StatusFlags,
    job_options: Options,
    last_run_composite_status: CompositeStatus,
    last_run_common_status: &'static str,
    job_definition_ref_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_definition: Option<JobDefinitionInPlan<'a>>,
    priority: u8,
    orig_priority: u8,
    jobruns: Vec<JobRun<'a>>,
    sched_time: Stamp,
    time_zone: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_restrictions: Option<Restrictions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dependencies: Option<Vec<Value>>,
    dependencies_stats: Stats,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<Stamp>,
    confidence_interval: Span,
    #[serde(skip_serializing_if = "Option::is_none")]
    critical_start: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat_interval: Option<Span>,
    actions: &'static [Action],
    archived: bool,
}

#[derive(Debug, Serialize)]
struct DefinitionFlags {
    monitored: bool,
    aliased: bool,
    interactive: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusFlags {
    job_stream_cancelled: bool,
    promoted_to_urgent_queue: bool,
    job_late: bool,
    user_rerun_again: bool,
    restarted: bool,
    until_gone: bool,
    buckujob: bool,
    need_message: bool,
    deadline_has_passed: bool,
    alt_job_issue: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    no_operation: bool,
    critical: bool,
    requires_confirmation: bool,
    every: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompositeStatus {
    canceled: bool,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    substatus: Option<&'static str>,
    error: bool,
    started: bool,
    cancel_pending: bool,
    dont_run: bool,
}

impl CompositeStatus {
    fn of_run(status: JobStatus) -> Self {
        Self {
            canceled: false,
            status: status.name(),
            substatus: None,
            error: status.is_error(),
            started: status >= JobStatus::Exec,
            cancel_pending: false,
            dont_run: false,
        }
    }

    pub(crate) fn of_job(view: View<'_>, job: JobIndex) -> Self {
        let record = &view.plan[job];
        Self { canceled: record.canceled, substatus: substatus(view, job), ..Self::of_run(record.status) }
    }
}

/// The reason a job waits, as the API spells it.
pub(crate) fn substatus(view: View<'_>, job: JobIndex) -> Option<&'static str> {
    let record = &view.plan[job];
    match record.status {
        JobStatus::Hold => view.plan.hold_reason(job, view.now),
        JobStatus::Ready => record.ready_reason.and_then(|reason| reason.substatus()),
        JobStatus::Suppr => Some("SUPPR_UNSATISFIED_DEPENDENCY"),
        _ => None,
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct JobDefinitionInPlan<'a> {
    id: Uuid,
    job_definition_model_id: Uuid,
    folder_id: Uuid,
    folder: &'a str,
    name: &'a str,
    workstation_id: Uuid,
    workstation: String,
    description: &'a str,
    task: Value,
    is_command: bool,
    command: bool,
    estimated_duration: Span,
    user_logins: [&'static str; 1],
    recovery_option: &'static str,
    recovery_repeat_interval: Span,
    recovery_repeat_occurrences: u16,
    recovery_repeat_affinity: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_job_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    abend_prompt_text: Option<&'a str>,
}

/// The task of a definition, under the key of its type.
pub(crate) fn task(definition: &Definition) -> Value {
    let script = |key: &str, is_command: bool| json!({ key: { "taskString": &*definition.text, "userName": definition.user, "isCommand": is_command } });
    match definition.task {
        TaskKind::Script => script("UNIX", false),
        TaskKind::Command => script("UNIX", true),
        TaskKind::Windows => script("WINDOWS", false),
        TaskKind::Database => json!({ "database": { "statements": [&*definition.text], "dbms": "oracle" } }),
        TaskKind::FileTransfer => {
            json!({ "filetransfer": { "localFile": &*definition.text, "protocol": "SFTP" } })
        }
        TaskKind::Shadow => json!({ "distributedShadowJob": { "remoteJob": &*definition.text } }),
    }
}

pub(crate) fn task_type(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Script | TaskKind::Command => "UNIX",
        TaskKind::Windows => "WINDOWS",
        TaskKind::Database => "DATABASE",
        TaskKind::FileTransfer => "FILETRANSFER",
        TaskKind::Shadow => "DISTRIBUTEDSHADOWJOB",
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct JobRun<'a> {
    id: Uuid,
    name: &'a str,
    job_id: Uuid,
    actual_workstation: String,
    job_number: u32,
    composite_status: CompositeStatus,
    common_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_code: Option<i32>,
    rerun_job: bool,
    confirmed: bool,
    released: bool,
    rerun_type: &'static str,
    time_info: TimeInfo,
    submitted_time: Stamp,
    last_in_rerun_chain: bool,
    min_duration_not_reached: bool,
    max_duration_gone: bool,
    run_attempt: u16,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimeInfo {
    pub(crate) estimated_duration: Span,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) actual_start_time: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) elapsed_time: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) actual_end_time: Option<Stamp>,
}

impl TimeInfo {
    pub(crate) fn new(
        estimated: Seconds,
        started: Option<Seconds>,
        ended: Option<Seconds>,
        now: Seconds,
    ) -> Self {
        Self {
            estimated_duration: Span(estimated),
            actual_start_time: started.map(Stamp),
            elapsed_time: started.map(|started| Span(ended.unwrap_or(now) - started)),
            actual_end_time: ended.map(Stamp),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Restrictions {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<Stamp>,
    time_dependent: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time_satisfied: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_start_time: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    late_start_action: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_start_satisfied: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline_time: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    late_action: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline_satisfied: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_duration: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_duration_action: Option<&'static str>,
}

impl Restrictions {
    pub(crate) fn new(times: &TimeRestrictions, late: bool, until_gone: bool, now: Seconds) -> Self {
        Self {
            start_time: times.at.map(Stamp),
            time_dependent: times.at.is_some(),
            start_time_satisfied: times.at.map(|at| at <= now),
            latest_start_time: times.until.map(Stamp),
            late_start_action: times.until.map(|_| times.on_until.unwrap_or(LateStart::DoNotRun).into()),
            latest_start_satisfied: times.until.map(|_| !until_gone),
            deadline_time: times.deadline.map(Stamp),
            late_action: times.deadline.map(|_| "continue"),
            deadline_satisfied: times.deadline.map(|_| !late),
            max_duration: times.max_duration.map(Span),
            max_duration_action: times.max_duration.map(|_| "kill"),
        }
    }
}

impl<'a> JobInPlan<'a> {
    pub(crate) fn new(view: View<'a>, job: JobIndex) -> Self {
        let plan = view.plan;
        let record = &plan[job];
        let stream = &plan[record.stream];
        let workstation = &plan[record.workstation];
        let stream_workstation = &plan[stream.workstation];
        let late = record.is_late(view.now);
        Self {
            flow_node_type: "JOB",
            engine_id: "",
            id: record.id,
            plan_id: plan.id,
            folder_id: plan[stream.folder].id,
            folder: &plan[stream.folder].path,
            name: &record.name,
            workstation_id: workstation.id,
            workstation: workstation.key(),
            job_stream_id: stream.id,
            job_stream_name: &stream.name,
            job_stream_workstation_id: stream_workstation.id,
            job_stream_workstation: stream_workstation.key(),
            position: record.position,
            key: plan.job_key(job),
            job_definition_flags: DefinitionFlags { monitored: false, aliased: false, interactive: false },
            job_status_flags: StatusFlags {
                job_stream_cancelled: stream.canceled,
                promoted_to_urgent_queue: record.is_promoted(view.now),
                job_late: late,
                user_rerun_again: record.runs.iter().any(|run| run.kind == RunKind::Rerun),
                restarted: record.runs.len() > 1,
                until_gone: record.until_gone,
                buckujob: false,
                need_message: false,
                deadline_has_passed: record.deadline().is_some_and(|deadline| deadline < view.now),
                alt_job_issue: false,
            },
            job_options: Options {
                no_operation: record.no_operation,
                critical: record.critical,
                requires_confirmation: record.requires_confirmation,
                every: record.times.as_ref().is_some_and(|times| times.every.is_some()),
            },
            last_run_composite_status: CompositeStatus::of_job(view, job),
            last_run_common_status: record.status.common(record.priority).name(),
            job_definition_ref_id: plan[record.definition].id,
            job_definition: view.definitions.then(|| JobDefinitionInPlan::new(view, record)),
            priority: record.priority,
            orig_priority: record.original_priority,
            jobruns: record.runs.iter().map(|run| JobRun::new(view, record, run)).collect(),
            sched_time: Stamp(stream.sched_time),
            time_zone: view.zone(),
            time_restrictions: record
                .times
                .as_ref()
                .map(|times| Restrictions::new(times, late, record.until_gone, view.now)),
            dependencies: view.dependencies.then(|| dependencies(view, Node::Job(job))),
            dependencies_stats: Stats::new(view.plan, Node::Job(job)),
            end_time: record.ended().map(Stamp),
            confidence_interval: Span(Seconds::from(record.estimated) * 8 / 100),
            critical_start: record.critical_start.map(Stamp),
            repeat_interval: record.times.as_ref().and_then(|times| times.every).map(Span),
            actions: of_job(record.status),
            archived: false,
        }
    }
}

impl<'a> JobDefinitionInPlan<'a> {
    fn new(view: View<'a>, job: &Job) -> Self {
        let definition = &view.plan[job.definition];
        let (folder, workstation) = (&view.plan[definition.folder], &view.plan[definition.workstation]);
        let command = definition.task == TaskKind::Command;
        let recovery = &definition.recovery;
        Self {
            id: Identifiers::new(view.plan.seed, view.plan.start)
                .make(Kind::Definition, u64::from(job.definition.0)),
            job_definition_model_id: definition.id,
            folder_id: folder.id,
            folder: &folder.path,
            name: &definition.name,
            workstation_id: workstation.id,
            workstation: workstation.key(),
            description: &definition.description,
            task: task(definition),
            is_command: command,
            command,
            estimated_duration: Span(Seconds::from(job.estimated)),
            user_logins: [definition.user],
            recovery_option: recovery.option.into(),
            recovery_repeat_interval: Span(recovery.interval),
            recovery_repeat_occurrences: recovery.occurrences,
            recovery_repeat_affinity: false,
            recovery_job_name: recovery.job.map(|job| &*view.plan[job].name),
            abend_prompt_text: match recovery.option {
                RecoveryOption::RerunPrompt => recovery.prompt.as_deref(),
                _ => None,
            },
        }
    }
}

impl<'a> JobRun<'a> {
    fn new(view: View<'a>, job: &Job, run: &Run) -> Self {
        Self {
            id: run.id,
            name: &view.plan[run.definition].name,
            job_id: job.id,
            actual_workstation: view.plan[run.workstation].key(),
            job_number: run.number,
            composite_status: CompositeStatus::of_run(run.status),
            common_status: run.status.common(job.priority).name(),
            // The outcome is decided when the run starts; nobody may see it before the end.
            return_code: run.return_code.filter(|_| run.ended.is_some()),
            rerun_job: run.kind != RunKind::Regular,
            confirmed: run.confirmed,
            released: false,
            rerun_type: run.kind.name(),
            time_info: TimeInfo::new(Seconds::from(job.estimated), run.started, run.ended, view.now),
            submitted_time: Stamp(run.submitted),
            last_in_rerun_chain: job.current_run().is_some_and(|current| current.id == run.id),
            min_duration_not_reached: false,
            max_duration_gone: run.max_duration_gone && run.ended.is_some(),
            run_attempt: run.attempt,
        }
    }
}
