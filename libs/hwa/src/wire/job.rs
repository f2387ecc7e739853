//! Jobs in the plan and their runs.

use crate::wire::dependency::{DependenciesStats, Dependency};
use crate::wire::enums::{CommonStatus, FlowNodeType, RecoveryOption, RerunType};

wire! {
    /// A job instance of the current plan. `dependencies` is usually empty in lists; `dependencies_stats` is not.
    JobInPlan {
        /// Job or job stream, where a list mixes both.
        flow_node_type: one<FlowNodeType>,
        /// UUID of the instance; the only identifier that the single-job calls accept.
        id: text,
        /// UUID of the plan.
        plan_id: text,
        /// Folder of the job stream.
        folder: text,
        /// Name of the job.
        name: text,
        /// Workstation that the job is defined on, with its folder.
        workstation: text,
        /// UUID of the owning job stream instance.
        job_stream_id: text,
        /// Name of the owning job stream.
        job_stream_name: text,
        /// Workstation of the owning job stream.
        job_stream_workstation: text,
        /// Place within the job stream.
        position: int,
        /// Readable full name.
        key: text,
        /// Flags that change while the plan runs.
        job_status_flags: one<JobStatusFlags>,
        /// Options from the definition.
        job_options: one<JobOptions>,
        /// Internal status and substatus of the last run.
        last_run_composite_status: one<CompositeStatus>,
        /// Status to show.
        last_run_common_status: one<CommonStatus>,
        /// The definition as it stands in the plan.
        job_definition: one<JobDefinitionInPlan>,
        /// Priority now.
        priority: int,
        /// Priority as planned.
        orig_priority: int,
        /// All runs of this instance in this plan, oldest first.
        jobruns: list<JobRun>,
        /// Time at which the instance was scheduled.
        sched_time: instant,
        /// IANA zone in which people read this job's times.
        time_zone: text,
        /// Earliest and latest start, deadline, duration limits.
        time_restrictions: one<TimeRestrictions>,
        /// What the job waits for; filled by the single-job call.
        dependencies: list<Dependency>,
        /// Counts of dependencies by kind and state.
        dependencies_stats: one<DependenciesStats>,
        /// Latest start that still meets the deadline of the critical job behind this one.
        critical_start: instant,
        /// Rate at which an EVERY job repeats.
        repeat_interval: duration,
        /// What the authenticated user may do now.
        actions: list<Action>,
        /// From an archived plan.
        archived: flag,
    }
}

wire! {
    /// Flags of a job that change while the plan runs.
    JobStatusFlags {
        /// The owning job stream was cancelled.
        job_stream_cancelled: flag,
        /// Promoted because a critical job needs it.
        promoted_to_urgent_queue: flag,
        /// Past its deadline and not finished, or finished after it.
        job_late: flag,
        /// Latest start passed.
        until_gone: flag,
        /// Deadline passed.
        deadline_has_passed: flag,
        /// Waits for an answer to a message.
        need_message: flag,
    }
}

wire! {
    /// Options of a job.
    JobOptions {
        /// Succeeds without running.
        no_operation: flag,
        /// Watched by the critical path service.
        critical: flag,
        /// Ends only when an operator confirms.
        requires_confirmation: flag,
        /// Repeats at a rate.
        every: flag,
    }
}

wire! {
    /// Internal status with the flags beside it.
    CompositeStatus {
        /// Internal status, e.g. `HOLD`, `EXEC`, `ABEND`.
        status: text,
        /// Why it waits, e.g. `HOLD_WAITING_FOR_PREDECESSOR`.
        substatus: text,
        /// Cancelled.
        canceled: flag,
        /// Will be cancelled once dependencies resolve.
        cancel_pending: flag,
        /// In error.
        error: flag,
        /// Has started.
        started: flag,
        /// Will not run.
        dont_run: flag,
    }
}

wire! {
    /// A job's definition as copied into the plan.
    JobDefinitionInPlan {
        /// Name of the definition.
        name: text,
        /// Folder of the definition.
        folder: text,
        /// Workstation of the definition.
        workstation: text,
        /// UUID of the definition in the model.
        job_definition_model_id: text,
        /// Free text.
        description: text,
        /// Task by type, e.g. `{"UNIX": {"taskString": ...}}`; the key's case varies.
        task: one<serde_json::Value>,
        /// Inline command rather than a script file.
        is_command: flag,
        /// Average of earlier runs.
        estimated_duration: duration,
        /// Users the job runs as.
        user_logins: list<String>,
        /// What happens after a failure.
        recovery_option: one<RecoveryOption>,
        /// Recovery job, when there is one.
        recovery_job_name: text,
        /// How often a rerun recovery repeats.
        recovery_repeat_occurrences: int,
        /// Text of the prompt that recovery asks.
        abend_prompt_text: text,
    }
}

impl JobDefinitionInPlan {
    /// The kind of task (`UNIX`, `OTHER`…) and what it runs, whatever the case of the key.
    #[must_use]
    pub fn task(&self) -> Option<Task<'_>> {
        let (kind, body) = self.task.as_ref()?.as_object()?.iter().next()?;
        let text = |name: &str| body.get(name).and_then(serde_json::Value::as_str);
        Some(Task {
            kind,
            command: text("taskString").or_else(|| body.as_str()),
            user: text("userName"),
            is_command: match body.get("isCommand") {
                Some(serde_json::Value::Bool(value)) => Some(*value),
                Some(serde_json::Value::String(word)) => word.to_ascii_lowercase().parse().ok(),
                _ => self.is_command,
            },
        })
    }
}

/// A task read out of the free-form `task` object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task<'a> {
    /// Type of task as the engine spells it.
    pub kind: &'a str,
    /// Script path or command line.
    pub command: Option<&'a str>,
    /// User the task names.
    pub user: Option<&'a str>,
    /// Inline command rather than a script file.
    pub is_command: Option<bool>,
}

wire! {
    /// One run of a job.
    JobRun {
        /// UUID of the run, for its log and for rerunning it.
        id: text,
        /// Workstation it really ran on (differs for pools).
        actual_workstation: text,
        /// Number given by the launcher, new for every run.
        job_number: int,
        /// Internal status of this run.
        composite_status: one<CompositeStatus>,
        /// Status of this run to show.
        common_status: one<CommonStatus>,
        /// Return code, once ended.
        return_code: int,
        /// Why this run exists.
        rerun_type: one<RerunType>,
        /// Start, end and durations.
        time_info: one<TimeInfo>,
        /// When it was handed to the launcher.
        submitted_time: instant,
        /// This is the current run of its chain.
        last_in_rerun_chain: flag,
        /// Ended sooner than the minimum duration.
        min_duration_not_reached: flag,
        /// Ran longer than the maximum duration.
        max_duration_gone: flag,
        /// Outcome set by an operator.
        confirmed: flag,
        /// Attempt number of a recovery rerun.
        run_attempt: int,
        /// Output conditions and whether they hold.
        output_conditions: list<OutputCondition>,
    }
}

wire! {
    /// An output condition of a run.
    OutputCondition {
        /// Name in the definition.
        condition_name: text,
        /// Expression over the return code or output.
        mapping_expression: text,
        /// It holds.
        is_satisfied: flag,
        /// It marks success.
        is_succ_condition: flag,
    }
}

wire! {
    /// When something ran.
    TimeInfo {
        /// Average of earlier runs.
        estimated_duration: duration,
        /// Real start.
        actual_start_time: instant,
        /// Real end.
        actual_end_time: instant,
        /// Time spent so far or in total.
        elapsed_time: duration,
    }
}

wire! {
    /// Limits in time.
    TimeRestrictions {
        /// Not before.
        start_time: instant,
        /// The earliest start has passed.
        start_time_satisfied: flag,
        /// Late after this.
        deadline_time: instant,
        /// Deadline met so far.
        deadline_satisfied: flag,
        /// `continue` or `kill`.
        late_action: text,
        /// Not after.
        latest_start_time: instant,
        /// `doNotRun`, `continue` or `cancel`.
        late_start_action: text,
        /// Shortest believable run.
        min_duration: duration,
        /// What happens when shorter.
        min_duration_action: text,
        /// Longest allowed run.
        max_duration: duration,
        /// What happens when longer.
        max_duration_action: text,
        /// Has an earliest start at all.
        time_dependent: flag,
    }
}

wire! {
    /// An action the user may take on an object, e.g. `RERUN_JOB`.
    Action {
        /// Stable word for the action.
        key: text,
    }
}
