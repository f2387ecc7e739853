//! Rows of the plan: between domain and Protobuf.

use crate::wire::{
    all, duration, enumeration, optional_duration, optional_time, required_time, timestamp, to_i32, to_u32,
};
use crate::proto::tws::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::tws::model::{
    ChangeKind, Freshness, Job, JobRun, JobStream, PlanChange, Prompt, PromptStatus, Resource, ResourceHolder, Status,
    StatusCount, Workstation,
};

impl From<Freshness> for proto::Freshness {
    fn from(value: Freshness) -> Self {
        let Freshness { plan_version, oldest_observed_at, engine_time, time_zone, stale_since, stale_reason, plan_day_start } = value;
        Self {
            plan_version,
            oldest_observed_at: oldest_observed_at.map(timestamp),
            engine_time: Some(timestamp(engine_time)),
            time_zone,
            stale_since: stale_since.map(timestamp),
            stale_reason,
            plan_day_start: plan_day_start.map(timestamp),
        }
    }
}

impl TryFrom<proto::Freshness> for Freshness {
    type Error = ProtocolError;

    fn try_from(value: proto::Freshness) -> Result<Self, ProtocolError> {
        let proto::Freshness { plan_version, oldest_observed_at, engine_time, time_zone, stale_since, stale_reason, plan_day_start } = value;
        Ok(Self {
            plan_version,
            oldest_observed_at: optional_time(oldest_observed_at, "oldest_observed_at")?,
            engine_time: required_time(engine_time, "engine_time")?,
            time_zone,
            stale_since: optional_time(stale_since, "stale_since")?,
            stale_reason,
            plan_day_start: optional_time(plan_day_start, "plan_day_start")?,
        })
    }
}

impl From<Job> for proto::Job {
    fn from(value: Job) -> Self {
        let Job { name, id, key, job_name, folder, workstation, job_stream_id, job_stream_name, job_stream_workstation, status, internal_status, substatus, cancel_pending, priority, return_code, user, scheduled_time, earliest_start, latest_start, deadline, critical_start, start_time, end_time, estimated_duration, elapsed, run_count, job_number, critical, late, at_risk, long_running, requires_confirmation, every, recovery_option, dependency_count, unresolved_dependency_count, observed_at, position, carried_forward } = value;
        Self {
            name,
            id,
            key,
            job_name,
            folder,
            workstation,
            job_stream_id,
            job_stream_name,
            job_stream_workstation,
            status: proto::Status::from(status).into(),
            internal_status,
            substatus,
            cancel_pending,
            priority,
            return_code,
            user,
            scheduled_time: scheduled_time.map(timestamp),
            earliest_start: earliest_start.map(timestamp),
            latest_start: latest_start.map(timestamp),
            deadline: deadline.map(timestamp),
            critical_start: critical_start.map(timestamp),
            start_time: start_time.map(timestamp),
            end_time: end_time.map(timestamp),
            estimated_duration: estimated_duration.map(duration),
            elapsed: elapsed.map(duration),
            run_count: to_i32(run_count),
            job_number,
            critical,
            late,
            at_risk,
            long_running,
            requires_confirmation,
            every,
            recovery_option,
            dependency_count,
            unresolved_dependency_count,
            observed_at: Some(timestamp(observed_at)),
            position: to_i32(position),
            carried_forward,
        }
    }
}

impl TryFrom<proto::Job> for Job {
    type Error = ProtocolError;

    fn try_from(value: proto::Job) -> Result<Self, ProtocolError> {
        let proto::Job { name, id, key, job_name, folder, workstation, job_stream_id, job_stream_name, job_stream_workstation, status, internal_status, substatus, cancel_pending, priority, return_code, user, scheduled_time, earliest_start, latest_start, deadline, critical_start, start_time, end_time, estimated_duration, elapsed, run_count, job_number, critical, late, at_risk, long_running, requires_confirmation, every, recovery_option, dependency_count, unresolved_dependency_count, observed_at, position, carried_forward } = value;
        Ok(Self {
            name,
            id,
            key,
            job_name,
            folder,
            workstation,
            job_stream_id,
            job_stream_name,
            job_stream_workstation,
            status: enumeration::<proto::Status, Status>(status, "status")?,
            internal_status,
            substatus,
            cancel_pending,
            priority,
            return_code,
            user,
            scheduled_time: optional_time(scheduled_time, "scheduled_time")?,
            earliest_start: optional_time(earliest_start, "earliest_start")?,
            latest_start: optional_time(latest_start, "latest_start")?,
            deadline: optional_time(deadline, "deadline")?,
            critical_start: optional_time(critical_start, "critical_start")?,
            start_time: optional_time(start_time, "start_time")?,
            end_time: optional_time(end_time, "end_time")?,
            estimated_duration: optional_duration(estimated_duration, "estimated_duration")?,
            elapsed: optional_duration(elapsed, "elapsed")?,
            run_count: to_u32(run_count, "run_count")?,
            job_number,
            critical,
            late,
            at_risk,
            long_running,
            requires_confirmation,
            every,
            recovery_option,
            dependency_count,
            unresolved_dependency_count,
            observed_at: required_time(observed_at, "observed_at")?,
            position: to_u32(position, "position")?,
            carried_forward,
        })
    }
}

impl From<JobRun> for proto::JobRun {
    fn from(value: JobRun) -> Self {
        let JobRun { id, job_number, run_type, status, internal_status, return_code, start_time, end_time, elapsed, actual_workstation, last } = value;
        Self {
            id,
            job_number,
            run_type,
            status: proto::Status::from(status).into(),
            internal_status,
            return_code,
            start_time: start_time.map(timestamp),
            end_time: end_time.map(timestamp),
            elapsed: elapsed.map(duration),
            actual_workstation,
            last,
        }
    }
}

impl TryFrom<proto::JobRun> for JobRun {
    type Error = ProtocolError;

    fn try_from(value: proto::JobRun) -> Result<Self, ProtocolError> {
        let proto::JobRun { id, job_number, run_type, status, internal_status, return_code, start_time, end_time, elapsed, actual_workstation, last } = value;
        Ok(Self {
            id,
            job_number,
            run_type,
            status: enumeration::<proto::Status, Status>(status, "status")?,
            internal_status,
            return_code,
            start_time: optional_time(start_time, "start_time")?,
            end_time: optional_time(end_time, "end_time")?,
            elapsed: optional_duration(elapsed, "elapsed")?,
            actual_workstation,
            last,
        })
    }
}

impl From<StatusCount> for proto::StatusCount {
    fn from(value: StatusCount) -> Self {
        let StatusCount { status, count } = value;
        Self {
            status: proto::Status::from(status).into(),
            count,
        }
    }
}

impl TryFrom<proto::StatusCount> for StatusCount {
    type Error = ProtocolError;

    fn try_from(value: proto::StatusCount) -> Result<Self, ProtocolError> {
        let proto::StatusCount { status, count } = value;
        Ok(Self {
            status: enumeration::<proto::Status, Status>(status, "status")?,
            count,
        })
    }
}

impl From<JobStream> for proto::JobStream {
    fn from(value: JobStream) -> Self {
        let JobStream { name, id, key, job_stream_name, folder, workstation, status, internal_status, limit, priority, scheduled_time, earliest_start, latest_start, deadline, start_time, end_time, estimated_duration, late, at_risk, carried_forward, jobs_by_status, job_count, dependency_count, unresolved_dependency_count, observed_at } = value;
        Self {
            name,
            id,
            key,
            job_stream_name,
            folder,
            workstation,
            status: proto::Status::from(status).into(),
            internal_status,
            limit,
            priority,
            scheduled_time: scheduled_time.map(timestamp),
            earliest_start: earliest_start.map(timestamp),
            latest_start: latest_start.map(timestamp),
            deadline: deadline.map(timestamp),
            start_time: start_time.map(timestamp),
            end_time: end_time.map(timestamp),
            estimated_duration: estimated_duration.map(duration),
            late,
            at_risk,
            carried_forward,
            jobs_by_status: jobs_by_status.into_iter().map(Into::into).collect(),
            job_count,
            dependency_count,
            unresolved_dependency_count,
            observed_at: Some(timestamp(observed_at)),
        }
    }
}

impl TryFrom<proto::JobStream> for JobStream {
    type Error = ProtocolError;

    fn try_from(value: proto::JobStream) -> Result<Self, ProtocolError> {
        let proto::JobStream { name, id, key, job_stream_name, folder, workstation, status, internal_status, limit, priority, scheduled_time, earliest_start, latest_start, deadline, start_time, end_time, estimated_duration, late, at_risk, carried_forward, jobs_by_status, job_count, dependency_count, unresolved_dependency_count, observed_at } = value;
        Ok(Self {
            name,
            id,
            key,
            job_stream_name,
            folder,
            workstation,
            status: enumeration::<proto::Status, Status>(status, "status")?,
            internal_status,
            limit,
            priority,
            scheduled_time: optional_time(scheduled_time, "scheduled_time")?,
            earliest_start: optional_time(earliest_start, "earliest_start")?,
            latest_start: optional_time(latest_start, "latest_start")?,
            deadline: optional_time(deadline, "deadline")?,
            start_time: optional_time(start_time, "start_time")?,
            end_time: optional_time(end_time, "end_time")?,
            estimated_duration: optional_duration(estimated_duration, "estimated_duration")?,
            late,
            at_risk,
            carried_forward,
            jobs_by_status: all(jobs_by_status)?,
            job_count,
            dependency_count,
            unresolved_dependency_count,
            observed_at: required_time(observed_at, "observed_at")?,
        })
    }
}

impl From<Workstation> for proto::Workstation {
    fn from(value: Workstation) -> Self {
        let Workstation { name, id, workstation_name, folder, kind, linked, jobman_up, initialized, active_states, limit, fence, domain, host, os, node, version, run_number, ignored, healthy, jobs_by_status, observed_at } = value;
        Self {
            name,
            id,
            workstation_name,
            folder,
            r#type: kind,
            linked,
            jobman_up,
            initialized,
            active_states,
            limit,
            fence,
            domain,
            host,
            os,
            node,
            version,
            run_number,
            ignored,
            healthy,
            jobs_by_status: jobs_by_status.into_iter().map(Into::into).collect(),
            observed_at: Some(timestamp(observed_at)),
        }
    }
}

impl TryFrom<proto::Workstation> for Workstation {
    type Error = ProtocolError;

    fn try_from(value: proto::Workstation) -> Result<Self, ProtocolError> {
        let proto::Workstation { name, id, workstation_name, folder, r#type, linked, jobman_up, initialized, active_states, limit, fence, domain, host, os, node, version, run_number, ignored, healthy, jobs_by_status, observed_at } = value;
        Ok(Self {
            name,
            id,
            workstation_name,
            folder,
            kind: r#type,
            linked,
            jobman_up,
            initialized,
            active_states,
            limit,
            fence,
            domain,
            host,
            os,
            node,
            version,
            run_number,
            ignored,
            healthy,
            jobs_by_status: all(jobs_by_status)?,
            observed_at: required_time(observed_at, "observed_at")?,
        })
    }
}

impl From<ResourceHolder> for proto::ResourceHolder {
    fn from(value: ResourceHolder) -> Self {
        let ResourceHolder { job_name, job_stream_name, job_key, job_id, quantity } = value;
        Self {
            job_name,
            job_stream_name,
            job_key,
            job_id,
            quantity,
        }
    }
}

impl TryFrom<proto::ResourceHolder> for ResourceHolder {
    type Error = ProtocolError;

    fn try_from(value: proto::ResourceHolder) -> Result<Self, ProtocolError> {
        let proto::ResourceHolder { job_name, job_stream_name, job_key, job_id, quantity } = value;
        Ok(Self {
            job_name,
            job_stream_name,
            job_key,
            job_id,
            quantity,
        })
    }
}

impl From<Resource> for proto::Resource {
    fn from(value: Resource) -> Self {
        let Resource { name, id, resource_name, folder, workstation, quantity, available, in_use, holders, observed_at } = value;
        Self {
            name,
            id,
            resource_name,
            folder,
            workstation,
            quantity,
            available,
            in_use,
            holders: holders.into_iter().map(Into::into).collect(),
            observed_at: Some(timestamp(observed_at)),
        }
    }
}

impl TryFrom<proto::Resource> for Resource {
    type Error = ProtocolError;

    fn try_from(value: proto::Resource) -> Result<Self, ProtocolError> {
        let proto::Resource { name, id, resource_name, folder, workstation, quantity, available, in_use, holders, observed_at } = value;
        Ok(Self {
            name,
            id,
            resource_name,
            folder,
            workstation,
            quantity,
            available,
            in_use,
            holders: all(holders)?,
            observed_at: required_time(observed_at, "observed_at")?,
        })
    }
}

impl From<Prompt> for proto::Prompt {
    fn from(value: Prompt) -> Self {
        let Prompt { name, id, prompt_name, number, text, status, kind, job_key, job_stream_key, asked_time, observed_at } = value;
        Self {
            name,
            id,
            prompt_name,
            number,
            text,
            status: proto::PromptStatus::from(status).into(),
            r#type: kind,
            job_key,
            job_stream_key,
            asked_time: asked_time.map(timestamp),
            observed_at: Some(timestamp(observed_at)),
        }
    }
}

impl TryFrom<proto::Prompt> for Prompt {
    type Error = ProtocolError;

    fn try_from(value: proto::Prompt) -> Result<Self, ProtocolError> {
        let proto::Prompt { name, id, prompt_name, number, text, status, r#type, job_key, job_stream_key, asked_time, observed_at } = value;
        Ok(Self {
            name,
            id,
            prompt_name,
            number,
            text,
            status: enumeration::<proto::PromptStatus, PromptStatus>(status, "status")?,
            kind: r#type,
            job_key,
            job_stream_key,
            asked_time: optional_time(asked_time, "asked_time")?,
            observed_at: required_time(observed_at, "observed_at")?,
        })
    }
}

impl From<PlanChange> for proto::PlanChange {
    fn from(value: PlanChange) -> Self {
        let PlanChange { kind, plan_version, time, object, key, before, after } = value;
        Self {
            kind: proto::ChangeKind::from(kind).into(),
            plan_version,
            time: Some(timestamp(time)),
            object,
            key,
            before,
            after,
        }
    }
}

impl TryFrom<proto::PlanChange> for PlanChange {
    type Error = ProtocolError;

    fn try_from(value: proto::PlanChange) -> Result<Self, ProtocolError> {
        let proto::PlanChange { kind, plan_version, time, object, key, before, after } = value;
        Ok(Self {
            kind: enumeration::<proto::ChangeKind, ChangeKind>(kind, "kind")?,
            plan_version,
            time: required_time(time, "time")?,
            object,
            key,
            before,
            after,
        })
    }
}
