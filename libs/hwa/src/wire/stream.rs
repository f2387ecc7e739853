//! Job streams in the plan.

use crate::wire::dependency::{DependenciesStats, Dependency};
use crate::wire::enums::{CommonStatus, FlowNodeType};
use crate::wire::job::{Action, CompositeStatus, TimeInfo, TimeRestrictions};

wire! {
    /// A job stream instance of the current plan.
    JobStreamInPlan {
        /// Job or job stream, where a list mixes both.
        flow_node_type: one<FlowNodeType>,
        /// UUID of the instance.
        id: text,
        /// UUID of the plan.
        plan_id: text,
        /// Folder of the stream.
        folder: text,
        /// Name, or the alias of this instance.
        name: text,
        /// Name of the definition it came from.
        original_job_stream_name: text,
        /// Alias given at submission.
        alias_job_stream_name: text,
        /// Workstation with its folder.
        workstation: text,
        /// UUID of the definition in the model.
        job_stream_model_id: text,
        /// Readable full name.
        key: text,
        /// Time at which the instance was scheduled.
        sched_time: instant,
        /// IANA zone in which people read this stream's times.
        time_zone: text,
        /// Flags that come from planning.
        js_definition_flags: one<JobStreamDefinitionFlags>,
        /// Flags that change while the plan runs.
        js_status_flags: one<JobStreamStatusFlags>,
        /// Options of the definition.
        js_options: one<JobStreamOptions>,
        /// Internal status.
        composite_status: one<CompositeStatus>,
        /// Status to show.
        common_status: one<CommonStatus>,
        /// Priority now.
        priority: int,
        /// Priority as planned.
        orig_priority: int,
        /// Start, end and durations.
        time_info: one<TimeInfo>,
        /// Day the instance belongs to.
        scheduled_date: instant,
        /// Counts of jobs by state.
        job_stream_stats: one<JobStreamStats>,
        /// What the stream waits for; may be empty in lists.
        dependencies: list<Dependency>,
        /// Counts of dependencies by kind and state.
        dependencies_stats: one<DependenciesStats>,
        /// Earliest and latest start, deadline.
        time_restrictions: one<TimeRestrictions>,
        /// How many jobs may run at once; -1 is no limit.
        limit: int,
        /// Who submitted it by hand.
        submitter: text,
        /// Sixteen-character instance name of the command line.
        internal_identifier: text,
        /// What the authenticated user may do now.
        actions: list<Action>,
        /// From an archived plan.
        archived: flag,
    }
}

wire! {
    /// Planning flags of a job stream.
    JobStreamDefinitionFlags {
        /// Instance has an alias.
        aliased: flag,
        /// Comes from an earlier plan.
        carried_forward: flag,
    }
}

wire! {
    /// Running flags of a job stream.
    JobStreamStatusFlags {
        /// Released by an operator.
        released: flag,
        /// Past its deadline.
        late_job_stream: flag,
        /// A predecessor is not in the plan yet.
        pending_predecessor: flag,
    }
}

wire! {
    /// Options of a job stream.
    JobStreamOptions {
        /// Watched by event rules.
        monitored: flag,
        /// Goes on into the next plan when unfinished.
        carry_forward: flag,
    }
}

wire! {
    /// Counts of a stream's jobs. The misspelling of `successfull` is the API's.
    JobStreamStats {
        /// All jobs.
        number_of_job: int,
        /// Ended well.
        number_of_successfull_job: int,
        /// Not started.
        number_of_not_running_job: int,
        /// Running.
        number_of_executing_job: int,
        /// Ended badly.
        number_of_abended_job: int,
        /// Could not be launched.
        number_of_failed_job: int,
        /// State unknown.
        number_of_undecided_job: int,
    }
}
